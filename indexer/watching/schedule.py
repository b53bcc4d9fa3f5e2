"""When an address is checked next, by what its checks brought. Pure.

The interval follows the source: it is halved while checks bring something, so that the news of a
busy source is never old, and grows by half while they bring nothing, so that a quiet one is left
in peace (multiplicative increase and decrease). A failure doubles it, up to a day, whatever it was;
the first success afterwards goes on where it was before. A little chance in each keeps a thousand
addresses that were added together from being due together ever after.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from search.watched import MOST_CHECKS, Check, Watched

SHORTEST_S, LONGEST_S = 300.0, 43_200.0
"""Five minutes and half a day between two checks that go well."""

FIRST_S = 1800.0
"""Half an hour, while nothing is known of a source."""

LONGEST_BACKOFF_S = 86_400.0
"""A source that fails is asked once a day at least."""

FASTER, SLOWER = 0.5, 1.5

MOST_FAILURES = 30
"""In a row, at the end a day apart: three weeks after which nobody asks any more."""

SPREAD = 0.1
"""Share of the interval by which a check may come earlier or later."""


def after(
    one: Watched,
    check: Check,
    chance: float,
    *,
    retry_after_s: float | None = None,
    gone: bool = False,
) -> Watched:
    """Return an address after a check.

    `chance` is from 0 to 1. `retry_after_s` is what a server asked for, `gone` tells that it said
    that there will never be anything here again (410).
    """
    checks = (check, *one.checks)[:MOST_CHECKS]
    is_first = one.checked is None
    one = replace(one, checked=check.at, checks=checks, claim=None)
    if check.error is not None:
        return _failed(one, check, chance, retry_after_s, gone=gone)
    brought = check.new + check.updated
    interval = one.interval_s
    if not is_first:  # the first check brings what was there before
        interval *= FASTER if brought else SLOWER
    interval = min(max(interval, SHORTEST_S), LONGEST_S)
    return replace(
        one,
        due=check.at + timedelta(seconds=_spread(interval, chance)),
        interval_s=interval,
        arrived=check.at if brought else one.arrived,
        articles=one.articles + check.new,
        failures=0,
    )


def _failed(
    one: Watched, check: Check, chance: float, retry_after_s: float | None, *, gone: bool
) -> Watched:
    failures = one.failures + 1
    wait = min(one.interval_s * 2.0 ** min(failures, 20), LONGEST_BACKOFF_S)
    wait = max(_spread(wait, chance), min(retry_after_s or 0.0, LONGEST_BACKOFF_S))
    due = check.at + timedelta(seconds=wait)
    stopped = None
    if gone:
        stopped = "The server says that it is gone for good (410)."
    elif failures >= MOST_FAILURES:
        stopped = f"It failed {failures} times in a row. {check.error}"
    return replace(one, due=due, failures=failures, stopped=stopped)


def _spread(seconds: float, chance: float) -> float:
    return seconds * (1 - SPREAD + 2 * SPREAD * chance)


def begun_anew(one: Watched, now: datetime) -> Watched:
    """Return an address that is to be checked at once, whatever became of it before."""
    return replace(one, due=now, failures=0, stopped=None, interval_s=FIRST_S)
