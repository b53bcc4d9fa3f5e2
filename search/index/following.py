"""What follows the writes of an index: parts that derive something from articles and store it.

A follower is told before articles are written or deleted, and after that what became of them. Told
before, it can note what is about to happen, and the next writer does what a killed one has left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from search.index.history import ArticleVersion
from search.index.model import EmbeddedArticle, Outcome, WriteReport
from search.index.port import SearchIndex

_WRITTEN = (Outcome.ADDED, Outcome.UPDATED)


class Follower(Protocol):
    """Derives something from articles. May be called from several threads."""

    def begin(self, ids: Sequence[str]) -> str:
        """Say which articles are about to be written or deleted; returns the name of a note."""
        ...

    def written(self, note: str, articles: Sequence[EmbeddedArticle]) -> None:
        """Say which of them were added or updated; they are durable."""
        ...

    def deleted(self, note: str, ids: Sequence[str]) -> None:
        """Say that they are there no more."""
        ...

    def drop(self, note: str) -> None:
        """Say that nothing was written."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def followed(index: SearchIndex, load: Callable[[], Iterable[Follower]]) -> SearchIndex:
    """Return the index with followers of its writes, which the first write loads."""
    # The wrapper has what it does not define from the index itself.
    return cast(SearchIndex, _Followed(index, load))


class _Followed:
    def __init__(self, index: SearchIndex, load: Callable[[], Iterable[Follower]]) -> None:
        self._index = index
        self._load = load
        self._loaded: tuple[Follower, ...] | None = None
        self._lock = threading.Lock()

    @property
    def _followers(self) -> tuple[Follower, ...]:
        with self._lock:
            if self._loaded is None:
                self._loaded = tuple(self._load())
            return self._loaded

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the index has
        return getattr(self._index, name)

    def write(
        self,
        batch: Sequence[EmbeddedArticle],
        copied: Mapping[str, Sequence[ArticleVersion]] | None = None,
    ) -> WriteReport:
        """See `SearchIndex.write`."""
        notes = self._begin([one.article.id for one in batch])
        report = self._index.write(batch, copied)
        written = {}
        for one, result in zip(batch, report.results, strict=True):
            if result.outcome in _WRITTEN:
                written[one.article.id] = one  # of equal ids the last that was written wins
        for follower, note in zip(self._followers, notes, strict=True):
            if written:
                follower.written(note, list(written.values()))
            else:
                follower.drop(note)
        return report

    def delete(self, article_ids: Sequence[str]) -> int:
        """See `SearchIndex.delete`."""
        notes = self._begin(article_ids)
        deleted = self._index.delete(article_ids)
        for follower, note in zip(self._followers, notes, strict=True):
            follower.deleted(note, article_ids)
        return deleted

    def close(self) -> None:
        """See `SearchIndex.close`."""
        for follower in self._loaded or ():
            follower.close()
        self._index.close()

    def _begin(self, ids: Sequence[str]) -> list[str]:
        return [follower.begin(list(dict.fromkeys(ids))) for follower in self._followers]
