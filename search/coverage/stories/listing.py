"""Which stories are listed, and in which order: pure functions of stories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from search.coverage.stories.model import Story
from search.index.filters import Filters

Order = Literal["size", "new", "languages"]

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


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

    @classmethod
    def of(cls, filters: Filters, *, min_sources: int = 1, sort: Order = "size") -> Selection:
        """Take languages, sources and dates from filters; stories know nothing else."""
        return cls(
            filters.langs, filters.sources, filters.after, filters.before, min_sources, sort=sort
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


def selected(stories: Iterable[Story], selection: Selection) -> list[Story]:
    """Return the stories that are wanted, the largest, newest or most multilingual first."""

    def rank(story: Story) -> tuple[float, ...]:
        last = -(story.last or _LONG_AGO).timestamp() if story.last else float("inf")
        match selection.sort:
            case "new":
                return (last, -story.size)
            case "languages":
                return (-len(story.languages), -story.size, last)
            case "size":
                return (-story.size, last)

    found = [one for one in stories if selection.admits(one)]
    return sorted(found, key=lambda one: (*rank(one), one.id))
