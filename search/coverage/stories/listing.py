"""Which stories are listed, and in which order: pure functions of stories."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from search.coverage.stories.model import Story
from search.index.credible import latest
from search.index.filters import Filters

Order = Literal["size", "new", "languages"]

_LATER = 2.0**40
"""More seconds than there are between any two dates."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which stories: all that have a member of each kind that is named.

    `after` (inclusive) and `before` (exclusive) say that one of its articles was published then.
    """

    langs: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    after: datetime | None = None
    before: datetime | None = None
    min_sources: int = 1
    min_size: int = 1
    sort: Order = "size"
    until: datetime | None = None
    """Stories whose last article is of a later date, most likely a mistake, are not the newest."""

    @classmethod
    def of(cls, filters: Filters, *, min_sources: int = 1, sort: Order = "size") -> Selection:
        """Take languages, sources and dates from filters; stories know nothing else."""
        return cls(
            filters.langs,
            filters.sources,
            filters.after,
            filters.before,
            min_sources,
            sort=sort,
            until=latest(filters.at or datetime.now(UTC)),
        )

    def admits(self, story: Story) -> bool:
        """Tell whether a story is one of them."""
        return (
            story.size >= self.min_size
            and (self.min_sources <= 1 or len(story.sources) >= self.min_sources)
            and (not self.langs or not self.langs.isdisjoint(story.languages))
            and (not self.sources or not self.sources.isdisjoint(story.sources))
            and (
                (self.after is None and self.before is None)
                or any(self._within(one.published) for one in story.members)
            )
        )

    def _within(self, published: datetime | None) -> bool:
        return (
            published is not None
            and (self.after is None or published >= self.after)
            and (self.before is None or published < self.before)
        )


def _latest_first(last: datetime | None, until: datetime | None) -> float:
    """Return what orders the latest first, those without a date last, what is to come before."""
    if last is None:
        return math.inf
    return -last.timestamp() + (_LATER if until is not None and last > until else 0)


def selected(stories: Iterable[Story], selection: Selection) -> list[Story]:
    """Return the stories that are wanted, the largest, newest or most multilingual first."""

    def rank(story: Story) -> tuple[float, ...]:
        last = _latest_first(story.last, selection.until)
        match selection.sort:
            case "new":
                return (last, -story.size)
            case "languages":
                return (-len(story.languages), -story.size, last)
            case "size":
                return (-story.size, last)

    found = [one for one in stories if selection.admits(one)]
    return sorted(found, key=lambda one: (*rank(one), one.id))
