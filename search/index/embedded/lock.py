"""One writer at a time, across threads and processes; the system frees the lock of a dead one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from search.index.embedded.faults import translated
from search.index.errors import EngineBusy, SearchIndexError

if TYPE_CHECKING:
    from filelock import FileLock

PATIENCE = 60.0
"""Seconds that a writer waits for another: a commit takes well below one."""

_POLL = 0.01


class FolderLock:
    """A lock file in the folder of an index."""

    def __init__(self, path: Path, patience: float = PATIENCE, doing: str = "writing to") -> None:
        """Name the file; `doing` completes "another process is ... the index"."""
        self._path = path
        self._patience = patience
        self._doing = doing
        self._threads = threading.Lock()
        self._held: FileLock | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. Raises `EngineBusy` when others keep it for longer than `patience`."""
        if not self._acquire(self._patience):
            raise self._busy()
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def held_if_free(self) -> Iterator[bool]:
        """Hold the lock if nobody has it; yields whether it is held."""
        held = self._acquire(0)
        try:
            yield held
        finally:
            if held:
                self._release()

    def _acquire(self, patience: float) -> bool:
        from filelock import FileLock, Timeout

        if not self._threads.acquire(timeout=patience):
            return False
        lock = FileLock(self._path, timeout=patience, poll_interval=_POLL)
        try:
            with translated("locking", self._path):
                lock.acquire()
        except SearchIndexError as error:
            self._threads.release()
            if isinstance(error.__cause__, Timeout):
                return False
            raise
        self._held = lock
        return True

    def _release(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None
        self._threads.release()

    def _busy(self) -> EngineBusy:
        return EngineBusy(
            f"Another process is {self._doing} the index ({self._path} is locked) and has not "
            f"finished after {self._patience:g} seconds. Wait for it, then run the same command "
            "again."
        )


def write_lock(table: Path) -> FolderLock:
    """Return the lock that is held by whoever writes to a table."""
    return FolderLock(table.with_suffix(".write-lock"))


def upkeep_lock(table: Path) -> FolderLock:
    """Return the lock that is held by whoever merges files of a table or cleans it."""
    return FolderLock(table.with_suffix(".upkeep-lock"), doing="tidying")
