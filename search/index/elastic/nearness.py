"""How near articles are to some vectors, and where they lie: what is asked, what comes back. Pure.

The aggregation of `nearest` has the best passages of each article by one vector. Here only the best
cosines count, of several vectors: each passage is looked at once, and no hits come back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.index.elastic import queries
from search.index.elastic.clauses import Body
from search.index.elastic.mapping import PASSAGES, VECTOR
from search.index.elastic.nearest import (
    ARTICLES,
    BEST,
    SEQUENCE,
    articles_aggregation,
    ids_of,
    numbers,
    scripted,
)

_READ_QUERIES = """
state.queries = new ArrayList();
for (def given : params.queries) {
  float[] query = new float[given.size()];
  for (int n = 0; n < query.length; ++n) { query[n] = (float) given[n]; }
  state.queries.add(query);
}
state.found = new HashMap()"""

_COLLECT_BEST = f"""
def vector = field('{VECTOR}').get(null);
double length = vector.getMagnitude();
def number = doc['{SEQUENCE}'].value;
double[] best = (double[]) state.found.get(number);
boolean met = best != null;
if (!met) {{ best = new double[state.queries.size()]; state.found.put(number, best); }}
for (int n = 0; n < best.length; ++n) {{
  double cosine = vector.dotProduct(state.queries.get(n)) / length;
  if (!met || cosine > best[n]) {{ best[n] = cosine; }}
}}"""

_ALL_BEST = """
List all = new ArrayList();
for (def article : state.found.entrySet()) {
  all.add(article.getKey());
  double[] best = (double[]) article.getValue();
  for (int n = 0; n < best.length; ++n) { all.add((float) best[n]); }
}
return all"""
"""The state of a shard as one flat list: sequence number, then a cosine per vector."""


_COLLECT_SUMS = f"""
float[] own = field('{VECTOR}').get(null).getVector();
def number = doc['{SEQUENCE}'].value;
double[] sum = (double[]) state.found.get(number);
if (sum == null) {{ sum = new double[1 + own.length]; state.found.put(number, sum); }}
sum[0] += 1;
for (int n = 0; n < own.length; ++n) {{ sum[n + 1] += own[n]; }}"""

_ALL_MEANS = """
List all = new ArrayList();
for (def article : state.found.entrySet()) {
  all.add(article.getKey());
  double[] sum = (double[]) article.getValue();
  all.add(sum.length - 1);
  for (int n = 1; n < sum.length; ++n) { all.add((float) (sum[n] / sum[0])); }
}
return all"""
"""The state of a shard as one flat list: sequence number, dimension, and the mean of an article."""


def nearness_body(ids: Sequence[str], vectors: NDArray[np.float32]) -> Body:
    """Build a search for the cosines of unit vectors, shape (n, dimension), with articles."""
    asked = {"queries": [numbers(vector) for vector in vectors]}
    return _body(ids, scripted(asked, _READ_QUERIES, _COLLECT_BEST, _ALL_BEST))


def means_body(ids: Sequence[str]) -> Body:
    """Build a search for the means of the vectors of articles."""
    return _body(ids, scripted({}, "state.found = new HashMap()", _COLLECT_SUMS, _ALL_MEANS))


def _body(ids: Sequence[str], of_passages: Body) -> Body:
    return {
        "query": queries.of_ids(ids),
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            ARTICLES: articles_aggregation(),
            BEST: {"nested": {"path": PASSAGES}, "aggs": {BEST: of_passages}},
        },
    }


def nearness(answer: Mapping[str, Any], count: int) -> dict[str, tuple[float, ...]]:
    """Read the cosines with `count` vectors, by article id."""
    found: dict[str, tuple[float, ...]] = {}
    for ids, values in _shards(answer):
        row = 1 + count
        for at in range(0, len(values), row):
            cosines = values[at + 1 : at + row]
            found[ids[values[at]]] = tuple(max(-1.0, min(1.0, own)) for own in cosines)
    return found


def means(answer: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
    """Read the means, by article id."""
    found: dict[str, NDArray[np.float64]] = {}
    for ids, values in _shards(answer):
        at = 0
        while at < len(values):
            first = at + 2
            end = first + values[at + 1]
            found[ids[values[at]]] = np.asarray(values[first:end], np.float64)
            at = end
    return found


def _shards(answer: Mapping[str, Any]) -> Iterator[tuple[dict[int, str], Sequence[Any]]]:
    """Yield the ids of the articles of each shard by sequence number, and its flat list."""
    aggregations = answer["aggregations"]
    found = zip(aggregations[ARTICLES]["value"], aggregations[BEST][BEST]["value"], strict=True)
    for articles, values in found:
        yield ids_of(articles or ()), values or ()
