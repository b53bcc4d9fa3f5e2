"""Every language of the page says everything, in all its plural forms, with the same parts."""

from __future__ import annotations

import re

import pytest

from search.web.catalogue import LANGUAGES, Catalogue, catalogue, reworded

ENGLISH = catalogue("en")
PART = re.compile(r"\{(\w+)\}")


def _texts(one: Catalogue, key: str) -> list[str]:
    text = one.texts[key]
    return [text] if isinstance(text, str) else list(text.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_missing_or_left_over(lang: str) -> None:
    assert catalogue(lang).texts.keys() == ENGLISH.texts.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_depends_on_a_number_has_every_form_of_the_language(lang: str) -> None:
    spoken = catalogue(lang)
    forms = {*spoken.locale.plural_form.tags, "other"}
    for key, text in spoken.texts.items():
        assert isinstance(text, str) == isinstance(ENGLISH.texts[key], str), key
        if not isinstance(text, str):
            assert text.keys() == forms, key


IN_ENGLISH = {"refusal.no_destination": {"examples"}}
"""Parts that are English sentences of the command line: the page names examples of its own."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_parts_are_those_of_the_english_text(lang: str) -> None:
    spoken = catalogue(lang)
    for key in ENGLISH.texts:
        expected = {part for text in _texts(ENGLISH, key) for part in PART.findall(text)}
        found = {part for text in _texts(spoken, key) for part in PART.findall(text)}
        assert found == expected - (set() if lang == "en" else IN_ENGLISH.get(key, set())), key


def test_no_french_line_begins_with_a_sign() -> None:
    for key in ENGLISH.texts:
        for text in _texts(catalogue("fr"), key):
            assert not re.search(" [:;?!»]|« ", text), key


def test_what_is_reworded_for_people_is_a_sentence_of_the_api() -> None:
    for key, text in reworded().items():
        expected = set(PART.findall(str(ENGLISH.texts[key])))
        assert set(PART.findall(str(text))) <= expected, key


@pytest.mark.parametrize(
    ("lang", "count", "text"),
    [
        ("en", 1, "1 article"),
        ("en", 12345, "12,345 articles"),
        ("de", 12345, "12.345 Artikel"),
        ("uk", 22, "22 статті"),
        ("uk", 11, "11 статей"),
        ("ar", 2, "مقالان"),
        ("ar", 11, "11 مقالًا"),
        ("fr", 0, "0 article"),
    ],
)
def test_numbers_are_written_and_counted_as_the_language_does(
    lang: str, count: int, text: str
) -> None:
    assert catalogue(lang).text("search.found", count=count) == text
