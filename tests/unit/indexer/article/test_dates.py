from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.dates import parse_date

TEN = datetime(2025, 8, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2025-08-20T10:00:00Z",
        "2025-08-20T10:00:00",
        "2025-08-20 10:00",
        "2025-08-20T12:00:00+02:00",
        "2025-08-20 12:00:00 +0200",
        "2025-08-20T10:00:00 UTC",
        "20250820T100000",
        "Wed, 20 Aug 2025 10:00:00 GMT",
        "20 Aug 2025 06:00:00 -0400",
        "  2025-08-20T10:00:00.000000Z\n",
    ],
)
def test_forms_of_one_moment(text: str) -> None:
    assert parse_date(text) == TEN
    assert parse_date(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2025-08", datetime(2025, 8, 1, tzinfo=UTC)),
        ("2025-08-20", datetime(2025, 8, 20, tzinfo=UTC)),
        ("1805-11-06", datetime(1805, 11, 6, tzinfo=UTC)),
    ],
)
def test_what_is_not_given_is_the_first(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "08/09/2025",
        "20.08.2025",
        "2025-02-30",
        "2025-13",
        "1755684000",
        "August 20, 2025",
        "0001-01-01T00:00:00Z",
        "9999-12-31",
        "2025-08-20T25:00",
        "25-08-20",
    ],
)
def test_what_is_no_date_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as refusal:
        parse_date(text)
    assert repr(text) in str(refusal.value)


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(ValueError, match="is not a date") as refusal:
        parse_date("soon " * 1000)
    assert len(str(refusal.value)) < 200


@given(
    st.datetimes(datetime(1600, 1, 2), datetime(2400, 1, 1)),
    st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_what_python_writes_is_read_back(naive: datetime, zone: timezone) -> None:
    moment = naive.replace(tzinfo=zone)
    assert parse_date(moment.isoformat()) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_sentence(text: str) -> None:
    try:
        assert parse_date(text).tzinfo is UTC
    except ValueError as error:
        assert "date" in str(error)  # noqa: PT017 -- either outcome is right
