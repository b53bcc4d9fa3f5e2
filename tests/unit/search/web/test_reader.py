"""How a person reads: the language of the page, and how dates are written where he is."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from search.web.reader import Reader, reader_of

MOMENT = "2026-08-14T17:05:00+00:00"


def _reader(wanted: str, query: str = "") -> Reader:
    headers = [(b"accept-language", wanted.encode())]
    scope = {"type": "http", "headers": headers, "query_string": query.encode(), "path": "/"}
    return reader_of(Request(scope), "UTC")


@pytest.mark.parametrize(
    ("wanted", "day"),
    [
        ("en-GB,en;q=0.9", "14 Aug 2026"),
        ("en-US", "Aug 14, 2026"),
        ("en", "Aug 14, 2026"),
        ("en-XX", "Aug 14, 2026"),
        ("en-Latn-IN", "14 Aug 2026"),
        ("de-AT, de;q=0.8", "14.08.2026"),
        ("es-419,es", "14 ago 2026"),
        ("pt-BR, en-AU;q=0.5", "14 Aug 2026"),
        ("open-GB, en", "Aug 14, 2026"),
        ("en-G\u00e9, en", "Aug 14, 2026"),
    ],
)
def test_dates_are_written_as_where_the_reader_is(wanted: str, day: str) -> None:
    assert _reader(wanted).day(MOMENT) == day


def test_a_language_that_was_chosen_has_no_region_of_another() -> None:
    reader = _reader("en-GB,en;q=0.9", "ui=de")
    assert (reader.lang, reader.region) == ("de", None)
    assert reader.moment(MOMENT) == "14.08.2026, 17:05"
