"""Whether alerts are right, and whether they are cheap.

    python -m benchmarks.alerts            # needs ../shared/news for what is right
    python -m benchmarks.alerts --fit      # also stores the curve of the model
    python -m benchmarks.alerts --speed    # 1,000 alerts on a write of 100 articles

Right: headlines of every third story of the WMT news test sets are alerts, all other articles
arrive; versions of the same story in other languages are right. A curve and its thresholds are
fitted on one half of the stories and measured on the other, beside one threshold on the cosine
that is chosen in the same way. Precision and recall are means over pairs of languages.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]

from benchmarks.record import record
from benchmarks.retrieval import SHARED, ingest
from config import wiring
from config.settings import load
from search.alerts.alert import Alert
from search.alerts.destinations import Destination, Kind
from search.alerts.meaning import CURVES, SAMPLED, background_of
from search.alerts.store import ALERTS, AlertStore
from search.index.state import Change
from search.query.options import Defaults, Options, request_of

NEWS = SHARED / "news" / "wmt-news.jsonl.xz"
FEWEST_ARTICLES = 60
"""Languages with fewer are left out."""
FEWEST_RIGHT, FEWEST_FIRED = 8, 3
"""Right articles and notices that a pair must have to be counted."""
NEAR = 0.3
"""Cosines below are far below all thresholds."""
ASKED = (0.7, 0.8, 0.9, 0.95)
STORED = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Examples:
    """An alert and an article each: arrays of one length. `features` has shape (n, 3)."""

    features: Numbers
    right: npt.NDArray[np.bool_]
    pair: npt.NDArray[np.int64]
    half: npt.NDArray[np.int64]

    def part(self, half: int) -> Examples:
        """One half of the stories."""
        at = self.half == half
        return Examples(self.features[at], self.right[at], self.pair[at], self.half[at])


def main() -> None:
    """Measure, print, and write the figures to `results/alerts.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="store the curve of the model")
    parser.add_argument("--speed", action="store_true", help="measure the speed alone")
    chosen = parser.parse_args()
    figures: dict[str, Any] = {}
    if not chosen.speed:
        examples, typical, model = examples_of(NEWS)
        figures["right"] = held_out(examples)
        for row in figures["right"]:
            print(row)
        figures["reliability"] = reliability(examples)
        if chosen.fit:
            store(model, examples, typical)
    figures["speed"] = speed(NEWS)
    print(figures["speed"])
    record(
        "alerts_speed" if chosen.speed else "alerts",
        "WMT news test sets; 1,000 alerts, 100 articles",
        figures,
    )


def examples_of(path: Path) -> tuple[Examples, list[float], tuple[str, str]]:
    """Compare headlines with articles; returns the mean background and the model, too."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    model = wiring.embedder(load().settings)
    cosines = _cosines(model, articles)
    langs = sorted({one["lang"] for one in articles})
    lang = np.array([langs.index(one["lang"]) for one in articles])
    stories = {name: n for n, name in enumerate(sorted({one["story"] for one in articles}))}
    story = np.array([stories[one["story"]] for one in articles])
    counts = np.bincount(lang)
    common = counts[lang] >= FEWEST_ARTICLES
    drawn = np.random.default_rng(0)
    samples = {
        code: drawn.permutation(np.flatnonzero(lang == code))[:SAMPLED]
        for code in np.flatnonzero(counts >= FEWEST_ARTICLES)
    }
    found: list[tuple[Numbers, Any, Any, Any]] = []
    typical: list[Numbers] = []
    for alert in np.flatnonzero((story % 3 == 0) & common):
        row = cosines[alert].astype(np.float64)
        background = np.zeros((len(langs), 2))
        for code, sample in samples.items():
            background[code] = background_of(row[sample[sample != alert]][None, :])[0]
        typical.append(background[list(samples)].mean(axis=0))
        right = story == story[alert]
        at = np.flatnonzero(common & ((row > NEAR) | right))
        at = at[at != alert]
        features = np.column_stack([row[at], background[lang[at]]])
        half = np.full(len(at), story[alert] // 3 % 2)
        found.append((features, right[at], lang[alert] * 100 + lang[at], half))
    examples = Examples(*(np.concatenate(column) for column in zip(*found, strict=True)))
    mean = np.mean(typical, axis=0)
    return examples, [round(float(one), 4) for one in mean], (model.fingerprint, model.name)


def _cosines(model: Any, articles: Sequence[dict[str, Any]]) -> npt.NDArray[np.float32]:  # noqa: ANN401
    """Return the cosine of each headline with the best passage of each article."""
    texts: list[str] = []
    starts: list[int] = []
    for one in articles:
        starts.append(len(texts))
        texts += [text for text in (one["title"], *one["paragraphs"]) if text.strip()]
    passages = model.embed_paragraphs(texts)
    queries = model.embed_queries([one["title"] for one in articles])
    parts = [
        np.maximum.reduceat(queries[n : n + 200] @ passages.T, starts, axis=1)
        for n in range(0, len(articles), 200)
    ]
    return np.concatenate(parts)


def fitted(examples: Examples) -> Numbers:
    """Fit intercept and slopes by logistic regression: shape (4,)."""
    inputs = np.column_stack([np.ones(len(examples.right)), examples.features])
    right = examples.right.astype(np.float64)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        odds = inputs @ weights
        slope = inputs.T @ (1 / (1 + np.exp(-odds)) - right) + 1e-6 * weights
        return float((np.logaddexp(0, odds) - right * odds).sum()), slope

    found: Numbers = minimize(loss, np.zeros(inputs.shape[1]), jac=True).x
    return found


def log_odds(weights: Numbers, examples: Examples) -> Numbers:
    """Return the log-odds that each is right."""
    odds: Numbers = weights[0] + examples.features @ weights[1:]
    return odds


def held_out(examples: Examples) -> list[dict[str, float]]:
    """Fit on one half, measure on the other, both ways; beside a threshold on the cosine."""
    rows = []
    for asked in ASKED:
        row = {"asked": asked}
        for name in ("calibrated", "cosine"):
            both = []
            for half in (0, 1):
                train, test = examples.part(half), examples.part(1 - half)
                weights = fitted(train)

                def value(of: Examples, name: str = name, weights: Numbers = weights) -> Numbers:
                    return of.features[:, 0] if name == "cosine" else log_odds(weights, of)

                least = threshold(value(train), train, asked)
                both.append(measured(value(test), test, least))
            precision, recall = np.nanmean(both, axis=0)
            row |= {
                f"{name} precision": round(float(precision), 3),
                f"{name} recall": round(float(recall), 3),
            }
        rows.append(row)
    return rows


def measured(values: Numbers, examples: Examples, least: float) -> tuple[float, float]:
    """Return precision and recall of what is at least so high, as means of pairs."""
    precisions, recalls = [], []
    for ranks, hits, right in _pairs(values, examples):
        fired = int(np.searchsorted(-ranks, -least, side="right"))
        if fired >= FEWEST_FIRED:
            precisions.append(hits[fired - 1] / fired)
        recalls.append(hits[fired - 1] / right if fired else 0.0)
    return float(np.mean(precisions)) if precisions else float("nan"), float(np.mean(recalls))


def _pairs(values: Numbers, examples: Examples) -> Iterator[tuple[Numbers, Numbers, int]]:
    """Yield per pair its values, highest first, how many are right so far, and in all."""
    for pair in np.unique(examples.pair):
        at = examples.pair == pair
        right = int(examples.right[at].sum())
        if right >= FEWEST_RIGHT:
            order = np.argsort(-values[at])
            yield values[at][order], np.cumsum(examples.right[at][order]), right


def threshold(values: Numbers, examples: Examples, asked: float) -> float:
    """Return the value with the most recall that has the precision that is asked for."""
    shares = np.concatenate([np.linspace(0.5, 0.99, 100), np.linspace(0.99, 0.9999, 200)])
    found = [(measured(values, examples, at), at) for at in np.quantile(values, shares)]
    enough = [(both[1], at) for both, at in found if both[0] >= asked]
    return float(max(enough)[1]) if enough else float(values.max())


def reliability(examples: Examples) -> list[dict[str, float]]:
    """Say how often what was given some chance on held-out stories was right."""
    chances, right = [], []
    for half in (0, 1):
        test = examples.part(1 - half)
        chances.append(1 / (1 + np.exp(-log_odds(fitted(examples.part(half)), test))))
        right.append(test.right)
    chance, was = np.concatenate(chances), np.concatenate(right)
    rows = []
    for low in np.arange(0, 1, 0.1):
        at = (chance >= low) & (chance < low + 0.1)
        if at.any():
            said, true = chance[at].mean(), was[at].mean()
            rows.append(
                {
                    "said": round(float(said), 3),
                    "was": round(float(true), 3),
                    "pairs": int(at.sum()),
                }
            )
    return rows


def store(model: tuple[str, str], examples: Examples, typical: list[float]) -> None:
    """Write the curve under the fingerprint of the model."""
    weights = fitted(examples)
    values = log_odds(weights, examples)
    curves = json.loads(CURVES.read_text(encoding="utf-8"))
    curves[model[0]] = {
        "model": model[1],
        **dict(zip(("intercept", "slope", "mean", "upper"), map(_round, weights), strict=True)),
        "typical": typical,
        "precisions": [[asked, _round(threshold(values, examples, asked))] for asked in STORED],
    }
    CURVES.write_text(json.dumps(curves, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _round(value: float) -> float:
    return round(float(value), 4)


def speed(path: Path, alerts: int = 1000, arriving: int = 100) -> dict[str, float]:
    """Time a run of many alerts on a write of some articles; the model is loaded before."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        first, then = Path(folder) / "first.jsonl", Path(folder) / "then.jsonl"
        there = articles[arriving : arriving + 500]
        first.write_text("\n".join(map(json.dumps, there)), encoding="utf-8")
        then.write_text("\n".join(map(json.dumps, articles[:arriving])), encoding="utf-8")
        settings = ingest(first, Path(folder) / "index")
        out = Destination(Kind.FILE, str(Path(folder) / "out.jsonl"))
        now = datetime.now(UTC)
        with closing(wiring.location(settings).state()) as state:
            made = []
            for n, one in enumerate(articles[-alerts:]):
                words = " ".join(one["title"].split()[:4])
                request = request_of(words, Options(), now, Defaults())
                made.append(Alert(f"{n}", request, created=now, destinations=(out,)))
            state.write([Change(ALERTS, one.id, one.document()) for one in made])
        began = time.perf_counter()
        ingest(then, Path(folder) / "index")
        ingested = time.perf_counter() - began
        model = wiring.embedder(settings)
        with (
            closing(wiring.location(settings).state()) as state,
            closing(wiring.open_index(settings, model)) as index,
        ):
            model.embed_queries(["what the model loads at its first text"])
            runner = wiring.alert_runner(settings, AlertStore(state), io.StringIO(), index, model)
            began, used = time.perf_counter(), time.process_time()
            ran = runner.run(lambda *_: True)
            took, used = time.perf_counter() - began, time.process_time() - used
    return {
        "alerts": ran.alerts,
        "articles": ran.articles,
        "notices": ran.told,
        "seconds": round(took, 2),
        "processor_seconds": round(used, 2),
        "ingest_seconds": round(ingested, 2),
    }


if __name__ == "__main__":
    main()
