"""One check of one address: fetch what is new, index it, and note what came of it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from indexer.article.draft import RawArticle, Reject
from indexer.errors import IndexerError
from indexer.ingest.run import Pipeline, ingest
from indexer.ingest.tally import IngestSummary
from indexer.sources.fetching.document import Fetched, Request
from indexer.sources.fetching.errors import StatusFailed
from indexer.sources.fetching.fetcher import Fetcher
from indexer.sources.fetching.links import Links
from indexer.sources.fetching.memory import IndexMemory
from indexer.sources.reader import Reader, Reading
from indexer.watching.register import Register, released
from indexer.watching.schedule import after
from search.index.errors import SearchIndexError
from search.index.state import IndexState
from search.watched import Check, Watched

GONE = 410
RENEWED_AFTER_S = 120.0
"""A claim lasts ten minutes; a check of a sitemap with thousands of pages takes longer."""

TOGETHER = 4
"""Articles that are stored together: those that are not stored are lost with the process."""

MOST_REASONS = 3


@dataclass(slots=True)
class Refusals:
    """Counts what was rejected, and remembers a few reasons."""

    count: int = 0
    reasons: list[str] = field(default_factory=list)

    def write(self, reject: Reject) -> None:
        """Take a reject."""
        self.count += 1
        sentence = f"{reject.origin}: {reject.reason}"
        if len(self.reasons) < MOST_REASONS:
            self.reasons.append(sentence)


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks addresses; used by several threads at once.

    `pipeline` makes what indexes the articles of an address that are in its language and of its
    source where they do not say; `stopping` is set when the program is to end. `arrived` is called
    after each check that has brought something.
    """

    register: Register
    state: IndexState
    fetcher: Fetcher
    pipeline: Callable[[Watched], Pipeline]
    reading: Reading
    stopping: threading.Event
    batch_size: int
    arrived: Callable[[], None]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Callable[[], float] = random.random

    def check(self, one: Watched, *, at_once: bool = False) -> Watched | None:
        """Check an address, and return it as it is then.

        None where another process has it, where it is watched no longer, or where the program was
        stopped: then what was indexed stays, and the next check goes on.
        """
        taken = self.register.claim(one, self.clock(), at_once=at_once)
        if taken is None:
            return None
        memory = IndexMemory(self.state)
        limit = self.reading.max_article_bytes
        held = _Held(self, taken)
        links = Links(held, limit, memory, follow=taken.follow, lists_only=True)
        refusals = Refusals()
        try:
            summary = self._ingest(taken, links, memory, refusals)
        except (IndexerError, SearchIndexError):
            self.register.settle(taken, released)
            raise
        if summary.interrupted or held.is_stopped:
            self.register.settle(taken, released)
            return None
        error = str(links.failure) if links.failure else None
        check = Check(
            self.clock(),
            summary.added,
            summary.updated,
            0 if error and not summary.added else summary.rejected,
            error,
            () if error else (*refusals.reasons, *summary.page_reasons)[:MOST_REASONS],
            summary.without_page,
        )
        retry_after = links.failure.retry_after if links.failure else None
        gone = isinstance(links.failure, StatusFailed) and links.failure.status == GONE

        def settled(there: Watched) -> Watched:
            done = after(there, check, self.chance(), retry_after_s=retry_after, gone=gone)
            done = _moved(done, links.moved)
            return done if done.title else replace(done, title=links.title)

        if summary.added or summary.updated:
            self.arrived()
        return self.register.settle(taken, settled)

    def _ingest(
        self, taken: Watched, links: Links, memory: IndexMemory, refusals: Refusals
    ) -> IngestSummary:
        reader = Reader(
            [taken.address],
            how=Reading(self.reading.max_article_bytes, None, self.reading.processes, links),
        )
        noted = 0

        def progress(summary: IngestSummary) -> None:
            nonlocal noted
            brought = summary.added + summary.updated
            if brought > noted:
                noted = brought
                self.register.note(taken, self.clock(), summary.added, summary.updated)

        return ingest(
            _until_stopped(reader),
            self.pipeline(taken),
            refusals,
            progress,
            batch_size=min(self.batch_size, TOGETHER),
            on_stored=memory.settle,
        )


def _until_stopped(items: Iterable[RawArticle | Reject]) -> Iterator[RawArticle | Reject]:
    """Yield items until the check is stopped: what was fetched by then is stored."""
    try:
        yield from items
    except KeyboardInterrupt:
        return


class _Held:
    """Fetches while a claim holds, which it renews; once the program is to end, it ends the check.

    Before each request, since a list whose pages have not changed yields nothing for minutes.
    """

    def __init__(self, checker: Checker, taken: Watched) -> None:
        self._checker = checker
        self._taken = taken
        self._renewed = checker.clock()
        self.is_stopped = False

    def fetch(self, request: Request | str) -> Fetched:
        """Fetch a document. Raises `KeyboardInterrupt`, as Ctrl-C would, and `FetchFailed`."""
        if self._checker.stopping.is_set():
            self.is_stopped = True
            raise KeyboardInterrupt
        now = self._checker.clock()
        if (now - self._renewed).total_seconds() > RENEWED_AFTER_S:
            self._renewed = now
            self._checker.register.renew(self._taken, now)
        return self._checker.fetcher.fetch(request)


def _moved(one: Watched, to: str | None) -> Watched:
    return replace(one, url=to) if to else one
