"""What the legs of one search found, over the version of the table that they ran on."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.index.embedded.articles import UNDATED
from search.index.embedded.counting import histogram_of
from search.index.embedded.found import Numbers, Ranking
from search.index.embedded.rows import article_of, moment, passage_of
from search.index.embedded.view import View
from search.index.model import Article, Bucket, Facet, LegResult, PassageScore
from search.index.port import FacetField, Interval
from search.index.time_zones import UTC_NAME


class Reading(Protocol):
    """Translates errors of the driver."""

    def __call__(self) -> AbstractContextManager[None]:
        """Hold while something is read."""
        ...


class EmbeddedRetrieved:
    """See `search.index.port.Retrieved`."""

    def __init__(
        self,
        view: View,
        results: tuple[LegResult, ...],
        rankings: Sequence[Ranking],
        passages: int,
        reading: Reading,
    ) -> None:
        """`rankings` are of the legs; `passages` is what `SearchIndex.retrieve` was told."""
        self.results = results
        self._view = view
        self._reading = reading
        self._rankings = rankings
        self._passages = passages
        self._numbers: dict[str, int] = {}
        for ranking in rankings:
            self._numbers |= zip(ranking.ids, ranking.articles.tolist(), strict=True)

    def langs(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """Look up."""
        ids, articles = self._known(article_ids)
        return dict(zip(ids, self._view.langs(articles), strict=True))

    def published(self, article_ids: Collection[str]) -> Mapping[str, datetime | None]:
        """Look up."""
        ids, articles = self._known(article_ids)
        with self._reading():
            published = self._view.published(articles).tolist()
        dates = (moment(None if when == UNDATED else when) for when in published)
        return dict(zip(ids, dates, strict=True))

    def facets(
        self, fields: Sequence[FacetField], article_ids: Collection[str]
    ) -> tuple[Facet, ...]:
        """Count codes."""
        _, articles = self._known(article_ids)
        with self._reading():
            return tuple(Facet(field, self._view.counts(field, articles)) for field in fields)

    def histogram(
        self, interval: Interval, article_ids: Collection[str], zone: str = UTC_NAME
    ) -> tuple[Bucket, ...]:
        """Count dates."""
        _, articles = self._known(article_ids)
        with self._reading():
            return histogram_of(self._view.published(articles), interval, zone)

    def best_passages(
        self, article_ids: Collection[str]
    ) -> Sequence[Mapping[str, tuple[PassageScore, ...]]]:
        """Look into the rankings."""
        wanted = frozenset(article_ids)
        return [self._best(ranking, wanted) for ranking in self._rankings]

    def _best(
        self, ranking: Ranking, wanted: Collection[str]
    ) -> dict[str, tuple[PassageScore, ...]]:
        spans = {
            one: slice(begin, min(end, begin + self._passages))
            for one, (begin, end) in zip(ranking.ids, ranking.spans, strict=True)
            if one in wanted
        }
        with self._reading():
            return {
                one: tuple(
                    map(
                        PassageScore,
                        self._view.positions(ranking.rows[span]).tolist(),
                        ranking.scores[span].tolist(),
                    )
                )
                for one, span in spans.items()
            }

    def likeness(self, legs: Mapping[str, int], shown: Collection[str]) -> Mapping[str, Hashable]:
        """Compare hashes."""
        del shown  # all are compared: it costs nothing more
        wanted = {
            one: row
            for number, ranking in enumerate(self._rankings)
            for one, row in zip(ranking.ids, ranking.rows[ranking.begins].tolist(), strict=True)
            if legs.get(one) == number
        }
        with self._reading():
            alike = self._view.alike(np.fromiter(wanted.values(), np.int64, len(wanted)))
        return dict(zip(wanted, alike, strict=True))

    def means(self, article_ids: Collection[str]) -> Mapping[str, NDArray[np.float64]]:
        """Read all vectors."""
        ids, articles = self._known(article_ids)
        with self._reading():
            found = self._view.vectors(articles)
        return {
            one: vectors.mean(axis=0, dtype=np.float64)
            for one, vectors in zip(ids, found, strict=True)
            if len(vectors)
        }

    def nearness(
        self, vectors: NDArray[np.float32], article_ids: Collection[str]
    ) -> Mapping[str, tuple[float, ...]]:
        """Compare with the vectors of 8 bits per number: exact ones would take as long as a leg."""
        ids, articles = self._known(article_ids)
        with self._reading():
            found = self._view.nearness(articles, vectors)
        return dict(zip(ids, map(tuple, found.tolist()), strict=True))

    def fetch(self, passages: Mapping[str, Sequence[int]]) -> Mapping[str, Article]:
        """Read the rows of the passages."""
        wanted = {self._numbers[one]: at for one, at in passages.items() if one in self._numbers}
        with self._reading():
            found = self._view.at(wanted)
        articles: dict[str, Article] = {}
        for one, positions in passages.items():
            number = self._numbers.get(one, -1)
            rows = [found[number, at] for at in positions if (number, at) in found]
            if rows:
                shown = tuple(passage_of(row) for row in rows)
                articles[one] = article_of(rows[0], shown)
        return articles

    def _known(self, article_ids: Collection[str]) -> tuple[list[str], Numbers]:
        """Return those ids that are candidates, and the numbers of the articles."""
        ids = [one for one in article_ids if one in self._numbers]
        return ids, np.fromiter((self._numbers[one] for one in ids), np.int64, len(ids))
