"""Bounded threads for the calls that block, with a bounded queue in front of them.

The event loop only ever waits for them. A request that gives up leaves the queue; a call that
runs already has its thread until it ends, and counts until then.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from search.api.errors import ServerBusy

T = TypeVar("T")


class WorkPool:
    """Runs calls in `threads` threads; `waiting` more may wait, the next is refused."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"polywire-{name}")
        self._room = threads + waiting
        self._inside = 0
        self._lock = Lock()
        self.name = name

    @property
    def inside(self) -> int:
        """Calls that run or wait."""
        return self._inside

    @property
    def full(self) -> bool:
        """Tell whether the next call would be refused."""
        return self._inside >= self._room

    async def run(self, call: Callable[[], T]) -> T:
        """Run the call in a thread. Raises `ServerBusy` where the queue is full."""
        if self.full:
            raise ServerBusy(
                f"{self._inside} requests are being worked on or waiting; try again in a moment."
            )
        with self._lock:
            self._inside += 1
        try:
            future = self._executor.submit(call)
        except RuntimeError:
            self._leave()
            raise ServerBusy("The server is shutting down.") from None
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def leave_to(self, call: Callable[[], None]) -> None:
        """Run a call at some time; nothing waits for it, and it is never refused."""
        # A pool that is closed has nothing left to hold on to.
        with contextlib.suppress(RuntimeError):
            self._executor.submit(call)

    def close(self) -> None:
        """Wait for what was accepted, then end the threads."""
        self._executor.shutdown(wait=True)

    def _leave(self, _done: Future[T] | None = None) -> None:
        with self._lock:
            self._inside -= 1
