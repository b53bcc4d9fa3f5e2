"""How near articles are to some vectors: the body that asks, and what comes back of it. Pure.

The aggregation of `nearest` has the best passages of each article by one vector. Here only the best
cosines count, of several vectors: each passage is looked at once, and no hits come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def nearness_body(ids: Sequence[str], vectors: NDArray[np.float32]) -> Body:
    """Build a search for the cosines of unit vectors, shape (n, dimension), with articles."""
    asked = {"queries": [numbers(vector) for vector in vectors]}
    best = scripted(asked, _READ_QUERIES, _COLLECT_BEST, _ALL_BEST)
    return {
        "query": queries.of_ids(ids),
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            ARTICLES: articles_aggregation(),
            BEST: {"nested": {"path": PASSAGES}, "aggs": {BEST: best}},
        },
    }


def nearness(answer: Mapping[str, Any], count: int) -> dict[str, tuple[float, ...]]:
    """Read the cosines with `count` vectors, by article id."""
    aggregations = answer["aggregations"]
    shards = [ids_of(shard or ()) for shard in aggregations[ARTICLES]["value"]]
    found: dict[str, tuple[float, ...]] = {}
    for ids, values in zip(shards, aggregations[BEST][BEST]["value"], strict=True):
        row = 1 + count
        for at in range(0, len(values or ()), row):
            cosines = values[at + 1 : at + row]
            found[ids[values[at]]] = tuple(max(-1.0, min(1.0, own)) for own in cosines)
    return found
