"""The newest version of a table that is whole, and going back to it.

A power cut may leave a version that was published but not yet reported as written: its manifest is
torn or empty, or files that it mentions are missing or short. Then the version before it is the
newest one. What was reported as written is on the disk (`settling`), so that nothing of it is lost.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from search.files import replacing, settle_folder
from search.index.embedded.driver import lance
from search.index.embedded.faults import cause, is_panic
from search.index.embedded.held import LARGEST, SUFFIX, VERSIONS, hold, manifest_of
from search.values import dataclass

LOG = logging.getLogger(__name__)

Opened = Callable[[int | None], lance.LanceDataset]
"""Opens a version of a table, the newest one for None."""

HINT = "latest_version_hint.json"

_ENDS = {".lance": b"LANC", ".arrow": b"ARROW1"}
"""How a file of Lance's ends that was written to its end."""


class Fallen(NamedTuple):
    """A version that is not whole, by its manifest: number in the file system, size, time (ns)."""

    version: int
    look: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """The newest whole version, and those after it that are not whole, newest first."""

    dataset: lance.LanceDataset
    fallen: tuple[Fallen, ...] = ()


def newest_whole(table: Path, opened: Opened) -> Found:
    """Return the newest version that is whole, and say so where that is not the newest one.

    Where none is whole, it is the newest one that can be opened: reading says what is missing.
    Raises what opening raises if there is none. The object that is returned holds its version.
    """
    newest, why = _attempt(opened, None)
    if newest is not None and not why:
        return Found(newest)
    fallen: list[Fallen] = []
    for version in sorted(versions(table), reverse=True):
        dataset, reason = _attempt(opened, version)
        if dataset is not None and not reason:
            if not fallen:  # another one came, and the former was cleaned away
                return Found(dataset)
            LOG.warning(
                "The newest version of the index %s is not whole (%s), as after a power cut: the "
                "version before it is used. The next write goes on from there; polywire verify "
                "says whether anything else is damaged.",
                table.parent.parent,
                why,
            )
            return Found(dataset, tuple(fallen))
        with contextlib.suppress(FileNotFoundError):
            fallen.append(Fallen(version, _look(manifest_of(table, version))))
    return Found(opened(None) if newest is None else newest)


def go_back(table: Path, fallen: tuple[Fallen, ...]) -> None:
    """Delete versions that are not whole; the caller holds the lock for writing.

    Another process may have done so, and have written versions of the same numbers since.
    """
    for version, _ in fallen:
        if is_fallen(table, version, fallen):
            manifest_of(table, version).unlink()
    newest = max(versions(table), default=None)
    if newest is not None:
        with replacing(table / VERSIONS / HINT) as out:
            out.write(json.dumps({"version": newest}, separators=(",", ":")))
    settle_folder(table / VERSIONS)


def is_fallen(table: Path, version: int, fallen: tuple[Fallen, ...]) -> bool:
    """Tell whether a version is still one of these, and not another one of its number."""
    looks = dict(fallen)
    path = manifest_of(table, version)
    return version in looks and path.exists() and _look(path) == looks[version]


def versions(table: Path) -> Iterator[int]:
    """Yield the versions that have a manifest, whole or not."""
    for path in (table / VERSIONS).glob(f"*{SUFFIX}"):
        if path.stem.isdecimal():
            yield LARGEST - int(path.stem)


def lacking(dataset: lance.LanceDataset) -> str | None:
    """Say what a version lacks that it mentions; None if all is there, to the end of each file."""
    table = Path(dataset.uri)
    for fragment in dataset.get_fragments():
        for name, size in files_of(fragment.metadata):
            why = _wrong(table / name, size)
            if why:
                return why
    for index in dataset.describe_indices():
        for segment in index.segments:
            why = _index_wrong(table / "_indices" / str(segment.uuid))
            if why:
                return why
    return None


def files_of(fragment: lance.FragmentMetadata) -> Iterator[tuple[str, int | None]]:
    """Yield the names of the files that a fragment reads, with their size where it is known."""
    for file in fragment.files:
        yield f"data/{file.path}", file.file_size_bytes
    if fragment.deletion_file is not None:
        yield str(fragment.deletion_file.path(fragment.id)), None


def _attempt(opened: Opened, version: int | None) -> tuple[lance.LanceDataset | None, str | None]:
    """Open a version; returns it, and what is wrong with it."""
    try:
        dataset = opened(version)
        if not hold(dataset):
            return None, "it is being cleaned away"
        return dataset, lacking(dataset)
    except Exception as error:
        return None, cause(error)
    except BaseException as error:
        if not is_panic(error):
            raise
        return None, cause(error)


def _index_wrong(folder: Path) -> str | None:
    try:
        with os.scandir(folder) as entries:
            files = [Path(entry.path) for entry in entries if entry.is_file()]
    except FileNotFoundError:
        return f"{folder} is missing"
    if not files:
        return f"{folder} is empty"
    return next((why for why in (_wrong(path, None) for path in files) if why), None)


def _wrong(path: Path, size: int | None) -> str | None:
    """Say what is wrong with a file, of which the size may be known."""
    try:
        with path.open("rb") as opened:
            there = opened.seek(0, os.SEEK_END)
            ending = _ENDS.get(path.suffix, b"")
            opened.seek(max(0, there - len(ending)))
            last = opened.read()
    except FileNotFoundError:
        return f"{path} is missing"
    if size is not None and there != size:
        return f"{path} has {there} bytes instead of {size}"
    if not there:
        return f"{path} is empty"
    return f"{path} ends too early" if ending and last != ending else None


def _look(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
