"""The one writer of the server: a bounded queue of requests, and their outcomes.

The embedded engine takes one writer, and every commit costs about the same however many
articles it holds. So requests wait in one queue, and a thread takes all that is there at once:
under load, fifty clients that put one article each share one commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any

from search.api.errors import NotPermitted, ServerBusy
from search.api.work.commits import Check, Committer, Erase, Job
from search.api.work.metrics import Metrics
from search.api.work.services import Ingest, Record
from search.api.work.shares import Shares
from search.index.model import WriteResult
from search.index.port import SearchIndex


class Writer:
    """Takes articles in order of arrival; what it has accepted, it finishes.

    At most `waiting` requests of together `waiting_bytes` wait. Its methods belong to one
    event loop.
    """

    def __init__(  # noqa: PLR0913
        self,
        index: SearchIndex,
        load_ingest: Callable[[], Ingest] | None,
        metrics: Metrics,
        waiting: int,
        waiting_bytes: int,
        *,
        erase: Erase | None = None,
    ) -> None:
        self._waiting = waiting
        self._shares = Shares(waiting)
        self._waiting_bytes = waiting_bytes
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._inside = 0
        self._bytes = 0
        self._change = asyncio.Event()
        self._closing = False
        self._thread: Thread | None = None
        if load_ingest is not None:
            committer = Committer(index, load_ingest, metrics, self._jobs, erase)
            self._thread = Thread(target=committer.work, name="polywire-writer", daemon=True)

    @property
    def inside(self) -> int:
        """Requests that wait or are being written."""
        return self._inside

    def start(self) -> None:
        """Start the thread."""
        if self._thread is not None:
            self._thread.start()

    async def close(self) -> None:
        """Finish what was accepted, then end the thread."""
        self._closing = True
        self._change.set()
        if self._thread is not None and self._thread.is_alive():
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)

    async def write(
        self,
        records: Sequence[Record],
        size: int,
        check: Check | None = None,
        *,
        patient: bool = False,
    ) -> list[WriteResult]:
        """Write articles of together `size` bytes; one result each, in order.

        They are visible to searches when it returns. Where the queue is full it raises
        `ServerBusy` or, with `patient`, waits; it also raises that where the key has its share of
        the queue. Raises what
        `search.api.work.services.Ingest` raises.
        """
        results: list[WriteResult] = await self._done(Job(records, None, check, size), patient)
        return results

    async def delete(self, article_id: str, check: Check | None = None) -> bool:
        """Delete an article; tells whether it was there, or had been withdrawn."""
        deleted: bool = await self._done(Job((), article_id, check, 0), patient=False)
        return deleted

    async def _done(self, job: Job, patient: bool) -> Any:  # noqa: ANN401  as the job says
        if self._thread is None:
            raise NotPermitted("This server takes no writes (api.read_only).")
        while patient and self._full(job) and not self._closing:
            self._change.clear()
            await self._change.wait()
        if self._closing:
            raise ServerBusy("The server is shutting down.")
        if self._full(job):
            raise ServerBusy(f"{self._inside} writes are waiting already; try again in a moment.")
        self._shares.check("writes")
        name = self._shares.take()
        self._inside += 1
        self._bytes += job.size
        loop = asyncio.get_running_loop()
        job.done.add_done_callback(lambda _: loop.call_soon_threadsafe(self._leave, job.size, name))
        self._jobs.put(job)
        return await asyncio.wrap_future(job.done)

    def _full(self, job: Job) -> bool:
        # A request larger than all that may wait is accepted alone.
        heavy = self._inside > 0 and self._bytes + job.size > self._waiting_bytes
        return self._inside >= self._waiting or heavy

    def _leave(self, size: int, name: str | None) -> None:
        self._inside -= 1
        self._shares.leave(name)
        self._bytes -= size
        self._change.set()
