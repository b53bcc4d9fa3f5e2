"""The legs over one version of the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.clauses import Matching
from search.index.embedded.conditions import both, one_of
from search.index.embedded.found import Found, Ranked, best_articles, is_in
from search.index.embedded.matching import Selection, named, passages
from search.index.embedded.resident import Resident
from search.index.embedded.rows import HIT_COLUMNS, article_of, passage_of, vectors_of
from search.index.embedded.table import Dataset
from search.index.errors import QueryRefused
from search.index.legs import LatestLeg, Leg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import ArticleHit, PassageHit

POOL = 4
"""Passages fetched at first for each article that is wanted, and the factor they grow by."""

SMALLEST_POOL = 64

MARGIN = 2e-3
"""Lance's cosines differ from ours by up to this much (it rounds the question to half precision,
and vectors to 8 bits in its index), so that articles this close to the cut are scored again."""

PROBES = 32
"""Partitions of the vector index that are looked into at least: recall@10 is 0.997 then, over
150,000 vectors in 36 partitions. Lance looks into more where filters leave too few."""

HITS_A_READ = 256
"""Articles whose rows are fetched at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One version of the table: its files and, where they are held, its passages in memory.

    With or without the latter, what is found is the same.
    """

    dataset: Dataset
    resident: Resident | None = None


def retrieve(
    view: View, leg: Leg, selection: Selection, limit: int, shown: int
) -> tuple[Sequence[Ranked], int | None]:
    """Run one leg: `limit` articles with up to `shown` passages each, and how many there are."""
    if isinstance(leg, VectorLeg):
        return _nearest(view, leg, selection, limit, shown), None
    return rank(view.dataset, leg, selection, limit, shown)


def rank(
    dataset: Dataset,
    leg: LexicalLeg | NamesLeg | LatestLeg,
    selection: Selection,
    limit: int | None,
    shown: int,
) -> tuple[Sequence[Ranked], int]:
    """Rank all that matches, so that nothing is cut too early; also returns how many there are.

    `limit` None cuts nothing.
    """
    if isinstance(leg, LatestLeg):
        return _rank_by_date(dataset, leg.clause, selection, limit, shown)
    if isinstance(leg, NamesLeg):
        found = named(dataset, leg.keys, selection)
    else:
        found = passages(dataset, leg.clause, selection)
    # Sums of single-precision floats in another order differ in the last digits.
    rounded = Found(found.rows, found.articles, found.positions, np.round(found.scores, 4))
    return best_articles(rounded, limit, shown)


def hits(view: View, ranked: Sequence[Ranked]) -> Iterator[ArticleHit]:
    """Fetch what the hits show, some hundred articles at a time."""
    for start in range(0, len(ranked), HITS_A_READ):
        articles = ranked[start : start + HITS_A_READ]
        wanted = [row for article in articles for row in article.rows]
        rows = {row["_rowid"]: row for row in fetched(view, wanted).to_pylist()}
        for article in articles:
            yield _hit(article, [rows[row] for row in article.rows])


def fetched(view: View, row_ids: Sequence[int]) -> pa.Table:
    """Return `HIT_COLUMNS` and `_rowid` of rows, in any order."""
    if view.resident is not None:
        return view.resident.fetch(row_ids)
    listed = ", ".join(str(row) for row in row_ids)
    return view.dataset.to_table(
        columns=list(HIT_COLUMNS), filter=f"_rowid IN ({listed})", with_row_id=True
    )


def _rank_by_date(
    dataset: Dataset,
    clause: Matching | None,
    selection: Selection,
    limit: int | None,
    shown: int,
) -> tuple[Sequence[Ranked], int]:
    found = None if clause is None else passages(dataset, clause, selection)
    table = articles(dataset, ["published"], selection, found)
    # Nulls come last in either direction.
    order = [("published", "descending"), ("article_id", "ascending")]
    newest = table.sort_by(order).slice(0, limit)["article_id"]
    names = newest.to_pylist()
    if found is None:
        rows = _first(dataset, names, shown)
    else:
        best, _ = best_articles(found.of_articles(newest.combine_chunks()), None, shown)
        rows = {a.article_id: list(zip(a.rows, a.positions, strict=True)) for a in best}
    ranked = [_undecided(name, rows[name]) for name in names]
    return ranked, len(table)


def articles(
    dataset: Dataset, columns: Sequence[str], selection: Selection, found: Found | None
) -> pa.Table:
    """Return one row for each article that passes, and of which a passage is among `found`."""
    table = dataset.to_table(
        columns=["article_id", *columns], filter=both("lead", selection.condition)
    )
    table = table.filter(pa.array(selection.keeps(table["article_id"])))
    if found is None:
        return table
    return table.filter(pa.array(is_in(table["article_id"], found.articles)))


def _undecided(name: str, rows: Sequence[tuple[int, int]]) -> Ranked:
    """Rank an article without scores, by (row, position) of its passages."""
    return Ranked(
        name, 0.0, tuple(r for r, _ in rows), tuple(p for _, p in rows), (0.0,) * len(rows)
    )


def _first(dataset: Dataset, names: Sequence[str], shown: int) -> dict[str, list[tuple[int, int]]]:
    """Return the row ids and positions of the first passages of articles."""
    first: dict[str, list[tuple[int, int]]] = {name: [] for name in names}
    for start in range(0, len(names), HITS_A_READ):
        table = dataset.to_table(
            columns=["article_id", "position"],
            filter=one_of("article_id", names[start : start + HITS_A_READ]),
            with_row_id=True,
        )
        for row in table.sort_by("position").to_pylist():
            if len(first[row["article_id"]]) < shown:
                first[row["article_id"]].append((row["_rowid"], row["position"]))
    return first


def _nearest(
    view: View, leg: VectorLeg, selection: Selection, limit: int, shown: int
) -> Sequence[Ranked]:
    """Find the nearest articles, then score all their passages exactly."""
    question = _unit_question(leg, view.dataset.schema.field("vector").type.list_size)
    if view.resident is None:
        table, vectors = _near(view.dataset, question, selection, limit)
    else:
        admitted = None
        if selection != Selection(None):
            passing = articles(view.dataset, [], selection, None)
            admitted = passing["article_id"].combine_chunks()
        table, vectors = view.resident.near(question, admitted, limit)
    # In double precision and row by row, so that a score does not depend on what stands around it.
    cosines = np.clip(np.vecdot(vectors.astype(np.float64), question), -1.0, 1.0)
    ranked, _ = best_articles(Found.of(table, np.round(cosines, 6)), limit, shown)
    return ranked


def _near(
    dataset: Dataset, question: NDArray[np.float64], selection: Selection, limit: int
) -> tuple[pa.Table, NDArray[np.float32]]:
    """Say what `Resident.near` says, from the files."""
    names = _nearest_articles(dataset, question, selection, limit)
    table = dataset.to_table(
        columns=["article_id", "position", "vector"],
        filter=one_of("article_id", names) if names else "false",
        with_row_id=True,
    )
    return table, vectors_of(table)


def _nearest_articles(
    dataset: Dataset, question: NDArray[np.float64], selection: Selection, limit: int
) -> list[str]:
    """Return at least the `limit` nearest articles, if so many pass, and those close behind."""
    pool = max(SMALLEST_POOL, POOL * limit)
    while True:
        table = dataset.to_table(
            columns=["article_id", "_distance"],
            nearest={
                "column": "vector",
                "q": question.astype(np.float32),
                "k": pool,
                "metric": "cosine",
                "minimum_nprobes": PROBES,
            },
            filter=selection.condition,
            prefilter=True,
        )
        exhausted = len(table) < pool
        farthest = table["_distance"][-1].as_py() if len(table) else np.inf
        if selection.excluded is not None:
            table = table.filter(pa.array(selection.keeps(table["article_id"])))
        best = _best_distances(table)
        reach = list(best.values())[limit - 1] + MARGIN if len(best) >= limit else np.inf
        if exhausted or farthest > reach:
            return [name for name, distance in best.items() if distance <= reach]
        pool *= POOL


def _best_distances(nearest_first: pa.Table) -> dict[str, float]:
    best: dict[str, float] = {}
    rows = zip(
        nearest_first["article_id"].to_pylist(), nearest_first["_distance"].to_pylist(), strict=True
    )
    for name, distance in rows:
        best.setdefault(name, distance)
    return best


def _unit_question(leg: VectorLeg, dimension: int) -> NDArray[np.float64]:
    question = np.asarray(leg.vector, dtype=np.float64)
    if question.shape != (dimension,):
        raise QueryRefused(
            f"The question's vector has shape {question.shape}; the index has {dimension} "
            "dimensions. Search with the model that the index was written with."
        )
    length = float(np.linalg.norm(question))
    if not np.isfinite(length) or length == 0:
        raise QueryRefused("The question's vector is zero or not finite: the model is broken.")
    return question / length


def _hit(ranked: Ranked, rows: Sequence[Mapping[str, Any]]) -> ArticleHit:
    return ArticleHit(
        article=article_of(rows[0]),
        score=ranked.score,
        passages=tuple(
            PassageHit(passage_of(row), score)
            for row, score in zip(rows, ranked.scores, strict=True)
        ),
    )
