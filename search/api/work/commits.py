"""The thread that writes: takes what waits, commits it together, gives each its outcome."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from search.api.work.metrics import Metrics
from search.api.work.services import Ingest, Record
from search.errors import PolywireError
from search.index.port import SearchIndex

log = logging.getLogger("search.api.work.writer")

Check = Callable[[], None]
"""Raises if the write must not happen; nothing else is written between it and the write."""

Erase = Callable[[str], bool]
"""Takes out an article; tells whether there was anything to take out."""

TOGETHER = 256
"""Most articles in one commit, so that no request waits for a very long one."""


@dataclass(slots=True)
class Job:
    """Articles to write or, if there are none, an article to delete; `size` in bytes."""

    records: Sequence[Record]
    delete: str | None
    check: Check | None
    size: int
    done: Future[Any] = field(default_factory=Future)

    @property
    def joins_others(self) -> bool:
        """Tell whether it may share a commit."""
        return self.delete is None and self.check is None


class Committer:
    """Works through a queue of jobs in order, until it meets None."""

    def __init__(
        self,
        index: SearchIndex,
        load_ingest: Callable[[], Ingest],
        metrics: Metrics,
        jobs: SimpleQueue[Job | None],
        erase: Erase | None = None,
    ) -> None:
        self._erase = erase or self._delete
        self._index = index
        self._load_ingest = load_ingest
        self._metrics = metrics
        self._jobs = jobs
        self._taken: deque[Job | None] = deque()
        self._loaded: Ingest | None = None

    def work(self) -> None:
        """Load the indexing pipeline, beside the first reads, then write what comes."""
        try:
            self._ingest()
        except Exception:  # the first write tries again, and tells its client
            log.exception("articles cannot be taken in yet")
        while (job := self._next()) is not None:
            group = [job, *self._companions(job)]
            self._settle([each for each in group if each.done.set_running_or_notify_cancel()])

    def _next(self) -> Job | None:
        return self._taken.popleft() if self._taken else self._jobs.get()

    def _companions(self, first: Job) -> list[Job]:
        """Take the writes that wait behind the first and can share its commit."""
        companions: list[Job] = []
        count = len(first.records)
        while first.joins_others and count < TOGETHER:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None or not job.joins_others:
                self._taken.append(job)
                break
            companions.append(job)
            count += len(job.records)
        return companions

    def _settle(self, group: list[Job]) -> None:
        """Write the group in one commit and tell each job what became of its articles."""
        if not group:
            return
        try:
            outcomes = self._run(group)
        except PolywireError as error:
            for job in group:
                job.done.set_exception(error)
        except Exception as error:
            if len(group) == 1:
                group[0].done.set_exception(error)
                return
            # An article that fails unexpectedly must not fail those beside it.
            log.exception("a commit of %d requests failed; they are tried one by one", len(group))
            for job in group:
                self._settle([job])
        else:
            for job, outcome in zip(group, outcomes, strict=True):
                job.done.set_result(outcome)

    def _run(self, group: list[Job]) -> list[Any]:
        first = group[0]
        if first.check is not None:
            first.check()
        if first.delete is not None:
            return [self._erase(first.delete)]
        records = [record for job in group for record in job.records]
        results = self._ingest()(records)
        if len(results) != len(records):
            raise RuntimeError(f"{len(records)} articles came back as {len(results)} results")
        self._index.show()
        self._metrics.commits.observe(len(records))
        for result in results:
            self._metrics.articles.labels(str(result.outcome)).inc()
        ends = iter(results)
        return [[next(ends) for _ in job.records] for job in group]

    def _delete(self, article_id: str) -> bool:
        deleted = self._index.delete([article_id])
        self._index.show()
        return deleted > 0

    def _ingest(self) -> Ingest:
        if self._loaded is None:
            self._loaded = self._load_ingest()
        return self._loaded
