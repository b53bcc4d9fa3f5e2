"""Whether two texts are the same text, from their sketches. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from search.coverage.duplicates.sketch import MOST_PLAIN, SHORTEST, Hashes, Sketch

SAME = 0.25
"""Share of shingles in common (Dice) from which on two texts are the same. All tuned numbers here:
`benchmarks/near_duplicates.py`, tuning half."""

WITHIN = 0.5
"""Share of the shorter text's shingles that the longer one has if it holds the shorter."""

PARTS, MOST_PARTS = 8, 6
"""Parts of a text, and how many of them are in the other one if that is less than half the text."""

LEAST = 5
"""Hashes in common that are no coincidence."""

NAMES_SURVIVE, NUMBERS_SURVIVE = 0.4, 0.12
"""Names and numbers are left as often as words are, times this: in templates they are not."""

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

FEW_FACTS = 6
"""Numbers, or names, of both texts from which on it is told by them."""


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


def _spread(one: Sketch, other: Sketch) -> bool:
    """Tell whether all parts of the shorter text are in the other one.

    Of an edited text some is left everywhere. Quotes that two reports have, or what two overviews
    of a day share, stand together.
    """
    shorter, longer = sorted((one, other), key=lambda text: len(text.taken))
    if len(shorter.taken) < PARTS * 3:
        return True
    where = shorter.places[_found(shorter.taken, longer.taken)]
    return len(np.unique(where // (256 // PARTS))) >= MOST_PARTS


def _order(one: Sketch, other: Sketch) -> bool:
    """Tell whether what is common stands in the same order in both."""
    ours = one.places[_found(one.taken, other.taken)].astype(float)
    theirs = other.places[_found(other.taken, one.taken)].astype(float)
    if ours.std() == 0 or theirs.std() == 0:
        return True
    return bool(np.corrcoef(ours, theirs)[0, 1] >= IN_ORDER)


def _facts_agree(one: Sketch, other: Sketch, containment: float) -> bool:
    """Tell whether numbers and names are left as often as words are.

    A shingle of three words is left where all three are, so that the share of words left is the
    cube root of the containment; numbers are looked at with two words before them. What fills a
    template differs in just these.
    """
    words = containment ** (1 / 3)
    names = _survive(one.names, other.names, NAMES_SURVIVE * words)
    return names and _survive(one.numbers, other.numbers, NUMBERS_SURVIVE * words**3)


def _one_language(one: Sketch, other: Sketch, containment: float) -> bool:
    """Tell whether two texts are in one language: by their words, where they have enough."""
    if one.plain is None or other.plain is None:
        return True
    differ = bool(one.lang and other.lang and one.lang != other.lang)
    end = min(_end(one.plain), _end(other.plain))
    ours, theirs = one.plain[one.plain <= end], other.plain[other.plain <= end]
    fewer = min(len(ours), len(theirs))
    if fewer < FEW_PLAIN:
        return not differ
    expected = (LABELS_DIFFER if differ else PLAIN_SURVIVE) * containment ** (1 / 3)
    return bool(shared(ours, theirs) >= expected * fewer)


def _end(plain: Hashes) -> int:
    """Return the hash up to which a text's plain words are all there."""
    return int(plain[-1]) if len(plain) == MOST_PLAIN else 2**32 - 1


def _survive(one: Hashes, other: Hashes, expected: float) -> bool:
    fewer = min(len(one), len(other))
    return fewer < FEW_FACTS or shared(one, other) >= expected * fewer


def shared(one: Hashes, other: Hashes) -> int:
    """Count what two ascending arrays have in common."""
    if not len(one) or not len(other):
        return 0
    return int(_found(one, other).sum() if len(one) < len(other) else _found(other, one).sum())


def _found(one: Hashes, other: Hashes) -> NDArray[np.bool_]:
    """Tell of each hash whether it is in the other array, which is not empty."""
    places = np.searchsorted(other, one)
    found: NDArray[np.bool_] = other[np.minimum(places, len(other) - 1)] == one
    return found
