"""Whether alerts are right, and whether they are cheap.

    python -m benchmarks.alerts [--model NAME]  # needs ../shared/news for what is right
    python -m benchmarks.alerts --fit           # the same, and stores the curve of the model
    python -m benchmarks.alerts --speed         # 1,000 alerts on a write of 100 articles, alone

Right: each headline of the WMT news test sets, every other one cut to four words, is an alert, and
all other articles arrive; versions of the same story, in whatever language, are right. The curve
is fitted on one half of the stories and measured on the other, both ways, beside one threshold on
the cosine that is chosen in the same way; precision and recall are means over pairs of languages.
The same with the second look, which searches; half of these stories taught it how likely a hit is
right. What was fitted is then tried on the topics of the sample, which are of another kind. With
--fit the curve is fitted on all stories: that is all a new model needs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.alerts.fitting import fitted, threshold
from benchmarks.alerts.judged import (
    SAMPLE,
    Asked,
    Examples,
    Flags,
    examples_of,
    news,
    same_story,
    sample,
)
from benchmarks.alerts.measuring import by_pair, means, precision_of_halves, reliability
from benchmarks.alerts.second_look import in_batches, on_news, searched, share_right
from benchmarks.alerts.speed import speed
from benchmarks.confidence_report import reliability_picture
from benchmarks.record import RESULTS, record
from benchmarks.retrieval import ingest
from config import wiring
from config.settings import load
from search.alerts.meaning import CURVES, Curve
from search.alerts.second_look import least_likelihood
from search.calibration.logistic import Numbers
from search.embedding.port import Embedder
from search.index.model import Article

ASKED = (0.7, 0.8, 0.9, 0.95)
PRECISION = 0.9
"""At which pairs and the sample are measured: what an alert has unless it says otherwise."""


def main() -> None:
    """Measure, print, and write the figures to `results/alerts.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="compact", help="name or folder of a model")
    parser.add_argument("--fit", action="store_true", help="store the curve of the model")
    parser.add_argument("--speed", action="store_true", help="measure the speed alone")
    chosen = parser.parse_args()
    if chosen.speed:
        figures = speed()
        print(figures)
        record("alerts_speed", "WMT news test sets; 1,000 alerts, 100 articles", figures)
        return
    model = wiring.embedder(load({"model": chosen.model}).settings)
    articles, stories, asked = news()
    examples, typical = examples_of(articles, asked, same_story(stories, asked), model)
    if chosen.fit:
        store(model, fitted(examples, typical))
    judged = crossed(examples, typical)
    figures = {
        "model": model.name,
        "alerts": len(np.unique(examples.alert)),
        "asked": [row(judged, examples, asked) for asked in ASKED],
        "pairs": list(by_pair(judged.told[PRECISION], examples)),
        "reliability": reliability(judged.chances, examples.right),
        "second_look": on_news(examples, judged.told, articles, asked, model),
        "sample": of_sample(judged.curves[0], model),
    }
    for each in (*figures["asked"], figures["second_look"], figures["sample"]):
        print(each)
    name = "alerts" if model.name == "compact" else f"alerts_{model.name.rpartition('/')[2]}"
    record(name, "WMT news test sets, each half by a fit on the other; sample", figures)
    picture = reliability_picture({"confidence": figures}, "articles of other stories")
    (RESULTS / f"{name}.svg").write_text(picture, encoding="utf-8")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What becomes of each example by what was fitted on the other half of the stories.

    `told` and `told_by_cosine` are by the precision that is asked for.
    """

    curves: Sequence[Curve]
    told: Mapping[float, Flags]
    told_by_cosine: Mapping[float, Flags]
    chances: Numbers


def crossed(examples: Examples, typical: float) -> Judged:
    """Fit on each half, and judge the other by it."""
    size = len(examples.right)
    told = {asked: np.zeros(size, bool) for asked in ASKED}
    by_cosine = {asked: np.zeros(size, bool) for asked in ASKED}
    chances, curves = np.zeros(size), []
    for half in (0, 1):
        other = examples.story % 2 != half
        learnt, left = examples.only(~other), examples.only(other)
        curve = fitted(learnt, typical)
        powers = powers_of(curve, left)
        curves.append(curve)
        chances[other] = curve.chance(powers)
        for asked in ASKED:
            told[asked][other] = powers >= curve.least(asked)
            least = threshold(learnt.features[:, 0], learnt, asked)
            by_cosine[asked][other] = left.features[:, 0] >= least
    return Judged(curves, told, by_cosine, chances)


def powers_of(curve: Curve, examples: Examples) -> Numbers:
    """Return the sums by which it is told; -inf for what is not near enough to be looked at."""
    powers = curve.logistic.power(examples.features, list(examples.lang))
    return np.where(examples.features[:, 0] >= curve.near, powers, -np.inf)


def row(judged: Judged, examples: Examples, asked: float) -> dict[str, Any]:
    """Measure one precision that is asked for, beside one threshold on the cosine."""
    told = judged.told[asked]
    ways = {
        "": means(told, examples),
        "cosine_": means(judged.told_by_cosine[asked], examples),
        "with_words_": means(told | examples.by_words, examples),
    }
    return {
        "asked": asked,
        **{f"{name}precision": round(one.precision, 3) for name, one in ways.items()},
        **{f"{name}recall": round(one.recall, 3) for name, one in ways.items()},
        "pairs": ways[""].pairs,
        "precision_of_halves": precision_of_halves(told, examples),
    }


def of_sample(curve: Curve, model: Embedder) -> dict[str, Any]:
    """Try alerts on the sample's topics: what is told of all that is right, and how late.

    By meaning is told what the curve, or the second look, which is as alerts have it, is sure of.
    The delay is between the first right article in a language and the first that is told.
    """
    articles, wanted, asked = sample()
    right = np.asarray([[one.id in wanted[n] for one in articles] for n in range(len(asked))])
    examples, _ = examples_of(articles, asked, right, model, curve.typical)
    at_first = powers_of(curve, examples) >= curve.least(PRECISION)
    again, batches = looked_at_again(asked, articles, right, model)
    by_meaning = at_first | again[examples.alert, examples.article]
    told = by_meaning | examples.by_words
    hours = [one for one in delays(examples, told, articles) if one is not None]
    return {
        "alerts": len(asked),
        "precision": PRECISION,
        "by_first_look": share_right(at_first, examples.right),
        "by_meaning": share_right(by_meaning, examples.right),
        "in_batches": batches,
        "by_words": share_right(examples.by_words, examples.right),
        "by_either": share_right(told, examples.right),
        "languages_of_alerts": int(sum(1 for _ in delays(examples, told, articles))),
        "languages_told": len(hours),
        "delay_hours_mean": round(float(np.mean(hours)), 2),
        "delay_hours_longest": round(max(hours), 2),
        "pairs": list(by_pair(told, examples)),
    }


def looked_at_again(
    asked: Sequence[Asked], articles: Sequence[Article], right: Flags, model: Embedder
) -> tuple[Flags, list[dict[str, Any]]]:
    """Tell of what a search over the sample is sure enough: shape (alerts, articles).

    Also returns what is told where only as much is searched for as in use (`in_batches`).
    """
    with tempfile.TemporaryDirectory() as folder:
        settings = ingest(SAMPLE / "articles.jsonl", Path(folder) / "index", model=model.name)
        with closing(wiring.open_index(settings, model)) as index:
            equipment = wiring.alert_equipment(settings, index, model)(True)
            assert equipment.likely is not None  # noqa: S101 - there is a curve, just fitted
            found = searched(equipment.likely, dict(enumerate(asked)), articles, own=False)
            batches = in_batches(equipment, asked, found, articles, right)
    bound = least_likelihood(PRECISION)
    sure = [[found[n].get(one.id, 0.0) >= bound for one in articles] for n in range(len(asked))]
    return np.asarray(sure), batches


def delays(examples: Examples, told: Flags, articles: Sequence[Article]) -> Iterator[float | None]:
    """Yield per alert and language the hours until it was told; None where it was not."""
    for key in np.unique(np.column_stack([examples.alert, examples.lang]), axis=0):
        own = (examples.alert == int(key[0])) & (examples.lang == key[1]) & examples.right
        if not own.any():
            continue
        first = articles[examples.article[own].min()].published
        if (own & told).any():
            then = articles[examples.article[own & told].min()].published
            yield (then - first).total_seconds() / 3600
        else:
            yield None


def store(model: Embedder, curve: Curve) -> None:
    """Write the curve under the fingerprint of the model; one for an older model goes."""
    curves: Mapping[str, Any] = json.loads(CURVES.read_text(encoding="utf-8"))
    others = {k: one for k, one in curves.items() if one["model"] != model.name}
    others[model.fingerprint] = {"model": model.name, **curve.document()}
    CURVES.write_text(json.dumps(others, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
