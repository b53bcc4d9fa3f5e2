"""Whether two texts are the same text, from their sketches. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from search.coverage.duplicates.sketch import MOST_PLAIN, SHORTEST, Sketch
from search.coverage.facts import Hashes, found, shared, surprise

SAME = 0.25
"""Share of shingles in common (Dice) from which on two texts are the same. All tuned numbers here:
`benchmarks/near_duplicates.py`, tuning half."""

WITHIN = 0.5
"""Share of the shorter text's shingles that the longer one has if it holds the shorter."""

PARTS, MOST_PARTS = 8, 6
"""Parts of a text, and how many of them are in the other one if that is less than half the text."""

LEAST = 5
"""Hashes in common that are no coincidence."""

PLAIN_SURVIVE = 0.45
"""Plain words are left as often as words are, times this: in a translation that shares names,
numbers and quotations they are not. Translations between close languages share a fifth of them
(Spanish and Portuguese, Czech and Slovak) to a third (Danish and Norwegian), of edited texts
nine tenths are left (measured on FLORES and WMT news)."""

LABELS_DIFFER = 0.8
"""The same where the articles say that they are in different languages, which may be wrong."""

FEW_PLAIN = 4
"""Plain words from which on they tell languages apart: tables and lists have fewer."""

REORDERED = 0.75
"""Resemblance from which on the order of the parts plays no role: an editor moved them."""

IN_ORDER = 0.6
"""Correlation of where common shingles stand in two texts; columns and overviews are put together
anew from parts, in any order."""

NAMES_STAY, NUMBERS_STAY = 0.9, 0.85
"""Share of names and of numbers that an editor leaves, of a text whose other words all stay. These
and the next two: tuned on templates of six kinds in twelve languages and on edited articles; of two
fillings of templates of other kinds 30 % were one text without them, and 2 % are."""

MOST_EVIDENCE = 5.0
"""Log of how unlikely it is that a copy has so few of the names and numbers, from which on a text
is none: three numbers, or one and two names, all of them others."""


class Kind(StrEnum):
    """How two texts belong together."""

    SAME = "same"
    """Each is the other, edited."""
    HOLDS = "holds"
    """The first has the second inside."""
    WITHIN = "within"
    """The first stands inside the second."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a text resembles another.

    `resemblance` is the share of shingles in common (Dice, 0 to 1), `containment` that of the
    shorter text's shingles which the longer one has.
    """

    kind: Kind
    resemblance: float
    containment: float

    @property
    def reversed(self) -> Likeness:
        """The same, seen from the other text."""
        other = {Kind.HOLDS: Kind.WITHIN, Kind.WITHIN: Kind.HOLDS}.get(self.kind, self.kind)
        return replace(self, kind=other)


def likeness(one: Sketch, other: Sketch) -> Likeness | None:
    """Return how two texts are the same; None where they are not."""
    if one.digest == other.digest:  # whatever language each is said to be in
        return Likeness(Kind.SAME, 1.0, 1.0) if one.shingles >= SHORTEST else None
    common = shared(one.taken, other.taken)
    if common < LEAST or min(one.shingles, other.shingles) < SHORTEST:
        return None
    shorter = min(len(one.taken), len(other.taken))
    resemblance = 2 * common / (len(one.taken) + len(other.taken))
    containment = common / shorter
    if resemblance < SAME and containment < WITHIN:
        return None
    most = max(resemblance, containment)
    if not (most >= WITHIN or _spread(one, other)) or not (most >= REORDERED or _order(one, other)):
        return None
    if not _facts_agree(one, other, containment) or not _one_language(one, other, containment):
        return None
    kind = Kind.SAME
    if resemblance < SAME:
        kind = Kind.WITHIN if one.shingles < other.shingles else Kind.HOLDS
    return Likeness(kind, resemblance, containment)


def may_be_alike(
    length: int, lengths: NDArray[np.intp], common: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Tell which texts may be the same as one, before they are compared.

    `length` and `lengths` are how many hashes the one and each other text have taken; at most
    `common` of them are in both.
    """
    as_a_whole = 2 * common >= SAME * (length + lengths)
    return as_a_whole | (common >= WITHIN * np.minimum(length, lengths))


def _spread(one: Sketch, other: Sketch) -> bool:
    """Tell whether all parts of the shorter text are in the other one.

    Of an edited text some is left everywhere. Quotes that two reports have, or what two overviews
    of a day share, stand together.
    """
    shorter, longer = sorted((one, other), key=lambda text: len(text.taken))
    if len(shorter.taken) < PARTS * 3:
        return True
    where = shorter.places[found(shorter.taken, longer.taken)]
    return len(np.unique(where // (256 // PARTS))) >= MOST_PARTS


def _order(one: Sketch, other: Sketch) -> bool:
    """Tell whether what is common stands in the same order in both."""
    ours = one.places[found(one.taken, other.taken)].astype(float)
    theirs = other.places[found(other.taken, one.taken)].astype(float)
    if ours.std() == 0 or theirs.std() == 0:
        return True
    return bool(np.corrcoef(ours, theirs)[0, 1] >= IN_ORDER)


def _facts_agree(one: Sketch, other: Sketch, containment: float) -> bool:
    """Tell whether names and numbers are left about as often as other words are.

    What fills a template differs in just these. A number is looked at with the word before it and,
    where there are capitals, the name before it, so that it is left where all of them are.
    """
    words = _words_left(one, other, containment)
    capitals = min(len(one.names), len(other.names)) > 0
    lost = surprise(one.names, other.names, NAMES_STAY * words)
    lost += surprise(one.numbers, other.numbers, NUMBERS_STAY * words ** (3 if capitals else 1))
    return lost < MOST_EVIDENCE


def _words_left(one: Sketch, other: Sketch, containment: float) -> float:
    """Return the share of plain words that are left; by the shingles where they are not known.

    A shingle of three words is left where all three are: the cube root of the containment.
    """
    if one.plain is not None and other.plain is not None:
        left, fewer = _plain_left(one.plain, other.plain)
        if fewer >= FEW_PLAIN:
            return (left + 1) / (fewer + 1)
    return float(containment ** (1 / 3))


def _one_language(one: Sketch, other: Sketch, containment: float) -> bool:
    """Tell whether two texts are in one language: by their words, where they have enough."""
    if one.plain is None or other.plain is None:
        return True
    differ = bool(one.lang and other.lang and one.lang != other.lang)
    left, fewer = _plain_left(one.plain, other.plain)
    if fewer < FEW_PLAIN:
        return not differ
    expected = (LABELS_DIFFER if differ else PLAIN_SURVIVE) * containment ** (1 / 3)
    return bool(left >= expected * fewer)


def _plain_left(one: Hashes, other: Hashes) -> tuple[int, int]:
    """Count the plain words that both have, and all of the text with fewer."""
    end = min(_end(one), _end(other))
    ours, theirs = one[one <= end], other[other <= end]
    return shared(ours, theirs), min(len(ours), len(theirs))


def _end(plain: Hashes) -> int:
    """Return the hash up to which a text's plain words are all there."""
    return int(plain[-1]) if len(plain) == MOST_PLAIN else 2**32 - 1
