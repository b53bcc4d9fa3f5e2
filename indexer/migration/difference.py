"""What differs between two generations of an index, found by walking through both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from search.index.filters import Filters
from search.index.model import ArticleState
from search.index.port import SearchIndex


@runtime_checkable
class ScansStates(Protocol):
    """An index that lists ids with content hash and version faster than by whole articles."""

    def scan_states(self) -> Iterator[tuple[str, ArticleState]]:
        """Ordered by id; a snapshot."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """How a generation differs from the live one, by article id.

    `changed` are missing or have other content, `newer` have a later version than the live one
    (it was deleted and written again), `gone` are not in the live one. `total` counts the live
    one's articles.
    """

    changed: tuple[str, ...]
    newer: tuple[str, ...]
    gone: tuple[str, ...]
    total: int

    def ids(self) -> tuple[str, ...]:
        """All that differ."""
        return (*self.changed, *self.newer, *self.gone)


def difference(source: SearchIndex, target: SearchIndex) -> Difference:
    """Compare two indexes by walking through both in the order of their ids."""
    changed: list[str] = []
    newer: list[str] = []
    gone: list[str] = []
    total = 0
    theirs = states(target)
    other = next(theirs, None)
    for article_id, state in states(source):
        total += 1
        while other is not None and other[0] < article_id:
            gone.append(other[0])
            other = next(theirs, None)
        if other is None or other[0] != article_id:
            changed.append(article_id)
            continue
        if other[1] != state:
            (newer if other[1].version > state.version else changed).append(article_id)
        other = next(theirs, None)
    while other is not None:
        gone.append(other[0])
        other = next(theirs, None)
    return Difference(tuple(changed), tuple(newer), tuple(gone), total)


def states(index: SearchIndex) -> Iterator[tuple[str, ArticleState]]:
    """Ids of all articles with content hash and version, ordered by id."""
    if isinstance(index, ScansStates):
        yield from index.scan_states()
        return
    for article in index.scan(Filters()):
        yield article.id, ArticleState(article.content_hash, article.version)
