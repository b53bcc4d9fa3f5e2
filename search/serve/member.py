"""A place in a server: a process fills it, and another when that one has died."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import signal
import socket
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from search.api.work.metrics import forget_process
from search.errors import PolywireError
from search.serve import child
from search.serve.link import Failed, Link, Plan, Report, Role

log = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 30.0
"""Between two starts of a process that fails to start."""

# Never forked: the threads of Lance and of the models do not survive that.
_SPAWN = multiprocessing.get_context("spawn")


class _StartFailed(PolywireError):
    """A process could not be started at the beginning; the sentence is its own."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.reason)
        self.exit_code = failed.exit_code  # type: ignore[misc]


class Member:
    """One place. Its methods belong to the event loop that it is made in."""

    def __init__(self, role: Role, name: str, plan: Plan, changed: Callable[[], None]) -> None:
        """`changed` is called whenever the process becomes ready, or is no longer there."""
        self.started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the first process is ready; has a `PolywireError` where that failed."""
        self.ready = False
        self.connections = 0
        """Connections of clients that the process has."""
        self.passed = 0
        """Connections that its processes ever had."""
        self._role = role
        self._name = name
        self._plan = plan
        self._changed = changed
        self._process: SpawnProcess | None = None
        self._outbox: socket.socket | None = None
        self._failed: Failed | None = None
        self._finishing = asyncio.Event()
        self._over = asyncio.Event()

    async def keep(self) -> None:
        """Run the process, and another whenever it ends, until `finish` is called."""
        pause = 0.0
        try:
            while not await _is_set(self._finishing, pause):
                was_ready, ending = await self._run_once()
                if self._finishing.is_set():
                    break
                failed = self._failed or Failed(f"{self._name} {ending}", 1)
                if not self.started.done():
                    self.started.set_exception(_StartFailed(failed))
                    break
                if was_ready:
                    pause = 0.0
                    log.warning("%s %s; another takes its place", self._name, ending)
                else:
                    pause = min(max(1.0, 2 * pause), _LONGEST_PAUSE_S)
                    reason = failed.reason
                    log.error("%s: %s Next try in %g s.", self._name, reason, pause)
        finally:
            self._over.set()

    def pass_on(self, connection: socket.socket) -> bool:
        """Pass the process a connection; tells whether it could take it."""
        if not self.ready or self._outbox is None:
            return False
        try:
            socket.send_fds(self._outbox, [b"c"], [connection.fileno()])
        except OSError:  # it is dying, or so busy that others wait already
            return False
        self.connections += 1
        self.passed += 1
        return True

    async def finish(self, patience_s: float) -> None:
        """Let the process finish what it has accepted, for so long; then kill it."""
        self._finishing.set()
        if self._outbox is not None and self.ready:
            self._outbox.close()
            if await _is_set(self._over, patience_s):
                return
            log.error("%s has not finished within %g s and is killed", self._name, patience_s)
        self.kill()

    def kill(self) -> None:
        """End the process at once, for good."""
        self._finishing.set()
        if self._process is not None:
            self._process.kill()

    async def _run_once(self) -> tuple[bool, str]:
        """Run a process to its end; returns whether it was ready, and how it ended."""
        loop = asyncio.get_running_loop()
        reports, process = self._start()
        loop.add_reader(reports.fileno(), self._hear, reports)
        ended = asyncio.Event()
        loop.add_reader(process.sentinel, ended.set)
        await ended.wait()
        loop.remove_reader(process.sentinel)
        loop.remove_reader(reports.fileno())
        process.join()
        was_ready = self._forget(process, reports)
        code = process.exitcode or 0
        how = f"was killed by signal {-code}" if code < 0 else f"has ended with exit code {code}"
        return was_ready, f"(process {process.pid}) {how}"

    def _start(self) -> tuple[Connection, SpawnProcess]:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        receiving, sending = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(
            target=child.main, args=(self._role, self._plan, Link(theirs, sending))
        )
        with _signals_held():
            process.start()
        theirs.close()
        sending.close()
        self._failed, self._process, self._outbox = None, process, ours
        return receiving, process

    def _hear(self, reports: Connection) -> bool:
        """Take in what the process tells; returns whether it can tell more."""
        try:
            report = reports.recv()
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(reports.fileno())
            return False
        if report is Report.CLOSED:
            self.connections -= 1
        elif report is Report.READY:
            self.ready = True
            if not self.started.done():
                self.started.set_result(None)
            self._changed()
        else:
            self._failed = report
        return True

    def _forget(self, process: SpawnProcess, reports: Connection) -> bool:
        """Clean up after a process that has ended; tells whether it was ready."""
        while reports.poll() and self._hear(reports):
            pass  # what it told last
        reports.close()
        if self._outbox is not None:
            self._outbox.close()
        if process.pid is not None:
            forget_process(process.pid, self._plan.shared.metrics)
        was_ready = self.ready
        self.ready, self.connections, self._process, self._outbox = False, 0, None, None
        self._changed()
        return was_ready


async def _is_set(event: asyncio.Event, within_s: float) -> bool:
    """Tell whether an event happens within this time."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), within_s)
    return event.is_set()


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back from the processes that are started meanwhile.

    Ctrl+C, and what stops services, reach all processes of a server at once; but the supervisor
    stops them one after the other. A process inherits which signals are held back.
    """
    resource_tracker.ensure_running()  # its start would let them pass again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
