"""Which stories grow within a day, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from search.coverage.stories.model import Member, Story
from search.web.views.growth import growing

NOW = datetime(2026, 5, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def _story(name: str, *hours_ago: float | None) -> Story:
    members = [
        Member(f"{name}{n}", "", "en", f"s{n}", None if h is None else NOW - timedelta(hours=h))
        for n, h in enumerate(hours_ago)
    ]
    return Story(name, tuple(members))


def test_the_fastest_come_first_and_those_that_rest_do_not_come() -> None:
    stories = [
        _story("old", 24, 30, None),
        _story("one", 1, 40),
        _story("three", 0, 2, 23.9),
        _story("tomorrow", -2),
    ]
    found = growing(stories, NOW, DAY)
    assert [(one.story.id, one.count) for one in found] == [("three", 3), ("one", 1)]
    assert found[0].parts == [1, 0, 0, 0, 0, 0, 0, 2]
    assert found[0].shares[0] == 0.5
    assert growing([], NOW, DAY) == []


def test_of_those_that_grow_alike_the_one_with_more_sources_comes_first() -> None:
    found = growing([_story("a", 1), _story("b", 1, 50), _story("c", 1)], NOW, DAY)
    assert [one.story.id for one in found] == ["b", "a", "c"]
