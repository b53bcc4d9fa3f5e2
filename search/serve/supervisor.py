"""The process that the others belong to: starts and stops them, and passes them connections.

uvicorn has a supervisor of its own. This one differs in three things that matter here:

* The supervisor accepts the connections and passes each to the worker that has the fewest. Where
  processes accept from one socket, chance decides: of 8 clients that hold their connections,
  6 and 2 are as common as 4 and 4, and the second core idles. (Node.js does the same, for the
  same reason: nodejs.org/api/cluster.html.)
* Processes have different tasks, and are stopped in order: first those that relay writes, then
  the one that writes.
* When the supervisor dies, whatever it dies of, the others finish and end, too.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from search.api.work.metrics import FOLDER_VARIABLE
from search.serve.link import Plan, Role
from search.serve.member import Member

log = logging.getLogger(__name__)

_GRACE_S = 10.0
"""For closing the index, once the time to finish what was accepted (`api.shutdown_s`) is over."""
_FULL_PAUSE_S = 0.05
"""Until connections are accepted again where no worker could take one."""


def supervise(plan: Plan, listening: socket.socket, announce: Callable[[], None]) -> None:
    """Serve clients of `listening` until SIGTERM or SIGINT, then finish what was accepted.

    `announce` is called when all processes are ready. Raises `PolywireError` where one of them
    cannot be started.
    """
    listening.setblocking(False)
    # Read by prometheus_client when the processes import it.
    os.environ[FOLDER_VARIABLE] = str(plan.shared.metrics)

    async def run() -> None:
        await _Supervisor(plan, listening).run(announce)

    asyncio.run(run())


class _Supervisor:
    def __init__(self, plan: Plan, listening: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._listening = listening
        self._accepting = False
        self._stopping = asyncio.Event()
        self._patience_s = plan.settings.api.shutdown_s + _GRACE_S
        self._workers = [
            Member(Role.WORKER, f"worker {number}", plan, self._balance)
            for number in range(1, plan.settings.api.workers + 1)
        ]
        self._writers = (
            [] if plan.relayed is None else [Member(Role.WRITER, "the writer", plan, self._balance)]
        )

    async def run(self, announce: Callable[[], None]) -> None:
        members = [*self._writers, *self._workers]
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._stop)
        keeping = [asyncio.create_task(member.keep()) for member in members]
        stopped: asyncio.Future[Any] = asyncio.create_task(self._stopping.wait())
        started: asyncio.Future[Any] = asyncio.gather(*(member.started for member in members))
        try:
            await asyncio.wait((started, stopped), return_when=asyncio.FIRST_COMPLETED)
            if started.done():
                started.result()
                announce()
            await stopped
            await self._finish()
        finally:
            for member in members:
                member.kill()
            await asyncio.gather(*keeping)

    def _stop(self) -> None:
        """Begin to finish; at the second signal, end at once."""
        if self._stopping.is_set():
            for member in (*self._workers, *self._writers):
                member.kill()
        self._stopping.set()

    async def _finish(self) -> None:
        self._balance()
        self._listening.close()
        for members in (self._workers, self._writers):
            await asyncio.gather(*(member.finish(self._patience_s) for member in members))

    def _balance(self) -> None:
        """Accept connections while there is a worker to take them; else they wait in the queue."""
        wanted = not self._stopping.is_set() and any(worker.ready for worker in self._workers)
        if wanted and not self._accepting:
            self._loop.add_reader(self._listening, self._accept)
        elif self._accepting and not wanted:
            self._loop.remove_reader(self._listening)
        self._accepting = wanted

    def _accept(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:  # no descriptors are left
            log.warning("no connection can be accepted: %s", error)
            self._pause()
            return
        with connection:
            # asyncio sets it by itself only where it knows the protocol of the socket.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not any(worker.pass_on(connection) for worker in self._by_load()):
                self._pause()

    def _by_load(self) -> list[Member]:
        return sorted(self._workers, key=lambda worker: (worker.connections, worker.passed))

    def _pause(self) -> None:
        """Accept nothing for a moment."""
        self._loop.remove_reader(self._listening)
        self._accepting = False
        self._loop.call_later(_FULL_PAUSE_S, self._balance)
