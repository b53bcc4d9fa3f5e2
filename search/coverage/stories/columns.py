"""What stories are chosen and ordered by, in columns: which are listed takes milliseconds. Pure.

A story is a row of numbers, and its articles are rows of their own. What is shown of the chosen
ones is read when they are known. A changed story gets a new row; rows that no longer count are left
behind, until they are more than those that do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.coverage.stories.listing import Selection
from search.coverage.stories.model import Story

_STORY = np.dtype(
    [
        ("alive", "?"), ("size", "<i4"), ("languages", "<i4"), ("sources", "<i4"),
        ("last", "<i8"), ("name", "<u8", (3,)),
    ]
)  # fmt: skip
_ARTICLE = np.dtype([("story", "<i4"), ("lang", "<i4"), ("source", "<i4"), ("published", "<i8")])

_NEVER = np.iinfo(np.int64).min
_LATER = 2**62
"""More microseconds than there are between any two dates."""
"""When an article without a date was published, in microseconds since 1970."""

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_FEW = 1_024
"""Rows that are not worth clearing up."""

Rows = NDArray[np.intp]


class Columns:
    """The stories of an index, to be chosen from. Not for several threads at once."""

    def __init__(self, stories: Iterable[Story] = ()) -> None:
        """Take in stories."""
        self._ids: list[str] = []
        self._row: dict[str, int] = {}
        self._stories: NDArray[Any] = np.zeros(256, _STORY)
        self._articles: NDArray[Any] = np.zeros(256, _ARTICLE)
        self._taken = 0
        self._codes: dict[str, int] = {}
        for story in stories:
            self.put(story)

    def __len__(self) -> int:
        return len(self._row)

    def put(self, story: Story) -> None:
        """Take in a story; if it was there, as it is now."""
        self.remove(story.id)
        row, end = len(self._ids), self._taken + story.size
        self._stories = _room(self._stories, row + 1)
        self._articles = _room(self._articles, end)
        self._row[story.id] = row
        self._ids.append(story.id)
        self._stories[row] = (
            True, story.size, len(story.languages), len(story.sources), _moment(story.last),
            _ordering(story.id),
        )  # fmt: skip
        for place, one in enumerate(story.members, self._taken):
            source = self._code(f"source {one.source}") if one.source else -1
            lang = self._code(f"lang {one.lang}")
            self._articles[place] = (row, lang, source, _moment(one.published))
        self._taken = end

    def remove(self, story: str) -> None:
        """Forget a story, if it is there."""
        row = self._row.pop(story, None)
        if row is not None:
            self._stories["alive"][row] = False
            if len(self._ids) > max(_FEW, 2 * len(self._row)):
                self._clear()

    def selected(self, selection: Selection) -> list[str]:
        """Return the ids of the stories that `listing.selected` returns, in its order."""
        stories = self._stories[: len(self._ids)]
        wanted = stories["alive"] & (stories["size"] >= selection.min_size)
        wanted &= stories["sources"] >= (selection.min_sources if selection.min_sources > 1 else 0)
        for kind, values in (("lang", selection.langs), ("source", selection.sources)):
            if values:
                wanted &= self._any(np.isin(self._own()[kind], self._codes_of(kind, values)))
        if selection.after is not None or selection.before is not None:
            wanted &= self._any(self._within(selection.after, selection.before))
        rows = np.flatnonzero(wanted)
        size, last = -stories["size"][rows], _latest_first(stories["last"][rows], selection.until)
        keys: tuple[NDArray[Any], ...]
        match selection.sort:
            case "new":
                keys = (last, size)
            case "languages":
                keys = (-stories["languages"][rows], size, last)
            case "size":
                keys = (size, last)
        return self._ordered(rows, keys)

    def growing(self, after: datetime, until: datetime) -> list[str]:
        """Return the stories with articles published after `after` up to `until`, fastest first.

        In the order of `search.web.views.growth.growing`.
        """
        moments = self._own()["published"]
        lately = (moments > _moment(after)) & (moments <= _moment(until))
        stories = self._stories[: len(self._ids)]
        counts = np.bincount(self._own()["story"][lately], minlength=len(stories))
        rows = np.flatnonzero(stories["alive"] & (counts > 0))
        return self._ordered(rows, (-counts[rows], -stories["sources"][rows]))

    def _own(self) -> NDArray[Any]:
        return self._articles[: self._taken]

    def _within(self, after: datetime | None, before: datetime | None) -> NDArray[np.bool_]:
        moments = self._own()["published"]
        within = np.asarray(moments != _NEVER)
        if after is not None:
            within &= moments >= _moment(after)
        if before is not None:
            within &= moments < _moment(before)
        return within

    def _any(self, articles: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which stories have one of some articles."""
        found = np.zeros(len(self._ids), bool)
        found[self._own()["story"][articles]] = True
        return found

    def _ordered(self, rows: Rows, keys: tuple[NDArray[Any], ...]) -> list[str]:
        """Order rows by keys, the first one counting most, then by the ids of the stories."""
        names = self._stories["name"][rows]
        order = np.lexsort((*names.T[::-1], *reversed(keys)))
        return [self._ids[row] for row in rows[order].tolist()]

    def _code(self, name: str) -> int:
        return self._codes.setdefault(name, len(self._codes))

    def _codes_of(self, kind: str, values: Collection[str]) -> list[int]:
        return [self._codes.get(f"{kind} {value}", -2) for value in values]

    def _clear(self) -> None:
        """Leave only what counts."""
        rows = np.fromiter(self._row.values(), np.intp, len(self._row))
        rows.sort()
        to = np.full(len(self._ids), -1, np.int32)
        to[rows] = np.arange(len(rows))
        articles = self._own()[self._stories["alive"][self._own()["story"]]]
        articles["story"] = to[articles["story"]]
        self._ids = [self._ids[row] for row in rows.tolist()]
        self._row = {name: row for row, name in enumerate(self._ids)}
        self._stories, self._articles = self._stories[rows], articles
        self._taken = len(articles)


def _moment(moment: datetime | None) -> int:
    return _NEVER if moment is None else (moment - _START) // _MICROSECOND


def _latest_first(moments: NDArray[np.int64], until: datetime | None) -> NDArray[np.int64]:
    """Return what orders the latest first, those without a date last, what is to come before."""
    order = np.where(moments == _NEVER, np.iinfo(np.int64).max, -moments)
    if until is not None:
        order[(moments != _NEVER) & (moments > _moment(until))] += _LATER
    return order


def _ordering(name: str) -> list[int]:
    """Return numbers in the order of ids, which are ASCII and shorter than that."""
    data = name.encode("utf-8", "replace")[:24].ljust(24, b"\0")
    return [int.from_bytes(data[at : at + 8]) for at in range(0, 24, 8)]


def _room(array: NDArray[Any], rows: int) -> NDArray[Any]:
    if rows <= len(array):
        return array
    grown = np.zeros(max(rows, 2 * len(array)), array.dtype)
    grown[: len(array)] = array
    return grown
