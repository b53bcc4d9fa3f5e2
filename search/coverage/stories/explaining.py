"""Why an article is in a story: what it has in common with the members that are nearest to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import names_of, words_of
from search.coverage.stories.likelihood import INTERCEPT, WEIGHTS, likelihoods
from search.coverage.stories.odds import judged, slid
from search.coverage.stories.pairs import FEATURES, pairs
from search.coverage.stories.spellings import plainly
from search.index.model import EmbeddedArticle

SHOWN = 5
"""Members that an explanation names."""

_KINDS = {
    "nearness": ("lead", "headline", "lead_same_language", "aligned", "aligned_undated"),
    "names": ("names", "names_sum", "names_lead"),
    "numbers": ("numbers", "numbers_sum"),
    "words": ("words", "same_language"),
    "time": ("days", "undated"),
}


def explanation(
    clustering: Clustering, embedded: EmbeddedArticle, story: str, titles: dict[str, str]
) -> dict[str, Any]:
    """Compare an article with the members of a story, as it was when it arrived."""
    article = embedded.article.id
    features = clustering.reading(article)
    others = [one for one in clustering.compared(article, story) if one != article]
    document: dict[str, Any] = {
        "story": story,
        "article": article,
        "in_story": clustering.story.get(article) == story,
        "moved": clustering.pinned.get(article) == story,
        "members": [],
    }
    if not others:
        return document | {"certainty": 1.0}
    rows = clustering.rows(others)
    compared = pairs(clustering.memory, features, plainly(features), rows)
    odds = judged(clustering.memory, features, rows, compared)
    chances = likelihoods(odds)
    names, words = names_of(embedded), words_of(embedded)
    order = sorted(range(len(others)), key=lambda number: -float(odds[number]))
    for number in order[:SHOWN]:
        other = clustering.reading(others[number])
        values = dict(zip(FEATURES, (float(one) for one in compared[number]), strict=True))
        document["members"].append(
            {
                "id": others[number],
                "title": titles.get(others[number], ""),
                "likelihood": round(float(chances[number]), 3),
                "nearness": round(values["lead"], 3),
                "headline_nearness": round(values["headline"], 3),
                "names": _shared(names, features.names, other.names),
                "words": _shared(words, features.terms, other.terms)[:12],
                "numbers": len(np.intersect1d(features.numbers, other.numbers)),
                "days_apart": None if values["undated"] else round(np.expm1(values["days"])),
                "weights": {
                    kind: round(sum(values[one] * WEIGHTS[one] for one in columns), 2)
                    for kind, columns in _KINDS.items()
                }
                | {"needed": round(-INTERCEPT, 2)},
            }
        )
    fits = slid(odds, clustering.memory.apart(features.day, rows))
    return document | {"certainty": round(float(likelihoods(fits.mean())), 3)}


def _shared(written: dict[int, str], own: Any, other: Any) -> list[str]:  # noqa: ANN401
    common = np.intersect1d(own, other).tolist()
    return list(dict.fromkeys(written[one] for one in common if one in written))
