"""What the second look of alerts tells, by how likely an article must be: on the news, by pair."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.alerts.judged import NEWS, Asked, Examples, Flags
from benchmarks.alerts.measuring import means, precision_of_halves
from benchmarks.retrieval import ingest
from config import wiring
from search.alerts.alert import Alert
from search.alerts.finding import Finder
from search.alerts.runner import Equipment
from search.alerts.second_look import Likelihoods, least_likelihood
from search.calibration.logistic import Numbers
from search.embedding.port import Embedder
from search.index.model import Article
from search.query.options import Defaults, Options, request_of

EVERY = 3
"""Of the headlines every third is searched for, half of them cut to four words."""

LEASTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)

BATCHES = (1, 10, 106)
"""Articles of the sample that arrive at once; the last is all of them."""

CERTAIN = 0.3
"""The setting `less_certain_below`."""


def searched(
    likely: Likelihoods, asked: Mapping[int, Asked], articles: Sequence[Article], own: bool
) -> Mapping[int, Mapping[str, float]]:
    """Return how likely a search finds each article, by the number of the alert.

    `own` says that alerts are made of the articles of the same number, which are left out.
    """
    now = datetime.now(UTC)
    found = {}
    for number, one in asked.items():
        request = request_of(one.query, Options(), now, Defaults())
        if own:
            without = request.filters.without(frozenset({articles[number].id}))
            request = replace(request, filters=without)
        found[number] = likely(request)
    return found


def on_news(
    examples: Examples,
    at_first: Mapping[float, Flags],
    articles: Sequence[Article],
    asked: Sequence[Asked],
    model: Embedder,
) -> dict[str, Any]:
    """Measure what is told with the second look, and by it alone for several bounds.

    `at_first` says of each example whether the first look tells it, by the precision that is asked
    for. All is measured on every third alert, each half of the stories by itself as well.
    """
    chosen = {number: asked[number] for number in range(0, len(asked), EVERY)}
    with tempfile.TemporaryDirectory() as folder:
        settings = ingest(NEWS, Path(folder) / "index", model=model.name)
        with closing(wiring.open_index(settings, model)) as index:
            likely = wiring.alert_equipment(settings, index, model)(True).likely
            if likely is None:
                return {}
            found = searched(likely, chosen, articles, own=True)
    at = (examples.alert % EVERY == 0) & (examples.article != examples.alert)
    some = examples.only(at)
    chances = np.asarray(
        [found[n].get(articles[m].id, 0.0) for n, m in zip(some.alert, some.article, strict=True)]
    )
    return {
        "alerts": len(chosen),
        "asked": [
            {
                "asked": precision,
                **_measured(told[at] | (chances >= least_likelihood(precision)), some),
            }
            for precision, told in at_first.items()
        ],
        "alone": [{"least": bound, **_measured(chances >= bound, some)} for bound in LEASTS],
        "reliability_error": _error(chances, some),
    }


def in_batches(
    equipment: Equipment,
    asked: Sequence[Asked],
    searches: Mapping[int, Mapping[str, float]],
    articles: Sequence[Article],
    right: Flags,
) -> list[dict[str, Any]]:
    """Measure what alerts tell by meaning, as they are in use: a search is made for the nearest.

    `searches` is what `searched` returned; `right` has shape (alerts, articles); the articles
    arrive in their order, so many at once.
    """
    now = datetime.now(UTC)
    requests = [request_of(one.query, Options(), now, Defaults()) for one in asked]
    alerts = [Alert(str(n), request, created=now) for n, request in enumerate(requests)]
    rows = {alert.id: n for n, alert in enumerate(alerts)}
    columns = {one.id: n for n, one in enumerate(articles)}
    known = {request.text: searches[n] for n, request in enumerate(requests)}
    meaning = replace(equipment.meaning, likely=lambda request: known[request.text])
    finder = Finder(equipment.index, alerts, meaning, equipment.memory)
    found = []
    for size in BATCHES:
        told = np.zeros(right.shape, bool)
        for start in range(0, len(articles), size):
            ids = [one.id for one in articles[start : start + size]]
            for match in finder.matches(list(equipment.index.get(ids, analysed=True).values())):
                if match.near is not None:
                    told[rows[match.watched.id], columns[match.text.article.id]] = True
        found.append({"at_once": size, **share_right(told, right)})
    return found


def share_right(told: Flags, right: Flags) -> dict[str, float]:
    """Return the precision of what was told and the recall of what is right, over all alike."""
    hits = int((told & right).sum())
    precision = hits / int(told.sum()) if told.any() else 0.0
    return {"precision": round(precision, 3), "recall": round(hits / int(right.sum()), 3)}


def _measured(told: Flags, examples: Examples) -> dict[str, Any]:
    whole = means(told, examples)
    return {
        "precision": round(whole.precision, 3),
        "recall": round(whole.recall, 3),
        "pairs": whole.pairs,
        "precision_of_halves": precision_of_halves(told, examples),
    }


def _error(chances: Numbers, examples: Examples) -> float:
    """Return how far likelihoods from `CERTAIN` on are from the share that is right."""
    said = chances >= CERTAIN
    return round(float(np.mean(chances[said]) - np.mean(examples.right[said])), 3)
