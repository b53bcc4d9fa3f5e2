"""What of a query is looked up one by one, to say what no article has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from search.index.clauses import Match
from search.query.parsing import parse
from search.request import Request
from search.retrieval.advice import said_of_fields, sought


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 500 residents", ["1 500", "residents"]),
        ("12 000 000,50 zł", ["12 000 000,50", "zł"]),
        ("room 7 of 12", ["room", "7", "12"]),
        ("F-35 crash", ["F-35", "crash"]),
        ("www.bote.example", ["bote.example"]),
        ("https://www.bote.example/dam", ["bote.example", "dam"]),
        ("https outage", ["https", "outage"]),
    ],
)
def test_a_number_or_an_address_is_one_thing(text: str, words: list[str]) -> None:
    request = Request(text, clause=Match(text))
    assert [leaf.text for leaf in sought(request)] == words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("site:bote.example storm", {"site"}),
        ("storm on:2026-02-30", {"2026", "02", "30"}),
        ("lang:de;klingonisch storm", {"lang", "klingonisch"}),
        ("section: storm", {"section"}),
        ("storm UND flood", set()),
    ],
)
def test_what_was_said_to_be_no_field_is_not_said_to_be_no_word(
    query: str, words: set[str]
) -> None:
    notes = parse(query, datetime(2026, 8, 3, tzinfo=UTC)).notes
    assert notes
    assert set(said_of_fields(notes)) >= words
    assert "storm" not in set(said_of_fields(notes))
