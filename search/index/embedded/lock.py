"""One writer at a time, across threads and processes; the system frees the lock of a dead one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.index.embedded.faults import translated
from search.index.errors import EngineBusy

PATIENCE = 60.0
"""Seconds that a writer waits for another: a commit takes well below one."""

_POLL = 0.01


class FolderLock:
    """A lock file in the folder of an index."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self._path = path
        self._patience = patience
        self._threads = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. Raises `EngineBusy` when others keep it for longer than `patience`."""
        if not self._threads.acquire(timeout=self._patience):
            raise self._busy()
        try:
            with self._held_by_process(self._patience):
                yield
        finally:
            self._threads.release()

    @contextmanager
    def held_if_free(self) -> Iterator[bool]:
        """Hold the lock if nobody has it; yields whether it is held."""
        if not self._threads.acquire(blocking=False):
            yield False
            return
        try:
            with self._held_by_process(0):
                yield True
        except EngineBusy:
            yield False
        finally:
            self._threads.release()

    @contextmanager
    def _held_by_process(self, patience: float) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self._path, timeout=patience, poll_interval=_POLL)
        try:
            with translated("locking", self._path.parent):
                try:
                    lock.acquire()
                except Timeout as error:
                    raise self._busy() from error
            yield
        finally:
            lock.release()

    def _busy(self) -> EngineBusy:
        return EngineBusy(
            f"Another process is writing to the index {self._path.parent} and has not finished "
            f"after {self._patience:.0f} seconds. Wait for it, then run the same command again."
        )
