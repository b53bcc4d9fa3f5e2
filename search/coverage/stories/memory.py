"""The articles that new ones are compared with, held in memory, and which of them are near."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numkong
import numpy as np
from numpy.typing import NDArray

from search.coverage.duplicates.postings import Postings
from search.coverage.stories.features import Codes, Features, Keys
from search.coverage.stories.outline import Lists, Outline
from search.coverage.stories.spellings import Looked, systems_of

NEAREST = 12
"""Articles that a new one is compared with: the nearest by meaning, and those with rare names."""

FLOOR = 0.2
"""Cosine from which on an article may be near by meaning."""

RARE = 24
"""A name that as many articles bear at most finds all of these."""

WINDOW = 45
"""Days between two articles that are compared. A story may go on for longer from one to the next;
an anniversary is another one."""

AT_A_TIME = 64
"""Articles whose cosines with all others are worked out together."""

ROWS_AT_A_TIME = 4_096
"""Rows that are compared at a time: their products are turned round while the cache has them."""

FEW = 1_024
"""As many rows that are used no more are no burden."""

_SLOTS = 2**20
_COUNTED = 8_192
"""How often something occurs at most before it says nothing more."""

_STALE = 1.02
"""Growth from which on weights are worked out anew."""

Rows = NDArray[np.intp]
Floats = NDArray[np.float32]


def _nothing(rows: Sequence[int]) -> Sequence[Features]:
    raise KeyError(rows)


class Memory:
    """Features of articles by row, in the order in which they were taken in.

    A row is added, and counts from when it is woken. How rare a name, word or number is counts in
    the weight of sharing it (idf), over all articles that are remembered.
    """

    def __init__(
        self, dimension: int, absent: Callable[[Sequence[int]], Sequence[Features]] = _nothing
    ) -> None:
        """Nothing is remembered yet; vectors have this dimension.

        `absent` reads the features of rows of which only the outline is remembered.
        """
        self._lead = np.zeros((256, dimension), np.int8)
        self._scale = np.zeros(256, np.float32)
        self._days = np.zeros(256, np.int32)
        self._awake = np.zeros(256, bool)
        self._features: dict[int, Features] = {}
        self._outlined: tuple[Lists, ...] = ()
        self._absent = absent
        self._unread = 0
        self._end = 0
        self._bearers = Postings(most=RARE)
        self._frequency = np.zeros(_SLOTS, np.int32)
        self._weights = np.ones(_COUNTED + 1, np.float32)
        self._weighed_at = 0.0
        self.systems: set[int] = set()
        """The writing systems of names that were seen."""
        self.count = 0

    def __len__(self) -> int:
        return self._end

    def features(self, row: int) -> Features:
        """Return what is remembered of a row."""
        if row not in self._features:
            self.fetch([row])
        return self._features[row]

    def fetch(self, rows: Sequence[int]) -> None:
        """Read, all at once, the features of rows of which only the outline is remembered."""
        if self.is_whole:
            return
        wanted = [
            row for row in dict.fromkeys(rows) if self._awake[row] and row not in self._features
        ]
        if wanted:
            self._features.update(zip(wanted, self._absent(wanted), strict=True))
            self._unread -= len(wanted)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is to be read any more."""
        return not self._unread

    @property
    def is_worn(self) -> bool:
        """Whether most rows are of articles that were forgotten."""
        return self._end - self.count > max(FEW, self.count)

    def add(self, articles: Sequence[Features]) -> range:
        """Remember articles, not yet awake; returns their rows."""
        rows = range(self._end, self._end + len(articles))
        self._extend(rows.stop)
        for row, features in zip(rows, articles, strict=True):
            self._lead[row], self._days[row] = features.vectors[0], features.day
            self._scale[row] = features.scales[0]
            self._features[row] = features
            self.systems |= systems_of(features.names)
        names = [features.names for features in articles]
        owners = np.repeat(np.asarray(rows, np.uint32), [len(one) for one in names])
        self._bearers.add(np.concatenate([np.zeros(0, np.uint32), *names]), owners)
        return rows

    def outline(self, rows: Rows) -> Outline:
        """Return the outline of some rows that are awake."""
        keys = [self._keys(row) for row in rows.tolist()]
        names, terms, numbers = (Lists.of([one[n] for one in keys]) for n in range(3))
        return Outline(
            self._lead[rows], self._scale[rows], self._days[rows], (names, terms, numbers)
        )

    def take(self, outline: Outline) -> range:
        """Remember articles by their outline, awake; before any others. Returns their rows."""
        rows = range(len(outline.days))
        self._extend(rows.stop)
        for held, own in (
            (self._lead, outline.leads), (self._scale, outline.scales), (self._days, outline.days)
        ):  # fmt: skip
            held[: rows.stop] = own
        self._awake[: rows.stop] = True
        self._outlined = outline.keys
        names = outline.keys[0]
        self.systems |= systems_of(names.keys)
        owners = np.repeat(np.arange(rows.stop, dtype=np.uint32), np.diff(names.ends, prepend=0))
        self._bearers.add(names.keys, owners)
        for lists in outline.keys:
            slots = (lists.keys & np.uint32(_SLOTS - 1)).astype(np.intp)
            self._frequency += np.bincount(slots, minlength=_SLOTS).astype(np.int32)
        self.count = self._unread = rows.stop
        grown = 0
        while (following := int(grown * _STALE) + 1) <= self.count:
            grown = following
        self._weigh(grown)  # as if they had come one after the other
        return rows

    def wake(self, row: int) -> None:
        """Let a row be found from now on."""
        self._awake[row] = True
        self._count(self._keys(row), 1)

    def remove(self, row: int) -> None:
        """Forget an article. Its row is not used again."""
        if self._awake[row]:
            self._count(self._keys(row), -1)
            self._unread -= row not in self._features
        self._features.pop(row, None)
        self._awake[row] = False

    def cosines(self, articles: Sequence[Features]) -> Iterator[Floats]:
        """Yield for each article the cosine of its lead with that of every row.

        Of whole numbers, whose sums are exact, so that the outcome is the same however many
        articles come at once.
        """
        end = self._end
        for start in range(0, len(articles), AT_A_TIME):
            some = articles[start : start + AT_A_TIME]
            leads = np.stack([one.vectors[0] for one in some])
            found = np.empty((len(some), end), np.float32)
            for begin in range(0, end, ROWS_AT_A_TIME):
                rows = slice(begin, min(begin + ROWS_AT_A_TIME, end))
                found[:, rows] = dots(leads, self._lead[rows])
            found *= self._scale[:end]
            for one, row in zip(some, found, strict=True):
                yield row * one.scales[0]

    def near(
        self, features: Features, looked: Looked, cosines: Floats, before: range = range(0)
    ) -> Rows:
        """Return the rows that an article is worth comparing with, ascending.

        `cosines` are those of `Memory.cosines`, `before` the rows that will be awake by then.
        """
        end = len(cosines)
        likely = self._awake[:end].copy()
        likely[before.start : before.stop] = True
        if features.day:
            days = self._days[:end]
            likely &= (np.abs(days - features.day) <= WINDOW) | (days == 0)
        found = np.flatnonzero(likely & (cosines > FLOOR))
        named = self._bearers.common(looked.keys)[0].astype(np.intp)
        named = named[named < end]
        named = named[likely[named]]
        return np.union1d(_nearest(found, cosines), _nearest(named, cosines))

    def days(self, rows: Rows) -> NDArray[np.int32]:
        """Return when articles were published: see `Features.day`."""
        return self._days[rows]

    def apart(self, day: int, rows: Rows) -> NDArray[np.int32]:
        """Return the days between one and articles; -1 where one of the two is not known."""
        days = self._days[rows]
        found = np.where((days == 0) | (day == 0), -1, np.abs(days - day))
        return np.asarray(found, np.int32)

    def weights(self, keys: Keys) -> Floats:
        """Return how telling each name, word or number is, from 0 to 1."""
        often = self._frequency[keys & np.uint32(_SLOTS - 1)]
        found: Floats = self._weights[np.minimum(often, _COUNTED)]
        return found

    def _keys(self, row: int) -> tuple[Keys, ...]:
        """Return the names, terms and numbers of a row."""
        features = self._features.get(row)
        if features is not None:
            return features.names, features.terms, features.numbers
        return tuple(lists.row(row) for lists in self._outlined)

    def _count(self, keys: Sequence[Keys], by: int) -> None:
        self.count += by
        for some in keys:
            np.add.at(self._frequency, some & np.uint32(_SLOTS - 1), by)
        if not self._weighed_at / _STALE <= self.count <= self._weighed_at * _STALE:
            self._weigh(self.count)

    def _weigh(self, count: int) -> None:
        total = max(count, 1)
        often = np.maximum(np.arange(_COUNTED + 1), 1)
        self._weights = np.asarray(np.log1p(total / often) / np.log1p(total), np.float32)
        self._weighed_at = count

    def _extend(self, end: int) -> None:
        """Make room for rows up to an end."""
        self._end = end
        size = len(self._lead)
        while size < end:
            size *= 2
        if size == len(self._lead):
            return
        for name in ("_lead", "_scale", "_days", "_awake"):
            held = getattr(self, name)
            grown = np.zeros((size, *held.shape[1:]), held.dtype)
            grown[: len(held)] = held
            setattr(self, name, grown)


def dots(left: Codes, right: Codes) -> NDArray[np.int32]:
    """Return the products of vectors: shape (len(left), len(right)). They are exact."""
    # What is packed is the side of fewer vectors.
    return np.asarray(numkong.dots_packed(right, numkong.dots_pack(left))).T


def _nearest(rows: Rows, cosines: Floats) -> Rows:
    """Return the nearest rows; of equals the first ones."""
    if len(rows) <= NEAREST:
        return rows
    own = cosines[rows]
    least = np.partition(own, -NEAREST)[-NEAREST]
    some = np.flatnonzero(own >= least)
    return rows[some[np.argsort(-own[some], kind="stable")[:NEAREST]]]
