"""How well stories are found, on collections where people say what belongs together.

    python -m benchmarks.stories             # needs ../shared; writes results/stories.json
    python -m benchmarks.stories --fit       # fits the weights on the tuning halves and prints them
    python -m benchmarks.stories --speed     # assignment per second among 100,000 articles, and
                                             # what copies and stories add to an ingest

Tuned on one half of each collection, reported on the other, beside the threshold on the cosine that
is best on the tuning half (and, to be fair, the one that is best on the reported half).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.record import record
from benchmarks.stories import baseline, fitting, speed, templates
from benchmarks.stories.collections import HALVES, Item, Pair, collections, pairs
from benchmarks.stories.measures import bcubed, f1, pairwise
from config import wiring
from config.settings import load
from search.coverage.stories.clustering import Clustering
from search.coverage.stories.likelihood import logits
from search.coverage.stories.placing import place

SAME_STORY = 2.0
"""Ratings up to this mean the same story."""


def clustered(items: Sequence[Item]) -> list[str]:
    """Return the story of each article, as the product finds it."""
    clustering = Clustering(items[0].read.features.vectors.shape[1])
    place(clustering, [(item.id, item.read) for item in items])
    return [clustering.story[item.id] for item in items]


def figures(items: Sequence[Item], found: Sequence[str]) -> dict[str, Any]:
    """Measure a clustering."""
    true, langs = [one.story for one in items], [one.lang for one in items]
    measured = {
        which: bcubed(found, true, langs, which) for which in ("overall", "within", "across")
    }
    shown = {name: value._asdict() for name, value in measured.items() if value is not None}
    return {
        "articles": len(items),
        "stories": len(set(true)),
        "found": len(set(found)),
        "bcubed": shown,
        "pairs": pairwise(found, true)._asdict(),
    }


def cosine(halves: dict[str, list[Item]]) -> dict[str, Any]:
    """Measure the threshold that is best on the tuning half, and say what the best could have."""
    tried = {
        (side, threshold): figures(halves[side], baseline.clustered(halves[side], threshold))
        for side in HALVES
        for threshold in baseline.THRESHOLDS
    }

    def overall(side: str, threshold: float) -> float:
        return float(tried[side, threshold]["bcubed"]["overall"]["f1"])

    tuned = max(baseline.THRESHOLDS, key=lambda threshold: overall("tuning", threshold))
    best = max(overall("reported", threshold) for threshold in baseline.THRESHOLDS)
    return {"threshold": tuned, **tried["reported", tuned], "best_f1_on_reported": best}


def rated(halves: dict[str, list[Pair]]) -> dict[str, Any]:
    """Measure rated pairs: decisions with F1, similarity with Spearman's correlation."""
    from scipy.stats import spearmanr  # type: ignore[import-untyped]

    rows = {side: fitting.rated(halves[side]) for side in HALVES}
    measured: dict[str, Any] = {"pairs": len(halves["reported"])}
    for name, score in (("stories", logits), ("cosine", lambda rows: rows[:, 0])):
        scores = {side: np.asarray(score(rows[side][0])) for side in HALVES}
        same = {side: rows[side][1] <= SAME_STORY for side in HALVES}
        tuned = max(
            np.quantile(scores["tuning"], np.linspace(0.02, 0.98, 97)),
            key=lambda one: f1(scores["tuning"] > one, same["tuning"]),
        )
        measured[name] = {
            "threshold": round(float(tuned), 3),
            "f1": round(f1(scores["reported"] > tuned, same["reported"]), 4),
            "spearman": round(
                float(spearmanr(scores["reported"], -rows["reported"][1]).statistic), 4
            ),
        }
    measured["stories"]["f1_as_the_product_decides"] = round(
        f1(logits(rows["reported"][0]) > 0, rows["reported"][1] <= SAME_STORY), 4
    )
    return measured


def _fit(read: dict[str, dict[str, list[Item]]], similar: dict[str, list[Pair]]) -> None:
    parts = {
        name: fitting.pairs_of(read[name]["tuning"]) for name in ("wmt-news", "basil", "sample")
    }
    found, ratings = fitting.rated(similar["tuning"])
    parts["semeval"] = (found, ratings <= SAME_STORY)
    for line in fitting.shown(*fitting.fit(parts)):
        print(line)


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--model", default="compact")
    given = parser.parse_args()
    model = wiring.embedder(load({"model": given.model}).settings)
    if given.speed:
        fast = {**speed.measured(model), **speed.of_an_ingest()}
        print(json.dumps(fast, indent=2))
        record("stories_speed", "wmt-news", fast)
        return
    read, similar = collections(model), pairs(model)
    if given.fit:
        _fit(read, similar)
        return
    measured = {
        name: {
            "stories": figures(halves["reported"], clustered(halves["reported"])),
            "cosine": cosine(halves),
        }
        for name, halves in read.items()
    }
    measured["semeval-2022"] = rated(similar)
    measured["templates"] = templates.measured(model)
    print(json.dumps(measured, indent=1))
    if given.model == "compact":
        record("stories", "sample, wmt-news, BASIL, SemEval-2022 Task 8: reported halves", measured)


if __name__ == "__main__":
    main()
