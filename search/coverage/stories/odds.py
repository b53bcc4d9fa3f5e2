"""The log odds that two articles are on one event: the model's, but for what fills a template."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search.coverage.facts import shared, surprise
from search.coverage.stories.features import Features
from search.coverage.stories.likelihood import WEIGHTS, logits
from search.coverage.stories.memory import Floats, Memory, Rows
from search.coverage.stories.pairs import FEATURES, pairs
from search.coverage.stories.spellings import Looked

ALIKE = 0.2
"""Cosine of words, rare ones counting more, from which on two articles may fill one template."""

SAME_WORDS = 0.55
"""Share of words in common from which on they may: 0.56 to 0.86 of what fills templates, less of
nine of ten independent reports on one event. This and the next two: tuned on templates of six kinds
in twelve languages and on the same events in BASIL and SemEval-2022, none of which is taken for a
template (of the other halves 2 of 273); 97 % of the fillings are (of other kinds 99 %)."""

FEW_WORDS, SAME_WORDS_OF_FEW = 16, 0.4
"""Words under which less is enough: in a result of two lines every other word is a name."""

NAMES_STAY, NUMBERS_STAY = 0.8, 0.9
"""Share of names and of numbers that are expected to be in common if it were one event."""

EVIDENCE = 2.5
"""Log of how unlikely so few are, from which on it is a template."""

FEW_NAMES = 4
"""Names from which on it says that two articles of one day, or without one, are versions of each
other if one has all that the other has, whatever numbers they have: the toll of the noon, and that
of the evening. Nouns of languages that write them large are names here: with nine of ten, the
weather of two towns was one."""

LONG, PER_NUMBER = 30, 3
"""Words, and names per number, from which on the same holds on any day: who reprints what an agency
sent adds a line on his own town, and the toll of Monday is that of Tuesday. What fills a template
has more numbers, or fewer words and names."""

Days = NDArray[np.int32]

TEMPLATE = -6.0
"""Log odds of two articles that fill one template: more than all else says against."""

REST = 3
"""Days without an article that a story may have, if it has gone on for as many: then time says
nothing against what comes next. Five stories of three weeks in ten languages, among news: BCubed
recall 0.37 without `slid`, 0.47 with no rest, 0.63 with this one, at a precision of 0.97; of
separate news on one person, club or company precision 0.86, 0.83 and 0.78."""

TOLD_OF, SILENT, PAUSE = 4, 2, 14
"""Articles from which on a story is one that is told of again: of the days for which it was silent
two count at most, unless there are more than fourteen. Six stories of three weeks in six languages,
each with a week and more between its parts: BCubed recall 0.78 without, 0.89 with it, at the same
precision of 0.92 (of separate news on the same towns, people and companies among them). From three
articles on BASIL, all within three weeks, has a precision of 0.79 instead of 0.81; with one day
instead of two news in 13 languages 0.845 instead of 0.854, with three days it does nothing."""

_WORDS, _SAME_LANGUAGE, _DAYS = (FEATURES.index(one) for one in ("words", "same_language", "days"))


def odds(memory: Memory, features: Features, looked: Looked, rows: Rows) -> Floats:
    """Return the log odds of an article with those in rows of the memory."""
    return judged(memory, features, rows, pairs(memory, features, looked, rows))


def judged(memory: Memory, features: Features, rows: Rows, found: Floats) -> Floats:
    """Return the log odds of an article with others; `found` is what `pairs` says of them."""
    own = logits(found)
    alike = (found[:, _SAME_LANGUAGE] > 0) & (found[:, _WORDS] > ALIKE)
    for number in np.flatnonzero(alike).tolist():
        other = memory.features(int(rows[number]))
        alike[number] = is_template(features, other, same_day=not found[number, _DAYS] > 0)
    return np.where(alike, np.minimum(own, TEMPLATE), own)


def is_template(one: Features, other: Features, *, same_day: bool) -> bool:
    """Tell whether two articles in one language are the same words with other names and numbers."""
    fewer = min(len(one.terms), len(other.terms))
    least = SAME_WORDS_OF_FEW if fewer < FEW_WORDS else SAME_WORDS
    if shared(one.terms, other.terms) <= least * fewer:
        return False
    named = min(len(one.names), len(other.names))
    numbers = max(len(one.numbers), len(other.numbers))
    wordy = fewer >= LONG and PER_NUMBER * numbers <= named
    if (same_day or wordy) and named >= FEW_NAMES and shared(one.names, other.names) == named:
        return False
    against = surprise(one.names, other.names, NAMES_STAY)
    return against + surprise(one.numbers, other.numbers, NUMBERS_STAY) > EVIDENCE


def slid(odds: Floats, apart: Days, among: Days | None = None) -> Floats:
    """Return log odds with members of a story as if all were as near in time as the nearest one.

    The window slides with the story: what counts is how long ago it was last told of. `odds` has
    shape (..., members), `apart` as well: days between, negative where one has no date. `among` are
    all days between, where more are known than of those whose odds are asked for.
    """
    among = apart if among is None else among
    dated = among >= 0
    if not dated.any():
        return odds
    nearest = int(among[dated].min())
    rest = min(REST, int(among[dated].max()) - nearest) if among.ndim == 1 else 0
    counted = max(0, nearest - rest)
    if max(apart.shape) >= TOLD_OF:
        counted = min(counted, SILENT + max(0, nearest - PAUSE))
    return moved(odds, apart, counted)


def moved(odds: Floats, apart: Days, to: int) -> Floats:
    """Return log odds as they are of articles at most `to` days apart, but for templates."""
    known = np.maximum(apart, 0)
    less = np.log1p(np.minimum(known, to)) - np.log1p(known)
    found = odds + np.float32(WEIGHTS["days"]) * less.astype(np.float32)
    return np.where(odds > TEMPLATE, found, odds).astype(np.float32)
