"""Recency and dates of candidates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking.recency import newest_first, recency_weighted
from search.request import Recency

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WEEK = Recency(timedelta(days=7), NOW)


def dates(**ages: float | None) -> dict[str, datetime | None]:
    """Return when articles of so many days were published."""
    return {one: None if days is None else NOW - timedelta(days=days) for one, days in ages.items()}


def test_one_half_life_halves() -> None:
    some = dates(new=0, week=7, fortnight=14, future=-30)
    weighted = recency_weighted(dict.fromkeys(some, 0.8), some, WEEK)
    assert weighted == pytest.approx({"new": 0.8, "week": 0.4, "fortnight": 0.2, "future": 0.8})


def test_an_undated_article_counts_as_old_as_the_oldest() -> None:
    some = dates(new=0, old=21, undated=None)
    weighted = recency_weighted(dict.fromkeys(some, 1.0), some, WEEK)
    assert weighted["undated"] == weighted["old"] == pytest.approx(0.125)
    alone = dates(undated=None)
    assert recency_weighted({"undated": 0.5}, alone, WEEK) == {"undated": 0.5}


def test_what_is_to_come_stands_behind_what_was_and_before_what_has_no_date() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    published = {
        "a": now + timedelta(days=9),
        "b": None,
        "c": now - timedelta(days=400),
        "d": now,
        "e": now + timedelta(days=90),
    }
    assert newest_first(list(published), published, now) == ["d", "c", "e", "a", "b"]


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 4000) | st.none(), max_size=8))
def test_newest_first_and_undated_last(ages: dict[str, float | None]) -> None:
    some = {name: dates(x=days)["x"] for name, days in ages.items()}
    order = newest_first(list(some), some)
    assert sorted(order) == sorted(some)
    found = [some[name] for name in order]
    dated = [date for date in found if date is not None]
    assert dated == sorted(dated, reverse=True)
    assert found[: len(dated)] == dated
