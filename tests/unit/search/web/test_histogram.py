"""Bars over time: spans that fit, and no date that is a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from search.web.views.histogram import bars

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _buckets(*days: str) -> list[Mapping[str, Any]]:
    return [{"start": day, "count": number} for number, day in enumerate(days, start=1)]


@pytest.mark.parametrize(
    ("days", "names"),
    [
        (("2026-03-01", "2026-03-03"), ["2026-03-01", "2026-03-02", "2026-03-03"]),
        (("2025-12-31", "2026-03-03"), ["2025-12", "2026-01", "2026-02", "2026-03"]),
        (("2020-01-01", "2025-12-31"), [str(year) for year in range(2020, 2026)]),
        ((), []),
    ],
)
def test_bars_are_of_days_months_or_years(days: tuple[str, ...], names: list[str]) -> None:
    assert [bar.on for bar in bars(_buckets(*days), NOW)] == names


@pytest.mark.parametrize("wrong", ["2062-03-03", "1970-01-01", "0001-01-01"])
def test_a_date_that_is_a_mistake_stretches_nothing(wrong: str) -> None:
    found = bars(_buckets(*sorted(("2026-03-02", "2026-03-03", wrong))), NOW)
    assert [bar.on for bar in found] == ["2026-03-02", "2026-03-03"]


def test_where_there_are_no_others_mistakes_are_shown() -> None:
    assert [bar.on for bar in bars(_buckets("2062-03-03"), NOW)] == ["2062-03-03"]
