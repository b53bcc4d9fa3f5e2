"""How fast articles are assigned to stories, and what copies and stories take of an ingest."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.stories.collections import NEWS, _lines, embedded
from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import Features, featured, scales
from search.coverage.stories.placing import place
from search.embedding.port import Embedder

ARTICLES = 100_000
MEASURED = 1_000
TOGETHER = 250


ROUNDS = 3

_COMMAND = """
import sys
from config import cli, wiring
from config.wiring import places
if sys.argv.pop(1) == "without":
    places._followers = lambda index, place: ()
cli.main()
"""


def of_an_ingest() -> dict[str, Any]:
    """Ingest news with copies and stories and without them, in turn: medians, and what they add."""
    used: dict[str, list[float]] = {"with": [], "without": []}
    for _ in range(ROUNDS):
        for which, seconds in used.items():
            with tempfile.TemporaryDirectory() as folder:
                begun = os.times()
                subprocess.run(
                    [sys.executable, "-c", _COMMAND, which, "ingest", str(NEWS), "--index", folder],
                    check=True,
                    capture_output=True,
                )
                ended = os.times()
            seconds.append(
                ended.children_user
                + ended.children_system
                - begun.children_user
                - begun.children_system
            )
    medians = {which: statistics.median(seconds) for which, seconds in used.items()}
    return {
        "ingest_processor_s": round(medians["with"], 2),
        "ingest_without_processor_s": round(medians["without"], 2),
        "ingest_times": round(medians["with"] / medians["without"], 3),
    }


def measured(model: Embedder) -> dict[str, Any]:
    """Fill a memory with variations of news, then assign news that it has not seen."""
    rows = list(_lines(NEWS))
    random.Random(5).shuffle(rows)  # noqa: S311 - the same order every time
    articles = list(embedded(model, rows))
    items = [featured(one).features for one in articles[MEASURED:]]
    clustering = Clustering(model.dimension)
    chance = np.random.default_rng(5)
    for start in range(0, ARTICLES, TOGETHER):
        varied = (
            (n, _varied(items[n % len(items)], chance)) for n in range(start, start + TOGETHER)
        )
        clustering.settle([(f"filler-{n}", features, f"s{n // 2}") for n, features in varied])
    began, used = time.perf_counter(), time.process_time()
    for start in range(0, MEASURED, TOGETHER):
        some = articles[start : min(start + TOGETHER, MEASURED)]
        place(clustering, [(one.article.id, featured(one)) for one in some])
    spent, processor = time.perf_counter() - began, time.process_time() - used
    return {
        "index_articles": ARTICLES,
        "articles_per_second": round(MEASURED / spent),
        "articles_per_processor_second": round(MEASURED / processor),
    }


def _varied(features: Features, chance: np.random.Generator) -> Features:
    """Return another article: a vector elsewhere, and other names, words and numbers."""

    def changed(keys: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        share = chance.random(len(keys)) < 0.7
        other = np.where(share, keys ^ chance.integers(1, 2**29, len(keys), dtype=np.uint32), keys)
        return np.sort(other.astype(np.uint32))

    moved = features.vectors + chance.normal(0, 40, features.vectors.shape)
    vectors = np.clip(moved, -127, 127).astype(np.int8)
    return replace(
        features, vectors=vectors, scales=scales(vectors), names=changed(features.names),
        terms=changed(features.terms), numbers=changed(features.numbers),
    )  # fmt: skip
