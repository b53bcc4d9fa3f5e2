"""The vector leg: bodies of searches for the nearest passages, and what comes back of them. Pure.

kNN finds the articles by quantised vectors and looks at their best passage only. What the ranking
needs are the exact cosines of the best three, of every candidate: an aggregation computes them, by
scripts that see each passage of what was found. `inner_hits` say the same article by article; on
220 candidates of wmt-news the server needs 6.3 ms of its processors for these, by quantised
vectors, and 2.3 ms for the aggregation (`benchmarks/elasticsearch_search.py` has the whole search).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.index.elastic.clauses import Body, filter_queries
from search.index.elastic.mapping import ARTICLE_ID, PASSAGES, POSITION, VECTOR
from search.index.elastic.queries import BEST_FIRST, COLUMNS, LEAN, nested
from search.index.elastic.results import Best
from search.index.filters import Filters
from search.index.legs import VectorLeg

MOST_CANDIDATES = 10_000
"""Elasticsearch's limit on `num_candidates`; wider legs compare every vector instead."""

ARTICLES, BEST = "articles", "best"
"""Names of the aggregations: articles by sequence number, and the best passages of each."""

PATHS = (f"aggregations.{ARTICLES}.value", f"aggregations.{BEST}.*.value")
"""What of an answer `best_passages` reads."""

SEQUENCE = "_seq_no"
"""The number of an article's last write, the only value that its passages have in common with it;
no two articles of a shard have the same."""

_COLLECT_ARTICLES = (
    f"state.found.add(doc['{SEQUENCE}'].value); state.found.add(doc['{ARTICLE_ID}'].value)"
)

_READ_QUERY = """
float[] query = new float[params.query.size()];
for (int n = 0; n < query.length; ++n) { query[n] = (float) params.query[n]; }
state.query = query;
state.found = new HashMap()"""

_COLLECT_PASSAGES = f"""
def vector = field('{VECTOR}').get(null);
double cosine = vector.dotProduct(state.query) / vector.getMagnitude();
state.found.computeIfAbsent(doc['{SEQUENCE}'].value, number -> new ArrayList())
  .add(new double[] {{cosine, doc['{POSITION}'].value}})"""

_BEST_PASSAGES = """
List best = new ArrayList();
for (def article : state.found.entrySet()) {
  List passages = article.getValue();
  passages.sort((one, other) -> {
    int order = Double.compare(other[0], one[0]);
    return order != 0 ? order : Double.compare(one[1], other[1]);
  });
  int most = (int) Math.min(params.most, passages.size());
  best.add(article.getKey());
  best.add(most);
  for (int n = 0; n < most; ++n) {
    best.add((float) ((1.0 + passages[n][0]) / 2.0));
    best.add((int) passages[n][1]);
  }
}
return best"""
"""The state of a shard as one flat list: sequence number, number of passages, and for each of these
its score, as `_exact` gives it, and position."""


