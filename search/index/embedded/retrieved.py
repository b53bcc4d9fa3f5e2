"""What the legs of one search found, over the version of the table that they ran on."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any

import pyarrow as pa

from search.index.embedded import counting
from search.index.embedded.conditions import one_of
from search.index.embedded.found import Ranked
from search.index.embedded.retrieval import View, fetched
from search.index.embedded.rows import HIT_COLUMNS, article_of, moment, passage_of
from search.index.model import Article, Bucket, Candidate, Facet, LegResult, PassageScore
from search.index.port import FacetField, Interval


class EmbeddedRetrieved:
    """See `search.index.port.Retrieved`."""

    def __init__(
        self,
        view: View,
        ranked: Sequence[tuple[Sequence[Ranked], int | None]],
        passages: int,
        scores: int,
    ) -> None:
        """`ranked` has what each leg found; the rest is what `SearchIndex.retrieve` was told."""
        self._view = view
        self._passages = passages
        self._legs = [{one.article_id: one for one in found} for found, _ in ranked]
        self._rows: dict[str, dict[int, int]] = {}
        for one in chain.from_iterable(found for found, _ in ranked):
            rows = self._rows.setdefault(one.article_id, {})
            rows.update(zip(one.positions, one.rows, strict=True))
        self.results = tuple(
            LegResult(
                tuple(Candidate(one.article_id, one.score, one.scores[:scores]) for one in found),
                total,
            )
            for found, total in ranked
        )

    @cached_property
    def _found(self) -> dict[int, dict[str, Any]]:
        """Every row that a leg returned, by row id."""
        wanted = [row for rows in self._rows.values() for row in rows.values()]
        return {row["_rowid"]: row for row in fetched(self._view, wanted).to_pylist()}

    def _row(self, article_id: str) -> dict[str, Any]:
        return self._found[next(iter(self._rows[article_id].values()))]

    def langs(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """Look into the rows."""
        return {one: self._row(one)["lang"] for one in article_ids if one in self._rows}

    def published(self, article_ids: Collection[str]) -> Mapping[str, datetime | None]:
        """Look into the rows."""
        return {
            one: moment(self._row(one)["published"]) for one in article_ids if one in self._rows
        }

    def facets(
        self, fields: Sequence[FacetField], article_ids: Collection[str]
    ) -> tuple[Facet, ...]:
        """Count what the rows have."""
        return counting.facets_of(self._articles(article_ids), fields)

    def histogram(self, interval: Interval, article_ids: Collection[str]) -> tuple[Bucket, ...]:
        """Count what the rows have."""
        return counting.histogram_of(self._articles(article_ids), interval)

    def _articles(self, article_ids: Collection[str]) -> pa.Table:
        first = [next(iter(self._rows[one].values())) for one in article_ids if one in self._rows]
        return fetched(self._view, first)

    def best_passages(
        self, article_ids: Collection[str]
    ) -> Sequence[Mapping[str, tuple[PassageScore, ...]]]:
        """Look into what the legs found."""
        return [
            {
                one: tuple(map(PassageScore, found[one].positions, found[one].scores))[
                    : self._passages
                ]
                for one in article_ids
                if one in found
            }
            for found in self._legs
        ]

    def likeness(
        self,
        legs: Mapping[str, int],
        shown: Collection[str],  # noqa: ARG002 -- all are compared
    ) -> Mapping[str, Hashable]:
        """Compare the texts themselves."""
        rows = {one: self._found[self._legs[leg][one].rows[0]] for one, leg in legs.items()}
        return {one: (row["title"], row["text"]) for one, row in rows.items()}

    def fetch(self, passages: Mapping[str, Sequence[int]]) -> Mapping[str, Article]:
        """Read the rows of the passages."""
        table = self._view.dataset.to_table(
            columns=list(HIT_COLUMNS),
            filter=one_of("article_id", passages) if passages else "false",
        )
        rows = {(row["article_id"], row["position"]): row for row in table.to_pylist()}
        fetched: dict[str, Article] = {}
        for one, positions in passages.items():
            found = [rows[one, at] for at in positions if (one, at) in rows]
            if found:
                shown = tuple(passage_of(row) for row in found)
                fetched[one] = replace(article_of(found[0]), passages=shown)
        return fetched
