"""Which stories grow: how many articles each got within a day, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from search.coverage.stories.model import Story

PARTS = 8
"""Bars that the time is cut into: three hours each of a day."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A story with the articles of each part of the time, the latest last."""

    story: Story
    parts: Sequence[int]

    @property
    def count(self) -> int:
        """How many articles it got."""
        return sum(self.parts)

    @property
    def shares(self) -> list[float]:
        """The parts as shares of the largest."""
        return [part / max(self.parts) for part in self.parts]


def growing(stories: Iterable[Story], now: datetime, window: timedelta) -> list[Grown]:
    """Return the stories with articles published within `window` before `now`, fastest first."""
    found = [Grown(story, _parts(story, now, window)) for story in stories]
    grown = [one for one in found if one.count]
    return sorted(grown, key=lambda one: (-one.count, -len(one.story.sources), one.story.id))


def _parts(story: Story, now: datetime, window: timedelta) -> list[int]:
    parts = [0] * PARTS
    for member in story.members:
        if member.published is not None and now - window < member.published <= now:
            place = PARTS * ((member.published - (now - window)) / window)
            parts[min(int(place), PARTS - 1)] += 1
    return parts
