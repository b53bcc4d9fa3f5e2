"""A disk that loses its power: an ext4 file system in a file, copied while it is written to.

What the copy holds is what had reached the disk at that moment. Mounted, its journal is replayed,
as after a cut. A process writes to an index there, and says what it begins and what it has done:

    python -m tests.support.power_cut FOLDER_OR_ADDRESS SEED
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

from search.index.elastic.location import ElasticLocation
from search.index.elastic.options import ElasticOptions
from search.index.embedded.location import FolderLocation
from search.index.embedded.upkeep import Policy
from search.index.model import EmbeddedArticle
from search.index.port import IndexLocation, SearchIndex
from search.index.state import Change, IndexState
from tests.support.newsroom import IDENTITY, story

SIZE_MB = 96
NAMES = 60
"""Articles that are written, corrected and deleted again and again."""

BUSY = Policy(unindexed_rows=150, small_files=4, kept=timedelta(milliseconds=200))
"""Merges and cleans all the time, so that a cut falls into that as well."""

BESIDE = "cuts"
"""The collection of the state in which the same headlines stand."""

UNTOUCHED = "(not begun)"

State = dict[str, str | None]
"""Headlines by id; None for what was deleted."""


def why_not() -> str | None:
    """Say why file systems cannot be mounted here, or None."""
    if not all(shutil.which(name) for name in ("mkfs.ext4", "mount", "umount")):
        return "needs mkfs.ext4 and mount"
    return None if os.geteuid() == 0 else "only root may mount a file system"


def new_disk(image: Path) -> None:
    """Make an empty disk. Raises `subprocess.CalledProcessError`."""
    with image.open("wb") as out:
        out.truncate(SIZE_MB * 2**20)
    _run("mkfs.ext4", "-q", "-F", str(image))


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """Mount a disk. Raises `subprocess.CalledProcessError` where that is refused."""
    place.mkdir(exist_ok=True)
    _run("mount", "-o", "loop", str(image), str(place))
    try:
        yield place
    finally:
        _run("umount", str(place))


class Writer:
    """The process that writes, and what is known of it."""

    def __init__(self, place: Path | str, seed: int, known: State | None = None) -> None:
        """`known` is what is there before."""
        command = [sys.executable, "-m", "tests.support.power_cut", str(place), str(seed)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._done: State = dict(known or {})
        self._begun: State = {}

    def run(self, operations: int) -> None:
        """Wait until so many operations are done."""
        for _ in range(2 * operations):
            line = self._out.readline()
            if not line:
                raise RuntimeError("the process that writes has ended")
            self._note(line)

    def stop(self) -> None:
        """Stand still: from now on only the system itself writes."""
        self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it, and take notice of what it had said before it stood still."""
        self._process.kill()
        rest, _ = self._process.communicate()
        for line in rest.splitlines():
            self._note(line)

    def wrong(self, index: SearchIndex) -> dict[str, tuple[str | None, str | None]]:
        """Return what is neither as was reported nor as was begun: expected and found, by id."""
        names = sorted(self._done.keys() | self._begun.keys())
        there = {name: one.article.title for name, one in index.get(names).items()}
        return {
            name: (self._done.get(name), there.get(name))
            for name in names
            if there.get(name) != self._done.get(name)
            and not (name in self._begun and there.get(name) == self._begun[name])
        }

    def astray(self, state: IndexState) -> dict[str, tuple[str | None, str | None]]:
        """Return the same of what was written beside the articles."""
        names = sorted(self._done.keys() | self._begun.keys())
        there = {name: entry.value["title"] for name, entry in state.get(BESIDE, names).items()}
        return {
            name: (self._done.get(name), there.get(name))
            for name in names
            if there.get(name) not in (self._done.get(name), self._begun.get(name, UNTOUCHED))
        }

    @property
    def _out(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _note(self, line: str) -> None:
        told = json.loads(line)
        self._begun = told["titles"]
        if told["done"]:
            self._done |= self._begun
            self._begun = {}


def cut(image: Path, copy: Path, writer: Writer) -> None:
    """Copy the disk as it is now; the writer ends afterwards, its disk is not looked at again."""
    writer.stop()
    shutil.copyfile(image, copy)
    writer.kill()


def article(name: str, title: str, passages: int) -> EmbeddedArticle:
    """Make an article of so many passages."""
    return story(name, title, *(f"words {n} of {title}" for n in range(passages)))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _say(titles: State, *, done: bool) -> None:
    sys.stdout.write(json.dumps({"titles": titles, "done": done}) + "\n")
    sys.stdout.flush()


def location_of(place: str) -> IndexLocation:
    """Return a folder that is tidied all the time, or a place on a server."""
    if place.startswith("http"):
        return ElasticLocation.connect(place, ElasticOptions(replicas=0))
    return FolderLocation(Path(place), BUSY)


def main(place: str, seed: int) -> None:
    """Write, correct and delete until killed."""
    chance = random.Random(seed)  # noqa: S311
    location = location_of(place)
    index = location.open() if location.generations() else location.create(IDENTITY)
    state = location.state()
    number = 0
    while True:
        number += 1
        kind = chance.choice(("ingest", "put", "put", "update", "delete"))
        count = {"ingest": 12, "update": 4}.get(kind, 1)
        names = [f"a{n:02}" for n in chance.sample(range(NAMES), count)]
        title = None if kind == "delete" else f"Headline {seed}-{number}"
        titles: State = dict.fromkeys(names, title)
        _say(titles, done=False)
        if title is None:
            index.delete(names)
        else:
            index.write([article(name, title, chance.randint(1, 14)) for name in names])
        if kind == "ingest":
            index.refresh()
        beside = None if title is None else {"title": title}
        state.write([Change(BESIDE, name, beside) for name in names])
        _say(titles, done=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
