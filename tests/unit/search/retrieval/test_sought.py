"""What of a query is looked up one by one, to say what no article has."""

from __future__ import annotations

import pytest

from search.index.clauses import Match
from search.request import Request
from search.retrieval.advice import sought


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
