"""The legs over one version of the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from search import deadline
from search.index.embedded.found import Found, Grouped, Numbers, Ranking, places
from search.index.embedded.matching import Selection, named, passages
from search.index.embedded.quantised import single
from search.index.embedded.rows import article_of, microseconds_of, passage_of
from search.index.embedded.view import Row, View
from search.index.legs import LatestLeg, Leg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import ArticleHit, Candidate, LegResult, PassageHit

HITS_A_READ = 256
"""Articles whose rows are fetched at a time."""


def rank(selection: Selection, leg: Leg, limit: int | None, shown: int) -> Ranking:
    """Run one leg: `limit` articles with up to `shown` passages each; None cuts nothing."""
    deadline.check()
    match leg:
        case LatestLeg():
            return _by_date(selection, leg, limit, shown)
        case VectorLeg():
            found = _nearest(selection, leg, limit or 0, shown)
        case NamesLeg(keys):
            found = _rounded(named(selection, keys))
        case LexicalLeg(clause):
            found = _rounded(passages(selection, clause))
    return _grouped(selection.view, found).best(limit, shown, partial(_names, selection))


def result_of(leg: Leg, ranking: Ranking, most: int) -> LegResult:
    """Return the candidates of a leg, each with the scores of `most` passages at most."""
    scores = ranking.scores.tolist()
    begins = ranking.begins
    ends = np.minimum(ranking.ends, begins + most).tolist()
    own = [tuple(scores[begin:end]) for begin, end in zip(begins.tolist(), ends, strict=True)]
    first = ranking.scores[begins].tolist()
    candidates = tuple(map(Candidate, ranking.ids, first, own))
    return LegResult(candidates, None if isinstance(leg, VectorLeg) else ranking.total)


def hits(view: View, ranking: Ranking) -> Iterator[ArticleHit]:
    """Fetch what the hits show, some hundred articles at a time."""
    spans = ranking.spans
    for start in range(0, len(spans), HITS_A_READ):
        deadline.check()
        part = spans[start : start + HITS_A_READ]
        first = part[0][0]
        rows = view.shown(ranking.rows[first : part[-1][1]])
        for begin, end in part:
            yield _hit(rows[begin - first : end - first], ranking.scores[begin:end].tolist())


def _rounded(found: Found) -> Found:
    """Round scores: sums of single-precision floats in another order differ in the last digits."""
    return Found(found.rows, np.round(found.scores, 4))


def _grouped(view: View, found: Found) -> Grouped:
    return Grouped.of(found, view.articles(found.rows), view.positions(found.rows))


def _names(selection: Selection, articles: Numbers) -> list[str]:
    """Return the ids of articles; most of those of one leg another has found as well."""
    numbers, known = articles.tolist(), selection.names
    new = [number for number in numbers if number not in known]
    if new:
        ids = selection.view.ids(np.array(new, np.int64)).to_pylist()
        known.update(zip(new, ids, strict=True))
    return [known[number] for number in numbers]


def _by_date(selection: Selection, leg: LatestLeg, limit: int | None, shown: int) -> Ranking:
    view, clause = selection.view, leg.clause
    if clause is None:
        articles = selection.passing()
    else:
        found = passages(selection, clause)
        articles = np.unique(view.articles(found.rows))
    newest = _newest(view, articles, leg.until, limit)
    if clause is None:
        rows = view.first(newest)
        found = Found(rows, np.zeros(len(rows)))
    ranking = _grouped(view, found).in_order(newest, _names(selection, newest), shown)
    return replace(ranking, scores=np.zeros(len(ranking.rows)), total=len(articles))


def _newest(view: View, articles: Numbers, until: datetime | None, limit: int | None) -> Numbers:
    """Put articles in the order of their dates, newest first, then ids, and cut."""
    published = view.published(articles)
    if until is not None:
        # Before all dates that there are, and behind `UNDATED`.
        published = np.where(published > microseconds_of(until), published - 2**62, published)
    if limit is not None and limit < len(articles):
        newest = published >= np.partition(published, -limit)[-limit]
        articles, published = articles[newest], published[newest]
    # Arrow orders strings by their UTF-8 bytes, which is the order of code points.
    table = pa.table({"published": places(published), "id": view.ids(articles)})
    order = pc.sort_indices(table, [("published", "descending"), ("id", "ascending")])
    newest_first: Numbers = articles[order.to_numpy()][:limit]
    return newest_first


def _nearest(selection: Selection, leg: VectorLeg, limit: int, shown: int) -> Found:
    """Score exactly, in double precision, what can be among the nearest."""
    view = selection.view
    query = leg.vector.astype(np.float64)
    query /= np.linalg.norm(query)
    rows, cosines = [np.empty(0, np.int64)], [np.empty(0)]
    for some, vectors in view.near(query, limit, shown, selection.excluded):
        deadline.check()
        rows.append(some)
        # Row by row, so that a score does not depend on what stands around it.
        cosines.append(np.vecdot(single(vectors).astype(np.float64), query))
    scores = np.round(np.clip(np.concatenate(cosines), -1.0, 1.0), 6)
    return Found.of(np.concatenate(rows), scores)


def _hit(rows: Sequence[Row], scores: Sequence[float]) -> ArticleHit:
    return ArticleHit(
        article=article_of(rows[0]),
        score=scores[0],
        passages=tuple(
            PassageHit(passage_of(row), score) for row, score in zip(rows, scores, strict=True)
        ),
    )
