"""Bounded threads for the calls that block, with a bounded, fair queue in front of them.

The event loop only ever waits for them. A request that gives up leaves the queue; a call that
runs already has its thread until it ends or looks at its deadline (`search.deadline`), and counts
until then.

Keys take turns: a thread that becomes free takes the next call of the key that has waited longest
for its turn. One key never has all threads, nor all of the queue, so that others are served
however much it asks for.

Calls that take turns at the interpreter get no faster by running together, only dearer. So a call
may have a head start: the next one joins it when it has run for that long, or has ended. What is
short runs one by one, and what takes long keeps nobody waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

from search.api.errors import ServerBusy
from search.api.work.shares import Shares

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Turn:
    """A call that waits or runs; `client` is None where keys are not needed."""

    call: Callable[[], Any]
    client: str | None
    context: Context
    answer: asyncio.Future[Any]
    began: float = 0.0
    """When it was started, in the loop's time."""


class WorkPool:
    """Runs calls in `threads` threads; `waiting` more may wait, the next is refused.

    `alone_s` is the head start of a call, in seconds. `run` belongs to one event loop.
    """

    def __init__(self, name: str, threads: int, waiting: int, alone_s: float = 0.0) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"polywire-{name}")
        self._threads = threads
        self._alone_s = alone_s
        self._turns: set[_Turn] = set()
        """Those that run."""
        self._timer: asyncio.TimerHandle | None = None
        self._room = threads + waiting
        self._shares = Shares(self._room)
        self._queues: OrderedDict[str | None, deque[_Turn]] = OrderedDict()
        self._inside = 0
        self._closed = False
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
        """Run the call in a thread, in a copy of this context.

        Raises `ServerBusy` where the queue is full, or the key has its share of it.
        """
        if self._closed:
            raise ServerBusy("The server is shutting down.")
        if self.full:
            raise ServerBusy(
                f"{self._inside} requests are being worked on or waiting; try again in a moment."
            )
        self._shares.check("requests")
        answer = asyncio.get_running_loop().create_future()
        turn = _Turn(call, self._shares.take(), copy_context(), answer)
        self._inside += 1
        self._queues.setdefault(turn.client, deque()).append(turn)
        self._start_some()
        try:
            result: T = await answer
        except asyncio.CancelledError:
            self._withdraw(turn)
            raise
        return result

    def leave_to(self, call: Callable[[], None]) -> None:
        """Run a call at some time; nothing waits for it, and it is never refused."""
        # A pool that is closed has nothing left to hold on to.
        with contextlib.suppress(RuntimeError):
            self._executor.submit(call)

    def close(self) -> None:
        """Wait for what runs, refuse what waits, then end the threads."""
        self._closed = True
        for queue in self._queues.values():
            for turn in queue:
                if not turn.answer.done():
                    turn.answer.set_exception(ServerBusy("The server is shutting down."))
        self._queues.clear()
        self._executor.shutdown(wait=True)

    def _start_some(self) -> None:
        """Start as many calls as there are threads for, each client in its turn."""
        while self._queues and len(self._turns) < self._threads and not self._is_alone():
            client = next((one for one in self._queues if self._may_start(one)), _NOBODY)
            if client is _NOBODY:
                return
            queue = self._queues[client]
            turn = queue.popleft()
            if queue:
                self._queues.move_to_end(client)
            else:
                del self._queues[client]
            self._start(turn)

    def _is_alone(self) -> bool:
        """Tell whether a call still has its head start; look again when that is over."""
        loop = asyncio.get_running_loop()
        newest = max((turn.began for turn in self._turns), default=-math.inf)
        left_s = newest + self._alone_s - loop.time()
        if left_s <= 0:
            return False
        if self._timer is None:
            self._timer = loop.call_later(left_s, self._look_again)
        return True

    def _look_again(self) -> None:
        self._timer = None
        self._start_some()

    def _may_start(self, client: str | None) -> bool:
        if client is None or self._threads == 1:
            return True
        return sum(turn.client == client for turn in self._turns) < self._threads - 1

    def _start(self, turn: _Turn) -> None:
        loop = asyncio.get_running_loop()
        turn.began = loop.time()
        self._turns.add(turn)
        try:
            future = self._executor.submit(turn.context.run, turn.call)
        except RuntimeError:  # closed meanwhile
            self._leave(turn)
            turn.answer.set_exception(ServerBusy("The server is shutting down."))
            return

        def ended(done: Future[Any]) -> None:
            # The loop may be over before a call is that nobody waits for.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._ended, turn, done)

        future.add_done_callback(ended)

    def _ended(self, turn: _Turn, done: Future[Any]) -> None:
        self._leave(turn)
        if not turn.answer.done():
            error = done.exception()
            if error is None:
                turn.answer.set_result(done.result())
            else:
                turn.answer.set_exception(error)
        self._start_some()

    def _leave(self, turn: _Turn) -> None:
        self._turns.discard(turn)
        self._go(turn)

    def _withdraw(self, turn: _Turn) -> None:
        """Take a call that has not begun out of the queue."""
        queue = self._queues.get(turn.client)
        if queue is None or turn not in queue:
            return
        queue.remove(turn)
        if not queue:
            del self._queues[turn.client]
        self._go(turn)

    def _go(self, turn: _Turn) -> None:
        self._inside -= 1
        self._shares.leave(turn.client)


_NOBODY: Any = object()
