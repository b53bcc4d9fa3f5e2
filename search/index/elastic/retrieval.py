"""The legs of one search: one request for all of them, and their passages where they are wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.index.elastic import nearest, queries, results
from search.index.elastic.clauses import Body
from search.index.elastic.results import Best, Keys
from search.index.elastic.searching import Searcher
from search.index.filters import Filters
from search.index.legs import LatestLeg, Leg, VectorLeg
from search.index.model import Candidate, LegResult

Passages = dict[str, Best]
"""The best passages of articles, by id."""

PAGE = 500
"""Articles per request for what is in them: some 2 MB of news text."""

BEST = "best"
"""Name of a leg that is alone."""

KEY_PATHS = ("hits.total.value", "hits.hits.sort")
PASSAGE_PATHS = ("hits.hits.sort", "hits.hits.inner_hits.*.hits.hits.sort", *nearest.PATHS)
"""What of an answer is read: see `Searcher.search_many`."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one leg found.

    `best` has the best passages of all candidates, or nothing where they did not come with them.
    """

    leg: Leg
    keys: Keys
    result: LegResult
    best: Passages


def run(
    searcher: Searcher, legs: Sequence[Leg], filters: Filters, limit: int, passages: int | None
) -> list[Found]:
    """Run all legs in one request.

    With `passages`, candidates of vector legs come with the scores of so many of their best
    passages; a leg that is too wide for kNN takes further requests for these.
    """
    bodies = [
        nearest.nearest_body(leg, filters, limit, passages)
        if isinstance(leg, VectorLeg)
        else queries.candidates_body(leg, filters, limit)
        for leg in legs
    ]
    answers = searcher.search_many(bodies, (*KEY_PATHS, *nearest.PATHS))
    found = []
    for leg, answer in zip(legs, answers, strict=True):
        keys = results.keys(answer, by_date=isinstance(leg, LatestLeg))
        if not isinstance(leg, VectorLeg):
            found.append(_by_score(leg, keys, keys.scores, results.total(answer)))
        elif passages is None:
            found.append(_by_score(leg, keys, [nearest.cosine_of(s) for s in keys.scores], None))
        else:
            if nearest.is_wide(limit):
                best = best_passages(searcher, leg, keys.ids, passages)
            else:
                best = nearest.best_passages(answer, [BEST])[BEST]
            found.append(_by_best_passage(leg, keys, best, limit))
    return found


def _by_score(leg: Leg, keys: Keys, scores: Sequence[float], total: int | None) -> Found:
    candidates = (
        Candidate(one, score, (score,)) for one, score in zip(keys.ids, scores, strict=True)
    )
    return Found(leg, keys, LegResult(tuple(candidates), total), {})


def _by_best_passage(leg: Leg, keys: Keys, best: Passages, limit: int) -> Found:
    scores = {one: tuple(best[one].scores) for one in keys.ids if one in best}
    order = sorted(scores, key=lambda one: (-scores[one][0], one))[:limit]
    candidates = (Candidate(one, scores[one][0], scores[one]) for one in order)
    return Found(leg, keys, LegResult(tuple(candidates)), best)


def best_passages(searcher: Searcher, leg: Leg, ids: Collection[str], passages: int) -> Passages:
    """Ask for the best passages of articles by one leg."""
    best: Passages = {}
    for page in pages(ids, PAGE):
        body = {**queries.LEAN, **passages_body(page, {BEST: leg}, passages)}
        best |= passages_of(searcher.search(body, PASSAGE_PATHS), {BEST: leg})[BEST]
    return best


def passages_body(ids: Sequence[str], legs: Mapping[str, Leg], passages: int) -> Body:
    """Build a search for the best passages of articles by legs, named in any way."""
    vectors = {name: leg for name, leg in legs.items() if isinstance(leg, VectorLeg)}
    words = {name: leg for name, leg in legs.items() if not isinstance(leg, VectorLeg)}
    body: Body = {
        "query": queries.best_passages_query(ids, words, passages),
        "sort": queries.BY_ID,
        "size": len(ids),
        "track_total_hits": False,
    }
    if vectors:
        body["aggs"] = nearest.best_passages_aggregation(vectors, passages)
    return body


def passages_of(answer: Mapping[str, Any], legs: Mapping[str, Leg]) -> dict[str, Passages]:
    """Read the best passages by each leg's name: of all articles in which it finds any."""
    vectors = [name for name, leg in legs.items() if isinstance(leg, VectorLeg)]
    best = nearest.best_passages(answer, vectors) if vectors else {}
    for name, leg in legs.items():
        if not isinstance(leg, VectorLeg):
            best[name] = results.best_passages(answer, name, isinstance(leg, LatestLeg))
    return best


def pages(ids: Collection[str], size: int) -> Iterator[list[str]]:
    """Cut ids into lists of a size that one request takes."""
    every = list(ids)
    for start in range(0, len(every), size):
        yield every[start : start + size]
