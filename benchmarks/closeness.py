"""From cosine to closeness: fits the curve of a model on judged queries, and tests it.

    python -m benchmarks.closeness                       # needs ../shared/news
    python -m benchmarks.closeness --model FOLDER        # another model

Of each query, the nearest right article and the nearest wrong one make two examples, each with the
cosine of the background; a logistic curve is fitted to them, news headlines and the queries of the
sample corpus having the same weight. What is reported is measured on the other half of the
queries: how often the curve is right about a pair, how often a query that has an answer is told
that nothing close was found, and how often one that has none is told so. Those without an answer
are the same queries with the right articles taken out, and the queries of one collection on the
other.

Writes the curve into `search/calibration/closeness.json` under the model's
fingerprint, and the figures to `results/closeness.json` and `.md`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import retrieval_news
from benchmarks.record import RESULTS, record
from benchmarks.retrieval import ingest
from benchmarks.retrieval_sample import SAMPLE
from config import wiring
from config.settings import Settings
from search.calibration.closeness import BACKGROUND, CURVES, Curve
from search.evaluation.judgements import Judgements, read_judgements
from search.evaluation.topics import Topic, read_topics
from search.index.filters import Filters
from search.request import Mode, Request
from search.retrieval.hybrid import HybridSearch
from search.retrieval.legs import VECTOR

FLAGGED = 0.05
"""Share of the queries with an answer that may be told that nothing close was found."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest right and the nearest wrong article of each query.

    Shape (queries, 2): its cosine, and that of the background; the background of a wrong article
    is that of an index without the right ones.
    """

    right: Numbers
    wrong: Numbers

    def part(self, odd: int) -> Nearest:
        """Every second query."""
        return Nearest(self.right[odd::2], self.wrong[odd::2])


@dataclass(frozen=True, slots=True)
class Judged:
    """A collection: a search over it, its queries, and what is right."""

    search: HybridSearch
    topics: Sequence[Topic]
    judgements: Judgements


def main() -> None:
    """Fit, test, and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="compact", help="compact, a folder, or a name")
    model = parser.parse_args().model
    with tempfile.TemporaryDirectory() as folder:
        collections = _collections(Path(folder), model)
        nearest = {name: nearest_of(judged) for name, judged in collections.items()}
        foreign = {
            f"questions of {other_name} to {name}": nearest_to(judged.search, other.topics)
            for name, judged in collections.items()
            for other_name, other in collections.items()
            if other_name != name
        }
        identity = next(iter(collections.values())).search.index.identity
    figures = held_out(nearest, foreign)
    curve = fitted(list(nearest.values()))
    figures["curve"] = _document(curve, identity.model_name)
    _store(identity.model_fingerprint, figures["curve"])
    record("closeness", "news headlines and the sample corpus", figures)
    table = markdown(figures)
    (RESULTS / "closeness.md").write_text(table, encoding="utf-8")
    print(table)


def nearest_of(judged: Judged) -> Nearest:
    """Run every query, by meaning alone; those with no right article in reach are left out."""
    right, wrong = [], []
    for topic in judged.topics:
        relevant = {one for one, grade in judged.judgements.get(topic.id, {}).items() if grade > 0}
        cosines = _cosines(judged.search, topic)
        good = [cosine for one, cosine in cosines.items() if one in relevant]
        bad = [cosine for one, cosine in cosines.items() if one not in relevant]
        if good and len(bad) >= BACKGROUND:
            right.append((good[0], list(cosines.values())[BACKGROUND - 1]))
            wrong.append((bad[0], bad[BACKGROUND - 1]))
    return Nearest(np.asarray(right), np.asarray(wrong))


def nearest_to(search: HybridSearch, topics: Sequence[Topic]) -> Numbers:
    """Return the cosines of the nearest article of each query, and of the background."""
    found = [list(_cosines(search, topic).values()) for topic in topics]
    return np.asarray(
        [(each[0], each[BACKGROUND - 1]) for each in found if len(each) >= BACKGROUND]
    )


