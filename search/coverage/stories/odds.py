"""The log odds that two articles are on one event: the model's, but for what fills a template."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.coverage.stories.features import Features
from search.coverage.stories.likelihood import logits
from search.coverage.stories.memory import Floats, Memory, Rows
from search.coverage.stories.pairs import FEATURES, pairs
from search.coverage.stories.spellings import Looked

NEAR, SAME_WORDS = 0.9, 0.5
"""Cosines of leads and of words from which on two articles may fill one template. Those of
exchange rates, prices of shares and temperatures in four languages have 0.92 to 0.97 and 0.55 to
0.66."""

FIGURES, SHARED = 3, 0.3
"""Numbers that both have, and what share of them in common is too few for an update, of which an
age, a magnitude or a year stays: 0.62 of two reports of an accident, 0 to 0.3 of templates."""

TEMPLATE = -6.0
"""Log odds of two articles that fill one template: more than all else says against."""

_NEAR, _WORDS, _NUMBERS, _DAYS = (
    FEATURES.index(name) for name in ("lead", "words", "numbers", "days")
)


def odds(memory: Memory, features: Features, looked: Looked, rows: Rows) -> Floats:
    """Return the log odds of an article with those in rows of the memory."""
    return judged(memory, features, rows, pairs(memory, features, looked, rows))


def judged(memory: Memory, features: Features, rows: Rows, found: Floats) -> Floats:
    """Return the log odds of an article with others; `found` is what `pairs` says of them."""
    own = logits(found)
    if len(features.numbers) < FIGURES:
        return own
    return np.where(_templates(memory, rows, found), np.minimum(own, TEMPLATE), own)


def _templates(memory: Memory, rows: Rows, found: Floats) -> NDArray[np.bool_]:
    """Tell which are the same words with other numbers on another day."""
    alike = (found[:, _NEAR] > NEAR) & (found[:, _WORDS] > SAME_WORDS) & (found[:, _DAYS] > 0)
    alike &= found[:, _NUMBERS] <= SHARED
    for number in np.flatnonzero(alike).tolist():
        alike[number] = len(memory.features(int(rows[number])).numbers) >= FIGURES
    return alike
