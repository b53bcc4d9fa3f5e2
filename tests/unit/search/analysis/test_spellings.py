"""The judged spellings, by the analysis alone: what a query looks for and what a passage has."""

from __future__ import annotations

import pytest

from search.analysis.indexing import indexed, phrases
from search.analysis.query_terms import query_terms
from tests.support.spellings import SPELLINGS, Spelling

LANGS = sorted({spelling.lang for spelling in SPELLINGS})


def finds(query: str, spelling: Spelling) -> bool:
    stored = indexed(spelling.text, spelling.lang)
    if query.startswith('"'):
        readings = [list(words) for words in phrases(query.strip('"'))]
        return any(
            stored.words[n : n + len(words)] == words
            for words in readings
            for n in range(len(stored.words))
        )
    asked = query_terms(query, LANGS)
    by_words = not set(asked.words).isdisjoint(stored.words)
    return by_words or not set(asked.terms).isdisjoint(stored.terms)


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda one: f"{one.lang}: {one.text}")
def test_a_spelling(spelling: Spelling) -> None:
    assert [query for query in spelling.found_by if not finds(query, spelling)] == []
    assert [query for query in spelling.not_found_by if finds(query, spelling)] == []


@pytest.mark.parametrize(
    ("lang", "text", "query"),
    [("en", "Ported to .NET last year.", "net"), ("bn", "চাঁদ উঠেছে।", "চাদ")],
)
def test_what_analyzers_of_a_server_take_for_the_same(lang: str, text: str, query: str) -> None:
    """Elasticsearch finds these; `docs/languages.md` says so."""
    assert not finds(query, Spelling(lang, text, ()))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Iğdır'da kar yağdı.", "Igdir"),
        ("İzmirliler bekliyor.", "Izmirliler"),
        ("ISPARTA", "Isparta"),
    ],
)
def test_turkish_from_a_keyboard_with_one_letter_i(text: str, query: str) -> None:
    for typed in (query, query.upper(), query.lower()):
        assert finds(typed, Spelling("tr", text, ()))