def fitted(collections: Sequence[Nearest]) -> Curve:
    """Fit by maximum likelihood, each collection with the same weight, and set the limit."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    features = np.concatenate([np.concatenate([one.right, one.wrong]) for one in collections])
    truth = np.concatenate(
        [np.repeat([1.0, 0.0], [len(one.right), len(one.wrong)]) for one in collections]
    )
    weights = np.concatenate(
        [np.full(2 * len(one.right), 1 / len(one.right)) for one in collections]
    )
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled = (features - middle) / spread

    def loss(parameters: Numbers) -> float:
        power = parameters[0] + scaled @ parameters[1:]
        return float(np.sum(weights * (np.logaddexp(0, power) - truth * power)))

    found = minimize(loss, np.array([0.0, 1.0, 0.0]), method="BFGS").x
    slopes = found[1:] / spread
    intercept = found[0] - slopes @ middle
    curve = Curve(float(intercept), float(slopes[0]), float(slopes[1]), 0.0)
    limits = [np.quantile(_closeness(curve, _first(one)), FLAGGED) for one in collections]
    return replace(curve, least=round(float(min(limits)), 3))


def held_out(nearest: dict[str, Nearest], foreign: dict[str, Numbers]) -> dict[str, Any]:
    """Fit on each half of the queries and measure on the other; return the means."""
    halves = []
    for odd in (0, 1):
        curve = fitted([one.part(odd) for one in nearest.values()])
        other_half = {name: one.part(1 - odd) for name, one in nearest.items()}
        halves.append(
            {
                "collections": {name: _measured(curve, one) for name, one in other_half.items()},
                "foreign": {
                    name: float(np.mean(_closeness(curve, first) < curve.least))
                    for name, first in foreign.items()
                },
            }
        )
    return {
        "questions": {name: len(one.right) for name, one in nearest.items()},
        **{key: _means([half[key] for half in halves]) for key in ("collections", "foreign")},
    }


def markdown(figures: dict[str, Any]) -> str:
    """Return what was measured as a table."""
    curve = figures["curve"]
    terms = f"{curve['slope']:.3f} cosine {curve['against']:+.3f} background"
    power = f"{curve['intercept']:.3f} + {terms}"
    columns = ["collection", "queries", "right pair above wrong", "calibration error"]
    columns += ["flagged, with an answer", "flagged, answer taken out"]
    lines = [
        "# Closeness: from cosine to a chance",
        "",
        "Made by `python -m benchmarks.closeness`; do not edit.",
        "",
        f"Model {curve['model']}: closeness = 1 / (1 + exp(-({power}))). A query is",
        "flagged, that is, told that nothing close was found, where the closest article has under",
        f"{curve['least']:.3f}.",
        "Measured on queries that the curve was not fitted on:",
        "",
        f"| {' | '.join(columns)} |",
        "|---|" + "---:|" * (len(columns) - 1),
    ]
    for name, found in figures["collections"].items():
        values = [found[key] for key in ("order", "calibration_error", "flagged", "detected")]
        cells = " | ".join(f"{value:.3f}" for value in values)
        lines.append(f"| {name} | {figures['questions'][name]} | {cells} |")
    lines += ["", "| off the subject | flagged |", "|---|---:|"]
    lines += [f"| {name} | {share:.3f} |" for name, share in figures["foreign"].items()]
    return "\n".join(lines) + "\n"


def _measured(curve: Curve, nearest: Nearest) -> dict[str, float]:
    right, wrong = _closeness(curve, nearest.right), _closeness(curve, nearest.wrong)
    first = _closeness(curve, _first(nearest))
    return {
        "order": float(np.mean(right > wrong)),
        "calibration_error": _calibration_error(right, wrong),
        "flagged": float(np.mean(first < curve.least)),
        "detected": float(np.mean(wrong < curve.least)),
    }


def _calibration_error(right: Numbers, wrong: Numbers, bins: int = 10) -> float:
    """Return the expected calibration error over ten bins (Naeini et al., AAAI 2015)."""
    said = np.concatenate([right, wrong])
    truth = np.repeat([1.0, 0.0], [len(right), len(wrong)])
    places = np.minimum((said * bins).astype(int), bins - 1)
    gaps = [
        abs(said[places == place].mean() - truth[places == place].mean()) * np.mean(places == place)
        for place in range(bins)
        if (places == place).any()
    ]
    return float(np.sum(gaps))


def _first(nearest: Nearest) -> Numbers:
    """Whatever is nearest, right or wrong: what a person sees first."""
    cosine = np.maximum(nearest.right[:, 0], nearest.wrong[:, 0])
    return np.column_stack([cosine, nearest.right[:, 1]])


def _closeness(curve: Curve, nearest: Numbers) -> Numbers:
    return np.asarray(
        [curve.closeness(cosine, background) for cosine, background in nearest.tolist()]
    )


def _cosines(search: HybridSearch, topic: Topic) -> dict[str, float]:
    """Cosines by article id, best first."""
    request = Request(topic.query, Filters(exclude_ids=topic.exclude_ids), Mode.VECTOR)
    candidates = search.pool(request).found.results[VECTOR].candidates
    return {one.id: one.score for one in candidates}


def _means(halves: Sequence[Any]) -> Any:  # noqa: ANN401 - dictionaries of the same shape
    if isinstance(halves[0], dict):
        return {key: _means([half[key] for half in halves]) for key in halves[0]}
    return round(float(np.mean(halves)), 4)


def _document(curve: Curve, model: str) -> dict[str, Any]:
    return {
        "model": model,
        "intercept": round(curve.intercept, 4),
        "slope": round(curve.slope, 4),
        "against": round(curve.against, 4),
        "least": curve.least,
    }


def _store(fingerprint: str, curve: dict[str, Any]) -> None:
    """Put the curve among the others; that of an older model of the same name goes."""
    stored = json.loads(CURVES.read_text(encoding="utf-8")) if CURVES.is_file() else {}
    others = {one: found for one, found in stored.items() if found["model"] != curve["model"]}
    document = json.dumps(others | {fingerprint: curve}, indent=2, sort_keys=True)
    CURVES.write_text(document + "\n", encoding="utf-8")


def _collections(folder: Path, model: str) -> dict[str, Judged]:
    headlines, versions = retrieval_news.headlines(retrieval_news.NEWS, retrieval_news.EVERY)
    news = _searched(ingest(retrieval_news.NEWS, folder / "news", model))
    sample = _searched(ingest(SAMPLE / "articles.jsonl", folder / "sample", model))
    queries = list(read_topics(SAMPLE / "topics.jsonl"))
    return {
        "news headlines": Judged(news, headlines, versions),
        "sample corpus": Judged(sample, queries, read_judgements(SAMPLE / "qrels.txt")),
    }


def _searched(settings: Settings) -> HybridSearch:
    return wiring.hybrid_search(replace(settings, mode=Mode.VECTOR))


if __name__ == "__main__":
    main()
