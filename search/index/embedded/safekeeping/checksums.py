"""Checksums of the files of a generation: written soon after each commit, in a folder beside it.

NAME.sums/ has small files, each with one line per file: digest, size, path in the dataset; its
last line is the digest of the lines before. Lance never changes a file that it wrote, but for the
names in `CHANGING`, so that a line stays true as long as the file is there. Files are hashed once a
version mentions them: only then are they whole. What a killed process did not come to is hashed
with the next change of the index.

BLAKE2b (RFC 7693) of 16 bytes reads 900 MB a second on one core, on every processor alike.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import NamedTuple

from search.files import settle_folder
from search.index.embedded import identities
from search.index.embedded.driver import lance
from search.index.errors import IndexDamaged
from search.index.model import IndexIdentity
from search.values import dataclass

FOLDER_SUFFIX = ".sums"
FILE_SUFFIX = ".sums"
NOTES = "../notes.json"
"""Stands for the notes, which lie beside the dataset and have its name."""

CHANGING = ("_versions/latest_version_hint.json", "_refs/")
"""What Lance writes again in place; `verifying` knows what must be in it."""

PAUSE_S = 0.5
"""Seconds between a commit and its checksums: what is committed meanwhile is hashed with it. Of a
hundred single articles in a row, each took 8 ms of processor time more without it."""

MOST_FILES = 32
"""Files of checksums that are made one; a commit makes one of some hundred bytes."""


class Sum(NamedTuple):
    """The digest of a file, in hex digits, and its size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What is known: by path in the dataset, every state that the file may have.

    `damaged` are files of checksums that do not say what was written, `read` all others.
    """

    known: Mapping[str, frozenset[Sum]] = field(default_factory=dict)
    damaged: tuple[Path, ...] = ()
    read: tuple[Path, ...] = ()


def folder_of(dataset: Path) -> Path:
    """Return the folder of the checksums of a dataset."""
    return dataset.with_suffix(FOLDER_SUFFIX)


def is_changing(path: str) -> bool:
    """Tell whether Lance writes a file again in place."""
    return path.startswith(CHANGING)


def sum_of(path: Path) -> Sum:
    """Hash a file. Raises `OSError`."""
    with path.open("rb") as opened:
        found = hashlib.file_digest(opened, lambda: hashlib.blake2b(digest_size=16))
        return Sum(found.hexdigest(), opened.tell())


def sum_of_bytes(content: bytes) -> Sum:
    """Hash what is to be written."""
    return Sum(hashlib.blake2b(content, digest_size=16).hexdigest(), len(content))


def load(dataset: Path) -> Sums:
    """Read all checksums of a dataset. Raises `OSError`."""
    known: dict[str, frozenset[Sum]] = {}
    damaged, read = [], []
    for path in sorted(folder_of(dataset).glob(f"*{FILE_SUFFIX}")):
        try:
            lines = _parsed(path.read_bytes())
        except FileNotFoundError:  # made one with others meanwhile
            continue
        except ValueError:
            damaged.append(path)
            continue
        read.append(path)
        for name, one in lines:
            known[name] = known.get(name, frozenset()) | {one}
    return Sums(known, tuple(damaged), tuple(read))


def add(dataset: Path, sums: Iterable[tuple[str, Sum]]) -> None:
    """Write a file of checksums that survives a crash. Raises `OSError`."""
    folder = folder_of(dataset)
    folder.mkdir(exist_ok=True)
    path = folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}{FILE_SUFFIX}"
    beside = path.with_suffix(".part")
    try:
        with beside.open("xb") as out:
            out.write(_written(sums))
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    settle_folder(folder)


def merge(dataset: Path) -> None:
    """Make many files of checksums one, without those of files that are gone.

    Another process may do the same: both write all, and each deletes only what it has read.
    """
    sums = load(dataset)
    there = [
        (name, one)
        for name, several in sums.known.items()
        for one in sorted(several)
        if place_of(dataset, name).exists()
    ]
    add(dataset, there)
    for path in sums.read:
        path.unlink(missing_ok=True)


def place_of(dataset: Path, name: str) -> Path:
    """Return where a file of the checksums is."""
    return dataset.with_suffix(".notes.json") if name == NOTES else dataset / name


class Recorder:
    """Hashes what commits have written, in a thread of its own, for one open generation."""

    def __init__(self, dataset: Path, identity: IndexIdentity) -> None:
        self._dataset = dataset
        self._identity = identity
        self._known: set[str] | None = None
        self._version = 0
        self._wanted = False
        self._changing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()

    def wake(self) -> None:
        """Say that something was committed; returns at once."""
        with self._changing:
            self._wanted = True
            self._hurry.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="polywire-checksums")
                self._thread.start()

    def wait(self) -> None:
        """Wait until all that was committed before is hashed."""
        self._hurry.set()
        with self._changing:  # it is there before it runs
            thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            self._hurry.wait(PAUSE_S)
            with self._changing:
                if not self._wanted:
                    self._thread = None
                    return
                self._wanted = False
            # Without checksums the index works all the same; `verify` says that some are missing.
            with contextlib.suppress(OSError, ValueError, RuntimeError):
                self.record()

    def record(self) -> None:
        """Hash what versions mention and no checksum is known of. Raises `OSError`."""
        if self._known is None:
            self._known = set(load(self._dataset).known)
            if not identities.path_of(self._dataset).exists():  # of an earlier program
                identities.write(self._dataset, self._identity, promoted=False)
        if not self._dataset.exists():
            return
        version, mentioned = files_of_versions(self._dataset, self._version + 1)
        new = mentioned - self._known
        sums = list(hashed(self._dataset, new))
        if sums:
            add(self._dataset, sums)
        self._known |= new
        self._version = version
        if len(list(folder_of(self._dataset).glob(f"*{FILE_SUFFIX}"))) > MOST_FILES:
            merge(self._dataset)
            self._known = set(load(self._dataset).known)


def files_of_versions(dataset: Path, since: int = 1) -> tuple[int, set[str]]:
    """Return the newest version, and what it and those before it, from `since` on, mention."""
    opened = lance.dataset(str(dataset))
    found = opened.tracked_files(min_version=since).read_all()
    return opened.version, set(found["path"].to_pylist())


def hashed(dataset: Path, names: Iterable[str]) -> Iterable[tuple[str, Sum]]:
    """Hash files by name; those that were cleaned away meanwhile are left out."""
    for name in sorted(names):
        try:
            yield name, sum_of(place_of(dataset, name))
        except FileNotFoundError:
            continue


def check(dataset: Path, names: Iterable[str]) -> None:
    """Raise `IndexDamaged` if one of these files is not as its checksum says."""
    known = load(dataset).known
    for name, found in hashed(dataset, set(names) & known.keys()):
        if found not in known[name]:
            raise IndexDamaged(
                f"The file {place_of(dataset, name)} is not as it was written. polywire verify "
                "says which articles that concerns and how it is mended."
            )


def check_newest(dataset: Path) -> None:
    """Raise `IndexDamaged` if a file of the newest version's articles is not as it was written."""
    opened = lance.dataset(str(dataset))
    found = opened.tracked_files(min_version=opened.version).read_all()
    names = [name for name in found["path"].to_pylist() if not name.startswith("_indices/")]
    check(dataset, names)


def _written(sums: Iterable[tuple[str, Sum]]) -> bytes:
    lines = "".join(f"{one.digest} {one.size} {name}\n" for name, one in sums)
    return f"{lines}{sum_of_bytes(lines.encode()).digest}\n".encode()


def _parsed(content: bytes) -> list[tuple[str, Sum]]:
    """Read what `_written` wrote. Raises `ValueError`."""
    lines, _, last = content.removesuffix(b"\n").rpartition(b"\n")
    body = lines + b"\n" if lines else b""
    if content != body + sum_of_bytes(body).digest.encode() + b"\n" or not last:
        raise ValueError("its last line is not the digest of the others")
    parsed = []
    for line in body.decode().splitlines():
        digest, size, name = line.split(" ", 2)
        parsed.append((name, Sum(digest, int(size))))
    return parsed
