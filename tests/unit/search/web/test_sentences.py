"""What an answer says in English is said in the language of the page, whatever it is about."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.alerts.preview import TOO_FEW, UNMEASURED, WITH_LESS
from search.query.parsing import parse
from search.retrieval.advice import (
    BY_MEANING,
    BY_MEANING_UNKNOWN,
    NOTHING_CLOSE,
    WITHOUT_WORDS,
)
from search.web.catalogue import LANGUAGES, catalogue
from search.web.sentences import translated

GERMAN = catalogue("de")
NOW = datetime(2026, 8, 1, tzinfo=UTC)

QUERIES = {
    "no_word_in_query": "...",
    "mismatched": "(a ( b ( c " * 5,
    "as_text": "The (old) dam gave way in the night " * 10,
    "too_long": "flood " * 20_000,
    "not_utf8": "dam \ud800",
    "deep": "(" * 60 + "dam" + ")" * 60,
    "prefix_short": "d*",
    "star_short": "*d",
    "regex": "/fl[ou]+d/",
    "exclude": "dam --flood",
    "joined": "dam&&flood",
    "span": "date>2026-08-01",
    "field_space": "lang: dam",
    "field_filter": "tilte:dam",
    "no_field_meant": "site:example.org",
    "no_field": "colour:red",
    "counted": "atleast3(dam)",
    "near_apart": "dam NOT W/5 flood",
    "group_beside": "resident(s)",
    "no_field_excluded_meant": "dam -site:example.org",
    "no_field_excluded": "dam -colour:red",
    "excludes_number": "dam -5",
    "not_shouted": "THE DAM IS NOT SAFE ANY MORE TODAY",
    "operator": "dam UND flood",
    "near": "dam w/s flood",
    "single_quotes": "'the old dam' flood",
    "read_as": "intitle:dam",
    "read_as_unordered": "dam pre/5 flood",
    "phrase_unopened": "dam 」flood",
    "phrase_empty": 'dam "..."',
    "distance_missing": '"old dam"~',
    "weight": "dam^2 flood",
    "fuzzy": "dam~ flood",
    "phrase_closed_by": '„old dam" flood',
    "phrase_open": 'flood -"old dam',
    "phrase_as_text": 'flood "old dam',
    "group_open": "flood AND (dam OR river",
    "group_as_text": "flood (dam",
    "group_unopened": "flood dam)",
    "group_empty": "flood ()",
    "operator_left_out": "flood NOT NOT",
    "operator_left_out_both": "flood && ",
    "operator_as_word": "flood NOT",
    "operator_as_word_both": "OR flood",
    "two_negations": "flood NOT -dam",
    "near_as_and": "flood NEAR/3 title:dam",
    "field_without_value": "dam source:,",
    "filter_in_or": "dam OR lang:de",
    "filter_in_title": "title:(dam lang:de)",
    "too_many": " OR ".join(f"(a{n} AND b{n} AND c{n})" for n in range(12)),
    "minus_group": "dam -(flood lang:de)",
    "minus_date": "dam -on:2026-08",
    "one_date": "dam on:2026-08,2026-09",
    "no_date": "dam on:soon",
    "anywhere": "intext:dam",
    "read_as_space": "dam&nbsp;flood",
    "read_as_nothing": "dam&zwj;flood",
}
"""A query for each note that is made of queries alone, by its key."""

ELSEWHERE = {
    "meaning_unmeasured": UNMEASURED,
    "nothing_close": NOTHING_CLOSE,
    "by_meaning": BY_MEANING,
    "by_meaning_unknown": BY_MEANING_UNKNOWN,
    "vector_only": WITHOUT_WORDS,
}


def keys_of(sentence: str) -> set[str]:
    """Return the keys of the German texts that could have come of a sentence."""
    said = translated(sentence, GERMAN)
    assert said.lang == "de", sentence
    return {
        key.removeprefix("note.")
        for key, text in GERMAN.texts.items()
        if key.startswith("note.") and isinstance(text, str) and _same_form(text, said.text)
    }


def _same_form(text: str, said: str) -> bool:
    pieces = re.split(r"\{\w+\}", text)
    return re.fullmatch(".+?".join(map(re.escape, pieces)), said, re.DOTALL) is not None


@pytest.mark.parametrize("key", QUERIES)
def test_a_note_on_a_query_is_said_in_the_language_of_the_page(key: str) -> None:
    notes = parse(QUERIES[key], NOW).notes
    assert notes
    assert key in set().union(*map(keys_of, notes)), notes


@pytest.mark.parametrize("key", ELSEWHERE)
def test_so_is_a_note_on_an_answer(key: str) -> None:
    assert translated(ELSEWHERE[key], GERMAN).text == GERMAN.text(f"note.{key}")


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("No article has the word dam.", "Kein Artikel enthält das Wort dam."),
        (
            "No article has the word dam in its headline.",
            "Kein Artikel hat das Wort dam in der Überschrift.",
        ),
        (
            "No article has source:Bote. Did you mean Der Bote or Die Boten?",
            "Kein Artikel hat source:Bote. Meinten Sie Der Bote oder Die Boten?",
        ),
        (
            "the 7 articles that are near enough, of 106 candidates",
            "Gezählt: die 7 Artikel, die nahe genug sind, von 106 in Betracht gezogenen",
        ),
    ],
)
def test_its_parts_stand_where_the_language_has_them(sentence: str, text: str) -> None:
    assert translated(sentence, GERMAN).text == text


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Keiner der 12.345 Artikel, die die Filter erfüllen, enthält, was gesucht wird."),
        (
            "fr",
            "Aucun des 12\u202f345 articles qui répondent aux filtres n’a ce qui est cherché.",
        ),
    ],
)
def test_numbers_are_written_as_the_language_does(lang: str, text: str) -> None:
    sentence = "None of the 12,345 articles that pass the filters has what is looked for."
    assert translated(sentence, catalogue(lang)).text == text


def test_languages_are_named() -> None:
    said = translated(TOO_FEW.format("uk, zh-Hant, xq"), GERMAN)
    assert ": Ukrainisch, Chinesisch (traditionell) und xq." in said.text


def test_so_is_what_a_lower_precision_would_have_told() -> None:
    said = translated(WITH_LESS.format(0.7, 1234), GERMAN)
    assert said.text.startswith("Mit einer Genauigkeit von 0,7 ")
    assert said.text.endswith(": 1.234.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_values_are_apart_from_the_sentence(lang: str) -> None:
    said = translated(
        "No article has source:بوست. Did you mean بوست 1 or The Post?", catalogue(lang)
    )
    values = [piece.text for piece in said.pieces if piece.is_value]
    assert values == ["source:بوست", "بوست 1", "The Post"]
    assert said.lang == lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_and_signs_of_the_reader_stay_one_value(lang: str) -> None:
    (note,) = parse("dam -5", NOW).notes
    assert [piece.text for piece in translated(note, catalogue(lang)).pieces if piece.is_value] == [
        "-5",
        "5",
    ]


def test_what_is_not_known_stays_english() -> None:
    said = translated("Something else.", GERMAN)
    assert (said.text, said.lang) == ("Something else.", "en")


@given(st.text(min_size=1), st.sampled_from(LANGUAGES))
def test_the_words_of_the_reader_stay_as_they_are(word: str, lang: str) -> None:
    said = translated(f"{word} was left out: there is nothing in it.", catalogue(lang))
    assert word in said.text
