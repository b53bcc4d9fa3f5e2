"""Who did not cover it, and how much that says. Pure.

A source that published five articles would often have none on any one subject; one that published
five hundred, and covers such subjects, would not. So it is asked how many articles a source would
have had if it covered this as often as sources do, given how much it published and how often it
covers such subjects; that none of so many came about by chance has a probability of exp(-expected)
(a Poisson process).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from search.coverage.matrix.model import Activity, Row, Silence, Sureness

PRIOR = 20
"""Articles that a source's leaning towards a subject is drawn towards the average with: one
related article of three says little."""

CLEAR, LIKELY = 0.95, 2 / 3
"""Shares of cases from which on a silence is clear, or likely."""


def silent_sources(activities: Sequence[Activity], rows: Iterable[Row]) -> tuple[Silence, ...]:
    """Return the sources without an article, those whose silence says most first.

    `activities` are of all sources that published in the window, those that covered it included.
    """
    covering = {row.source: len(row.articles) for row in rows}
    published = sum(one.published for one in activities)
    rate = sum(covering.values()) / published if published else 0.0
    reference = sum(one.reference for one in activities)
    average = sum(one.related for one in activities) / reference if reference else 0.0
    found = [
        _silence(one, rate, average)
        for one in activities
        if one.source not in covering and one.published
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, -one.published, one.source)))


def _silence(one: Activity, rate: float, average: float) -> Silence:
    affinity = 1.0
    if average:
        affinity = (one.related + PRIOR * average) / (one.reference + PRIOR) / average
    expected = one.published * rate * affinity
    share = 1 - math.exp(-expected)
    return Silence(
        source=one.source,
        published=one.published,
        related=one.related,
        reference=one.reference,
        affinity=affinity,
        expected=expected,
        share=share,
        sureness=_sureness(share),
        nearest=one.nearest,
    )


def _sureness(share: float) -> Sureness:
    if share >= CLEAR:
        return Sureness.CLEAR
    return Sureness.LIKELY if share >= LIKELY else Sureness.UNSURE
