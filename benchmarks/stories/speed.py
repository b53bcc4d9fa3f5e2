"""How fast articles are assigned to stories when the index has 100,000 of them."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np

from benchmarks.stories.collections import NEWS, Item, _lines, embedded
from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import Features, featured
from search.embedding.port import Embedder

ARTICLES = 100_000
MEASURED = 1_000


def measured(model: Embedder) -> dict[str, Any]:
    """Fill a memory with variations of news, then assign news that it has not seen."""
    rows = list(_lines(NEWS))
    random.Random(5).shuffle(rows)  # noqa: S311 - the same order every time
    articles = list(embedded(model, rows))
    items = [Item(a.article.id, "", a.article.lang, *featured(a)) for a in articles[MEASURED:]]
    clustering = Clustering(model.dimension)
    chance = np.random.default_rng(5)
    for number in range(ARTICLES):
        varied = _varied(items[number % len(items)].features, chance)
        clustering.settle(f"filler-{number}", varied, f"s{number // 2}")
    began, used = time.perf_counter(), time.process_time()
    for one in articles[:MEASURED]:
        clustering.place(one.article.id, *featured(one))
    spent, processor = time.perf_counter() - began, time.process_time() - used
    return {
        "index_articles": ARTICLES,
        "articles_per_second": round(MEASURED / spent),
        "articles_per_processor_second": round(MEASURED / processor),
    }


def _varied(features: Features, chance: np.random.Generator) -> Features:
    """Return another article: a vector elsewhere, and other names, words and numbers."""

    def moved(vector: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        other = vector + chance.normal(0, 0.06, len(vector)).astype(np.float32)
        return other / np.float32(np.linalg.norm(other))

    def changed(keys: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        share = chance.random(len(keys)) < 0.7
        other = np.where(share, keys ^ chance.integers(1, 2**31, len(keys), dtype=np.uint32), keys)
        return np.sort(other.astype(np.uint32))

    return Features(
        moved(features.head), moved(features.lead), features.passages, changed(features.names),
        changed(features.terms), features.counts, changed(features.numbers), features.lang,
        features.day,
    )  # fmt: skip
