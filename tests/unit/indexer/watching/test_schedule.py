"""When watched addresses are checked again: a pure function of what their checks brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from indexer.watching.schedule import (
    FIRST_S,
    LONGEST_BACKOFF_S,
    LONGEST_S,
    MOST_FAILURES,
    SHORTEST_S,
    SPREAD,
    after,
    begun_anew,
)
from search.index.state import Entry
from search.watched import MOST_CHECKS, Check, Watched, from_entry, to_value

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
NEW = Watched("https://a.example/feed", "feed", START, START, FIRST_S)

CHECKS = st.builds(
    Check,
    at=st.just(START),
    new=st.integers(0, 50),
    updated=st.integers(0, 5),
    rejected=st.integers(0, 5),
    error=st.none() | st.just("It failed."),
)


def run(one: Watched, checks: list[Check], chance: float = 0.5) -> list[Watched]:
    """Check an address whenever it is due."""
    found = []
    for check in checks:
        one = after(one, replace(check, at=one.due), chance)
        found.append(one)
    return found


@given(checks=st.lists(CHECKS, min_size=1, max_size=60), chance=st.floats(0, 1))
def test_always_later_never_too_soon_and_never_too_late(checks: list[Check], chance: float) -> None:
    before = NEW
    for check, one in zip(checks, run(NEW, checks, chance), strict=True):
        wait = (one.due - before.due).total_seconds()
        assert wait >= SHORTEST_S * (1 - SPREAD) - 1
        assert wait <= max(LONGEST_S, LONGEST_BACKOFF_S) * (1 + SPREAD) + 1
        assert SHORTEST_S <= one.interval_s <= LONGEST_S
        assert one.failures == (before.failures + 1 if check.error else 0)
        assert len(one.checks) <= MOST_CHECKS
        assert from_entry(Entry("k", to_value(one), 1)) == one
        before = one


def test_a_busy_source_is_asked_often_and_a_quiet_one_seldom() -> None:
    busy = run(NEW, [Check(START, new=3)] * 8)[-1]
    quiet = run(NEW, [Check(START)] * 12)[-1]
    assert busy.interval_s == SHORTEST_S
    assert quiet.interval_s == LONGEST_S
    assert busy.articles == 24
    assert (quiet.articles, quiet.arrived) == (0, None)


def test_the_first_check_says_nothing_of_the_pace() -> None:
    (first,) = run(NEW, [Check(START, new=40)])
    assert first.interval_s == FIRST_S


def test_failures_are_a_longer_and_longer_way_apart_and_then_forgotten() -> None:
    failing = run(NEW, [Check(START, error="It failed.")] * 5)
    waits = [
        (later.due - one.due).total_seconds()
        for one, later in zip([NEW, *failing], failing, strict=False)
    ]
    assert waits == [FIRST_S * 2**n for n in range(1, 6)]
    well = after(failing[-1], Check(failing[-1].due, new=1), 0.5)
    assert (well.failures, well.error) == (0, None)
    assert well.due - failing[-1].due <= timedelta(seconds=FIRST_S)


def test_what_the_server_asks_for_is_the_least() -> None:
    check = Check(START, error="Later.")
    assert after(NEW, check, 0.5, retry_after_s=20_000).due >= START + timedelta(seconds=20_000)
    assert after(NEW, check, 0.5, retry_after_s=5).due == START + timedelta(seconds=2 * FIRST_S)


def test_what_is_gone_or_fails_for_weeks_is_asked_no_more_until_somebody_says_so() -> None:
    gone = after(NEW, Check(START, error="410."), 0.5, gone=True)
    assert gone.stopped is not None
    failing = run(NEW, [Check(START, error="It failed.")] * MOST_FAILURES)
    assert [one.stopped is not None for one in failing] == [False] * (MOST_FAILURES - 1) + [True]
    assert failing[-1].due - START > timedelta(days=14)
    again = begun_anew(failing[-1], START)
    assert (again.stopped, again.due, again.failures) == (None, START, 0)
