"""When alerts are due, through changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.alerts.schedule import Schedule
from search.errors import UsageError
from search.index.time_zones import time_zone


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("every", "zone", "last", "due"),
    [
        ("15m", None, "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z"),
        ("hourly", None, "2026-01-01T00:07:00Z", "2026-01-01T01:07:00Z"),
        ("daily 08:00", "Europe/Berlin", "2026-01-01T00:00:00Z", "2026-01-01T07:00:00Z"),
        ("daily 08:00", "Europe/Berlin", "2026-01-01T07:00:00Z", "2026-01-02T07:00:00Z"),
        ("daily 8:00", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T02:30:00Z"),
        # The clocks go forward: 08:00 is an hour earlier in UTC.
        ("daily 08:00", "Europe/Berlin", "2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z"),
        # 02:30 is left out that day: an hour later by the clock on the wall, once.
        ("daily 02:30", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
        ("daily 02:30", "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"),
        # 02:30 comes twice: the first one, and not the second.
        ("daily 02:30", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
        ("daily 02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ("daily 00:00", "America/Havana", "2026-03-07T12:00:00Z", "2026-03-08T05:00:00Z"),
        ("weekdays 09:00", None, "2026-01-02T10:00:00Z", "2026-01-05T09:00:00Z"),
        ("weekly on monday 09:00", None, "2026-01-02T10:00:00Z", "2026-01-05T09:00:00Z"),
        ("sat-sun at 18:30", None, "2026-01-02T10:00:00Z", "2026-01-03T18:30:00Z"),
        ("Mon, Thu 18:30", None, "2026-01-06T10:00:00Z", "2026-01-08T18:30:00Z"),
        ("every 20 minutes", None, "2026-01-01T00:00:00Z", "2026-01-01T00:20:00Z"),
        ("2 hours", None, "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"),
        ("mon – wed & fri 7:30", None, "2026-01-07T10:00:00Z", "2026-01-09T07:30:00Z"),
        ("Tuesdays and Thursdays at 9 am", None, "2026-01-06T10:00:00Z", "2026-01-08T09:00:00Z"),
        ("weekends 12:15 pm", None, "2026-01-02T10:00:00Z", "2026-01-03T12:15:00Z"),
        ("daily 18:00, 06:00", None, "2026-01-02T10:00:00Z", "2026-01-02T18:00:00Z"),
        ("daily 06:00 and 6:30 p.m.", None, "2026-01-02T19:00:00Z", "2026-01-03T06:00:00Z"),
        # Both are left out that day, and come an hour later.
        ("daily 02:15 02:45", "Europe/Berlin", "2026-03-29T01:15:00Z", "2026-03-29T01:45:00Z"),
    ],
)
def test_the_next_run(every: str, zone: str | None, last: str, due: str) -> None:
    assert Schedule.of(every, zone).next_after(at(last)) == at(due)


@pytest.mark.parametrize(
    "text",
    [
        *("", "0m", "8:00", "daily", "daily 24:00", "soon", "moonday 08:00", "monkey 08:00"),
        *("daily 13 am", "daily 0:30 pm", "daily 08:00 25:00", "daily 8", "daily and 08:00 and"),
    ],
)
def test_what_is_no_schedule_is_refused_in_a_sentence(text: str) -> None:
    if text == "daily":
        assert Schedule.of(text).next_after(at("2026-01-01T00:00:00Z"))
        return
    with pytest.raises(UsageError, match="is no schedule"):
        Schedule.of(text)


def test_a_schedule_is_taken_away_by_its_name() -> None:
    assert Schedule.of(" Run ", "Europe/Berlin") == Schedule(None, "Europe/Berlin")
    with pytest.raises(UsageError, match="or run for every run"):
        Schedule.of("soon")


def test_without_a_schedule_every_run_is_due() -> None:
    now = datetime.now(UTC)
    assert Schedule().due(now, now)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "+05:30"]),
)
def test_every_day_has_its_time_once(last: datetime, hour: int, minute: int, zone: str) -> None:
    schedule = Schedule.of(f"daily {hour}:{minute:02}", zone)
    moment = last.replace(tzinfo=UTC)
    days = []
    for _ in range(5):
        later = schedule.next_after(moment)
        assert timedelta(0) < later - moment <= timedelta(hours=26)
        days.append(later.astimezone(time_zone(schedule.timezone)).date())
        moment = later
    assert [later - day for day, later in pairwise(days)] == [timedelta(days=1)] * 4


@pytest.mark.parametrize("switch", ["2026-03-29", "2026-10-25"])
@pytest.mark.parametrize("at_time", ["02:30", "02:00", "03:00", "01:59"])
def test_who_looks_every_15_seconds_runs_once_per_day_when_clocks_change(
    switch: str, at_time: str
) -> None:
    schedule = Schedule.of(f"daily {at_time}", "Europe/Berlin")
    middle = datetime.fromisoformat(switch).replace(tzinfo=time_zone("Europe/Berlin"))
    now = last = middle.astimezone(UTC) - timedelta(days=1, seconds=7)
    runs = []
    while now < middle.astimezone(UTC) + timedelta(days=2):
        if schedule.due(last, now):
            last = now
            runs.append(now.astimezone(time_zone("Europe/Berlin")).date())
        now += timedelta(seconds=15)
    assert runs == [middle.date() + timedelta(days=n) for n in (-1, 0, 1)]