def candidates(limit: int) -> tuple[int, int]:
    """Return how many articles to ask kNN for, and how many vectors to look at for them.

    Some more articles than wanted, because their order by quantised vectors is put right by the
    exact cosines of their passages; the vectors tie `num_candidates` to the limit. With fewer than
    200 of them, two of a hundred articles within the ten best of wmt-news were missed; with as
    many, none.
    """
    k = limit + max(10, limit // 10)
    return k, max(200, 2 * k)


def nearest_body(leg: VectorLeg, filters: Filters, limit: int, passages: int | None) -> Body:
    """Build a search for the nearest articles; very wide ones compare every vector instead.

    With `passages`, the best so many of each candidate come with it (`best_passages`), and some
    more candidates than wanted, in the order of quantised vectors. Without, or in a wide leg,
    candidates have the score of their best passage only (`cosine_of`), in exact order.

    kNN stands at the top of the request: within a `nested` query the server would look for the
    passages of `excluding` in the wrong place (elastic/elasticsearch#138184).
    """
    body: Body = {"sort": [*BEST_FIRST, *COLUMNS], "track_total_hits": False, **LEAN}
    if is_wide(limit):
        query = {"bool": {"must": [_exact(leg)], "filter": filter_queries(filters)}}
        return {**body, "query": query, "size": limit}
    k, looked_at = candidates(limit)
    knn: Body = {
        "field": VECTOR,
        "query_vector": numbers(leg.vector),
        "k": k,
        "num_candidates": looked_at,
        "filter": filter_queries(filters),
    }
    if passages is None:
        exact = {**knn, "rescore_vector": {"oversample": looked_at / k}}
        return {**body, "knn": exact, "size": limit}
    return {**body, "knn": knn, "size": k, "aggs": best_passages_aggregation({BEST: leg}, passages)}


def is_wide(limit: int) -> bool:
    """Tell whether a leg is too wide for kNN."""
    return candidates(limit)[1] > MOST_CANDIDATES


def best_passages_aggregation(legs: Mapping[str, VectorLeg], passages: int) -> Body:
    """Build an aggregation over articles that has the best passages of each, by each leg's name."""
    best = {
        name: scripted(
            {"query": numbers(_unit(leg.vector)), "most": passages},
            _READ_QUERY,
            _COLLECT_PASSAGES,
            _BEST_PASSAGES,
        )
        for name, leg in legs.items()
    }
    return {ARTICLES: articles_aggregation(), BEST: {"nested": {"path": PASSAGES}, "aggs": best}}


def articles_aggregation() -> Body:
    """Build an aggregation over articles that has the sequence number and the id of each."""
    return scripted({}, "state.found = new ArrayList()", _COLLECT_ARTICLES, "return state.found")


def scripted(params: Body, begin: str, collect: str, combine: str) -> Body:
    """The values of all shards come back, a list each, in the same order for each aggregation."""
    return {
        "scripted_metric": {
            "params": params,
            "init_script": begin,
            "map_script": collect,
            "combine_script": combine,
            "reduce_script": "return states",
        }
    }


def best_passages(answer: Mapping[str, Any], names: Collection[str]) -> dict[str, dict[str, Best]]:
    """Read the best passages by each leg's name: of every article that was found, by id."""
    aggregations = answer["aggregations"]
    shards = [ids_of(shard or ()) for shard in aggregations[ARTICLES]["value"]]
    best: dict[str, dict[str, Best]] = {name: {} for name in names}
    for name in names:
        for ids, values in zip(shards, aggregations[BEST][name]["value"], strict=True):
            best[name] |= _best(ids, values or ())
    return best


def ids_of(values: Sequence[Any]) -> dict[int, str]:
    """Read what `articles_aggregation` has of a shard."""
    return dict(zip(values[::2], values[1::2], strict=True))


def _best(ids: Mapping[int, str], values: Sequence[Any]) -> dict[str, Best]:
    """Cut the list of a shard into its articles; see `_BEST_PASSAGES`."""
    # All at once: only those numbers that are scores are used.
    cosines = np.clip(2.0 * np.asarray(values, dtype=np.float64) - 1.0, -1.0, 1.0).tolist()
    best: dict[str, Best] = {}
    at = 0
    while at < len(values):
        first, end = at + 2, at + 2 + 2 * values[at + 1]
        best[ids[values[at]]] = Best(values[first + 1 : end : 2], cosines[first:end:2])
        at = end
    return best


def cosine_of(score: float) -> float:
    """Return the cosine that Elasticsearch scores as (1 + cosine) / 2."""
    return max(-1.0, min(1.0, 2.0 * score - 1.0))


def _exact(leg: VectorLeg) -> Body:
    """Score every article by its nearest passage, (1 + cosine) / 2: no score may be negative."""
    source = f"(cosineSimilarity(params.query, '{VECTOR}') + 1.0) / 2.0"
    query = {"exists": {"field": VECTOR}}
    script = {"source": source, "params": {"query": numbers(leg.vector)}}
    return nested({"script_score": {"query": query, "script": script}})


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring a vector to length 1, by a single-precision length as the server does."""
    length = np.float32(np.sqrt(np.sum(np.square(vector), dtype=np.float64)))
    return vector / length if length else vector


def numbers(vector: NDArray[np.float32]) -> list[float]:
    """Return a vector as JSON has it."""
    return [float(x) for x in vector]
