"""Articles are prepared in several processes: what an ingest of many new ones takes most time for.

Languages, vectors, terms, names, sketches and features are made of one article alone. Other
processes make some of them, this one the others meanwhile; everything that looks at the index or
writes it stays here. What fails there is left out, and made here as if there were no others: so an
error is met where it is always met.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Any

from indexer.article.composition import in_languages, languages_of
from indexer.ingest.batches import Prepared
from indexer.processes import executor, without_interrupts
from indexer.text.language import Identifier
from search.allocator import use_few_arenas
from search.embedding.port import Embedder
from search.index.model import Article, EmbeddedArticle

MOST = 2
"""Processes beside this one. What stays here is a third of the work: more would wait."""

STARTS_WITH = 512
"""New articles from which on others are started: that takes them 1.5 s of processor time, and 512
articles of the wmt-news texts take 4."""

CHUNK = 8
"""Articles that a process takes at once."""


@dataclass(frozen=True, slots=True)
class Preparing:
    """What articles are prepared with; `makes` are pure functions of module level."""

    identifier: Identifier
    embedder: Embedder
    makes: tuple[Callable[[EmbeddedArticle], Any], ...] = ()


def prepare(articles: Sequence[Article], preparing: Preparing) -> list[Prepared]:
    """Prepare composed articles; raises what their texts make the functions raise."""
    languages = [languages_of(article, preparing.identifier) for article in articles]
    texts = {passage.text: None for article in articles for passage in article.passages}
    rows = {text: n for n, text in enumerate(texts)}
    vectors = preparing.embedder.embed_paragraphs(list(texts))
    prepared = []
    for article, found in zip(articles, languages, strict=True):
        own = vectors[[rows[passage.text] for passage in article.passages]]
        embedded = EmbeddedArticle(in_languages(article, found), own)
        prepared.append(Prepared(found, own, {make: make(embedded) for make in preparing.makes}))
    return prepared


class Workers:
    """Processes that prepare articles beside this one, started once there are many."""

    def __init__(
        self,
        count: int,
        equip: Callable[[], Preparing],
        own: Preparing,
        starts_with: int = STARTS_WITH,
    ) -> None:
        """`equip` gives each process what this one has of its `own`; it can be sent to others."""
        self._count = count
        self._equip = equip
        self._own = own
        self._starts_with = starts_with
        self._met = 0
        self._executor: ProcessPoolExecutor | None = None
        self._started: list[Future[None]] = []

    def prepared(self, articles: Sequence[Article]) -> list[Prepared | None]:
        """Prepare articles, in their order; None for what is left to whoever asks.

        That is everything as long as no process is ready.
        """
        if not self._are_ready(len(articles)):
            return [None] * len(articles)
        chunks = [articles[at : at + CHUNK] for at in range(0, len(articles), CHUNK)]
        return [one for part in self._shared(chunks) for one in part]

    def close(self) -> None:
        """End the processes; from now on everything is left to whoever asks."""
        self._count = 0
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _are_ready(self, more: int) -> bool:
        self._met += more
        if not self._count or self._met < self._starts_with or more <= CHUNK:
            return False
        if self._executor is None:
            try:
                self._executor = executor(self._count, partial(_begin, self._equip))
                with without_interrupts():
                    self._started = [self._executor.submit(_idle) for _ in range(self._count)]
            except (OSError, ImportError):  # no process, or no semaphores, to be had here
                self.close()
                return False
        return any(future.done() for future in self._started)

    def _shared(self, chunks: Sequence[Sequence[Article]]) -> list[Sequence[Prepared | None]]:
        """Others take chunks from the first on, this process from the last.

        It waits for nobody: what others have not finished when nothing is left, it makes itself, so
        that an ingest on a machine that is busy takes no longer than alone.
        """
        found: list[Sequence[Prepared | None]] = [[None] * len(chunk) for chunk in chunks]
        left = deque(range(len(chunks)))
        given: dict[int, Future[list[Prepared]]] = {}
        try:
            while left:
                busy = sum(not future.done() for future in given.values())
                for _ in range(min(len(left), 2 * self._count - busy)):
                    given[left[0]] = self._given(chunks[left[0]])
                    left.popleft()
                if left:
                    n = left.pop()
                    found[n] = self._made_here(chunks[n])
        except (BrokenProcessPool, OSError):
            self.close()
        for n, future in reversed(given.items()):
            if future.done():
                found[n] = _attempted(future.result, len(chunks[n]))
            else:
                found[n] = self._made_here(chunks[n])
        return found

    def _made_here(self, chunk: Sequence[Article]) -> Sequence[Prepared | None]:
        return _attempted(partial(prepare, chunk, self._own), len(chunk))

    def _given(self, chunk: Sequence[Article]) -> Future[list[Prepared]]:
        if self._executor is None:
            raise BrokenProcessPool
        with without_interrupts():
            return self._executor.submit(_prepare_here, chunk)


def _attempted(get: Callable[[], list[Prepared]], count: int) -> Sequence[Prepared | None]:
    try:
        return get()
    except Exception:  # it is met again by whoever does what is left out
        return [None] * count


_PREPARING: list[Preparing] = []


def _begin(equip: Callable[[], Preparing]) -> None:
    use_few_arenas()
    _PREPARING.append(equip())


def _idle() -> None:
    """Do nothing, once the process has what it needs."""


def _prepare_here(articles: Sequence[Article]) -> list[Prepared]:
    return prepare(articles, _PREPARING[0])
