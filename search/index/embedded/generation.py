"""Which generation an open index reads and writes, and what belongs to it while it is open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from search.index.embedded import manifest
from search.index.embedded.housekeeper import Housekeeper
from search.index.embedded.lock import write_lock
from search.index.embedded.manifest import Manifest
from search.index.embedded.memory import Memory
from search.index.embedded.options import EmbeddedOptions
from search.index.embedded.safekeeping.checksums import Recorder
from search.index.embedded.table import Table
from search.index.errors import IndexMismatch, IndexMissing
from search.index.model import IndexIdentity


class Moved(Exception):
    """Another generation took over before the lock for writing was had."""


class Generation:
    """One generation that is open: its table, who tidies it, and what of it is in memory."""

    def __init__(
        self, name: str, table: Table, identity: IndexIdentity, options: EmbeddedOptions
    ) -> None:
        self.name = name
        self.table = table
        self.identity = identity
        self.checksums = Recorder(table.path, identity)
        self.housekeeper = Housekeeper(table, options.policy, self.checksums.wake)
        self.memory = Memory(options.holding)
        self.lock = write_lock(table.path)


class Pointer:
    """The generation that an open index uses now.

    It follows the live generation as long as that was written with the same model and schema, so
    that a program which runs for weeks sees it without being started anew. When another model
    takes over, the program goes on reading the generation that its own model can ask, and its
    writes are refused in words. A `pinned` one stays where it is.
    """

    def __init__(
        self,
        folder: Path,
        generation: Generation,
        opened: Callable[[str, IndexIdentity], Generation],
        *,
        pinned: bool,
    ) -> None:
        self._folder = folder
        self._generation = generation
        self._opened = opened
        self._pinned = pinned
        self._former: list[Generation] = []
        self._looked: object = None
        self._looking = threading.Lock()

    def now(self) -> Generation:
        """Return the generation to read; costs a look at the manifest's date.

        Raises `IndexMissing` or `IndexMismatch` if it was dropped and none can take its place.
        """
        stamp = _stamp(self._folder)
        with self._looking:
            if stamp != self._looked:
                known = manifest.read(self._folder)
                if known is not None:
                    self._follow(known)
                    if self._generation.name not in known.generations:
                        raise self._gone(known)
                self._looked = stamp
            return self._generation

    @contextmanager
    def held(self, generation: Generation) -> Iterator[None]:
        """Hold the lock for writing to a generation that `now` returned.

        Raises `Moved` if another one is to be asked for instead, `IndexMismatch` if that is not
        possible, `IndexMissing` if the generation was dropped, `EngineBusy` as `FolderLock` does.
        """
        with generation.lock.held():
            known = manifest.read(self._folder)
            if known is None or generation.name not in known.generations:
                raise self._gone(known)
            if not self._pinned and known.live != generation.name:
                if known.generations[known.live] != generation.identity:
                    raise self._mismatch(known)
                raise Moved
            yield

    def ever(self) -> tuple[Generation, ...]:
        """Return every generation that was used."""
        return (*self._former, self._generation)

    def _follow(self, known: Manifest) -> None:
        here = self._generation
        if self._pinned or known.live == here.name:
            return
        identity = known.generations[known.live]
        if identity == here.identity:
            self._former.append(here)
            self._generation = self._opened(known.live, identity)

    def _gone(self, known: Manifest | None) -> IndexMissing | IndexMismatch:
        if known is not None and not self._pinned:
            return self._mismatch(known)
        return IndexMissing(
            f"The generation {self._generation.name} of the index {self._folder} was deleted while "
            "it was open."
        )

    def _mismatch(self, known: Manifest) -> IndexMismatch:
        now = known.generations[known.live]
        return IndexMismatch(
            f"The index {self._folder} has moved to the model {now.model_name} "
            f"({now.model_fingerprint}) while this program ran with "
            f"{self._generation.identity.model_name}. Start it again with --model "
            f"{now.model_name}."
        )


def _stamp(folder: Path) -> object:
    """Return what changes when the manifest is replaced."""
    try:
        found = (folder / manifest.FILE).stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)
