"""A broken query is one sentence and a caret under the place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from search.errors import PolywireError
from search.query.parsing import QueryError, parse

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


def refusal(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text, NOW, strict=True)
    return caught.value


@pytest.mark.parametrize(
    ("query", "place", "sentence"),
    [
        ('storm "red cross', '"', "never closed"),
        ("„rotes Kreuz", "„", "never closed; put “"),
        ("storm red cross”", "”", "never closed"),
        ("大雨」", "」", "never opened"),
        ('storm ""', '""', "no word between"),
        ('"…"', '"…"', "no word between"),
        ("(storm", "(", "never closed"),
        ("storm) flood", ")", "never opened"),
        ("storm ()", "()", "nothing between"),
        ("storm OR", "OR", "both sides"),
        ("OR storm", "OR", "both sides"),
        ("storm AND", "AND", "both sides"),
        ("storm OR OR flood", "OR", "both sides"),
        ("(storm OR) flood", "OR", "both sides"),
        ("storm lang:germanish", "lang:germanish", "not a language code"),
        ("lang:,", "lang:", "takes a value"),
        ("after:soon storm", "after:soon", "not a date"),
        ("on:2025-02-30", "on:2025-02-30", "not a date"),
        ("before:2025-13", "before:2025-13", "not a date"),
        ("after:9999-12-31", "after:9999-12-31", "not a date"),
        ("after:99999y", "after:99999y", "not a date"),
        ("on:2025,2026", "on:2025,2026", "one date"),
        ("-after:2025", "after:2025", "minus cannot go"),
        ("storm OR -flood", "-flood", "cannot be one side of OR"),
        ("storm OR (flood -rain)", "(flood -rain)", "cannot be one side of OR"),
        ("storm OR lang:de", "lang:de", "values of one field"),
        ("lang:de OR source:bbc", "lang:de", "values of one field"),
        ("after:2024 OR after:2025", "after:2024", "values of one field"),
        ("-(a -b)", "-(a -b)", "minus of its own"),
        ("title:(storm lang:de)", "lang:de", "inside title:"),
        ("storm NOT", "NOT", "a term behind it"),
        ("storm && ", "&&", "both sides"),
        ('"a b"^2', "^2", "no weights"),
        ("roam~", "roam~", "by their stems"),
        ("titel:storm", "titel:storm", "write title:storm"),
        ("author:x", "author:x", "no field author"),
        ("language:de", "language:de", "is written lang:de"),
        ("storm \udce9t\udce9", "\udce9", "not UTF-8"),
    ],
)
def test_the_place_and_the_sentence(query: str, place: str, sentence: str) -> None:
    error = refusal(query)
    assert sentence in error.sentence
    assert error.query[error.start : error.end] == place
    assert error.sentence.endswith(".")
    assert isinstance(error, PolywireError)
    assert error.exit_code == 2


def test_the_caret_stands_under_the_place() -> None:
    sentence, query, carets = str(refusal("storm OR lang:de")).split("\n")
    assert sentence.startswith("A filter applies to the whole search")
    assert query == "  storm OR lang:de"
    assert carets == "           ^^^^^^^"


def test_the_caret_counts_columns_not_characters() -> None:
    _, query, carets = str(refusal("大雨 (東京")).split("\n")
    assert query == "  大雨 (東京"
    assert carets == "       ^"


def test_a_long_query_is_shown_around_the_place() -> None:
    _, query, carets = str(refusal(f"{'word ' * 100}(end")).split("\n")
    assert len(query) < 80
    assert query[carets.index("^")] == "("


def test_line_breaks_do_not_move_the_caret() -> None:
    _, query, carets = str(refusal("one\ntwo)")).split("\n")
    assert query[carets.index("^")] == ")"


def test_limits() -> None:
    assert "8,000 characters" in refusal("a" * 8001).sentence
    assert "parentheses" in refusal("(" * 5000).sentence
    assert parse("(" * 20 + "a" + ")" * 20, NOW).text == "a"
    pairs = " OR ".join(f"(a{n} AND b{n})" for n in range(20))
    assert "conditions" in refusal(pairs).sentence


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("titel:storm", "titel:storm would be searched as words; to filter, write title:storm."),
        ("-titel:storm", "-titel:storm would be excluded as words; to filter, write -title:storm."),
        ("storm UND flood", "UND would be searched as a word; the operator is AND."),
        ("storm^2", "^2 would be left out behind storm: terms have no weights of their own."),
        ("author:was", "author:was would be searched as words: there is no field author"),
    ],
)
def test_a_refused_query_was_not_searched(query: str, sentence: str) -> None:
    assert refusal(query).sentence.startswith(sentence)
    assert sentence.split(" would be ", maxsplit=1)[0] in parse(query, NOW).notes[0]
