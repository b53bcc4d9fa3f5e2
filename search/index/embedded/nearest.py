"""The articles nearest in meaning, by Lance: its vector index, or every vector of the file."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.embedded.found import Numbers
from search.index.embedded.view import View

POOL = 4
"""Passages fetched at first for each article that is wanted, and the factor they grow by."""

SMALLEST_POOL = 64

MARGIN = 2e-3
"""Lance's cosines differ from ours by up to this much (it rounds the query to half precision,
and vectors to 8 bits in its index), so that articles this close to the cut are scored again."""

PROBES = 32
"""Partitions of the vector index that are looked into at least: recall@10 is 0.997 then, over
150,000 vectors in 36 partitions. Lance looks into more where filters leave too few."""


def nearest_by_index(
    view: View,
    query: NDArray[np.float64],
    limit: int,
    condition: str | None,
    excluded: Numbers,
) -> Numbers:
    """Return at least the `limit` nearest articles, if so many pass, and those close behind.

    `condition` says in SQL what the filters of the view say.
    """
    pool = max(SMALLEST_POOL, POOL * limit)
    # As an Arrow array: from a numpy one, Arrow would load numpy.ma, a fiftieth of a cold search.
    single = query.astype(np.float32)
    vector = pa.FloatArray.from_buffers(pa.float32(), len(single), [None, pa.py_buffer(single)])
    while True:
        rows, table = view.read(
            ["_distance"],
            nearest={
                "column": "vector",
                "q": vector,
                "k": pool,
                "metric": "cosine",
                "minimum_nprobes": PROBES,
            },
            filter=condition,
            prefilter=True,
        )
        distances = table["_distance"].to_numpy()
        exhausted = len(rows) < pool
        farthest = distances[-1] if len(rows) else np.inf
        found = view.articles(rows)
        there = ~np.isin(found, excluded)
        # The first row of each article is its nearest.
        articles, first = np.unique(found[there], return_index=True)
        best = distances[there][first]
        enough = limit <= len(best)
        reach = np.partition(best, limit - 1)[limit - 1] + MARGIN if enough else np.inf
        if exhausted or farthest > reach:
            near: Numbers = articles[best <= reach]
            return near
        pool *= POOL
