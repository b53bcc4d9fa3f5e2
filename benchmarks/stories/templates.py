"""How often what fills one template is taken for one story, and edited copies are not.

Templates of the reported half of `benchmarks.templates`, filled for one day and for three weeks;
every filling comes again with a light edit, on the same day or the next.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from benchmarks.stories.collections import Item, read_items
from benchmarks.templates.filling import Filled, edits, filled, frames
from search.coverage.stories.clustering import Clustering
from search.coverage.stories.placing import place
from search.embedding.port import Embedder

FILLINGS = 10
REPORTED = 1
FIRST = datetime(2025, 3, 1, tzinfo=UTC)


def measured(model: Embedder) -> dict[str, Any]:
    """Return how many pairs were put into one story, by what they are."""
    return {
        "one day": _measured(read_items(model, list(_rows(days=1)))),
        "three weeks": _measured(read_items(model, list(_rows(days=21)))),
    }


def _rows(days: int) -> Iterator[dict[str, Any]]:
    draw = random.Random(5)  # noqa: S311 - the same texts every time
    rows = []
    for number, frame in enumerate(frames()):
        if frame.half != REPORTED:
            continue
        for filling in range(FILLINGS):
            text = filled(frame, draw)
            day = FIRST + timedelta(days=draw.randrange(days))
            name = f"{number}-{filling}"
            rows.append(_row(f"{name}-first", name, text, day))
            _, edited = draw.choice(list(edits(text, draw)))
            rows.append(_row(f"{name}-again", name, edited, day + timedelta(draw.randint(0, 1))))
    draw.shuffle(rows)
    yield from rows


def _row(identifier: str, story: str, text: Filled, day: datetime) -> dict[str, Any]:
    return {
        "id": identifier,
        "story": story,
        "lang": text.frame.lang,
        "title": text.title,
        "paragraphs": list(text.paragraphs),
        "published": day.isoformat(),
    }


def _measured(articles: list[Item]) -> dict[str, Any]:
    clustering = Clustering(articles[0].read.features.vectors.shape[1])
    place(clustering, [(one.id, one.read) for one in articles])
    by_frame = defaultdict(list)
    for one in articles:
        by_frame[one.story.partition("-")[0]].append(one)
    pairs: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for some in by_frame.values():
        for one, other in combinations(some, 2):
            kind = "edited copies" if one.story == other.story else "other fillings"
            pairs[kind] += 1
            together[kind] += clustering.story[one.id] == clustering.story[other.id]
    return {kind: {"pairs": pairs[kind], "in one story": together[kind]} for kind in pairs}
