"""Segmentation and folding: what a word is, and which words are the same."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.analysis import joining, words
from search.analysis.folding import fold
from search.analysis.indexing import indexed
from search.analysis.words import characters, pieces

SCRIPTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from(
            "aÉßøñіїйёşİıأةىहिन्दीไทยเที่ยวລາວខ្មែរမြန်မာ日本語ガバー한국어'’.,-_ 3٣e\u0301\u00ad\u200b"
        ),
    ),
    max_size=60,
)


def cut(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world!", ["Hello", "world"]),
        ("It fell 3.5 % in 2025, by 10,000.", ["It", "fell", "3.5", "in", "2025", "by", "10,000"]),
        ("the U.S. and e.g. this.", ["the", "U.S", "and", "e.g", "this"]),
        ("l'énergie d’Ukraine's", ["l", "énergie", "d", "Ukraine", "s"]),
        ("м'яч об’єднання", ["м'яч", "об’єднання"]),
        ('צה"ל אמר', ['צה"ל', "אמר"]),
        ("covid-19 AC/DC a_b", ["covid", "19", "AC", "DC", "a", "b"]),
        ("G7サミット開幕、3月", ["G7", "サミット開幕", "3", "月"]),
        ("हिन्दी में। ठीक", ["हिन्दी", "में", "ठीक"]),
        ("ไทย ๑๒ ลาว", ["ไทย", "๑๒", "ลาว"]),
        ("서울 경기장에서", ["서울", "경기장에서"]),
        ("ver\u00adhandeln", ["ver\u00adhandeln"]),
        ("👩‍👩‍👧 -- … _ __", ["👩‍👩‍👧"]),
        ("", []),
    ],
)  # fmt: skip
def test_pieces(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("東京で", ["東", "京", "で"]),
        ("か\u3099ﾊﾞ", ["か\u3099", "ﾊﾞ"]),
        ("ที่เที่ยว", ["ที่", "เ", "ที่", "ย", "ว"]),
        ("\u1112\u1161\u11ab글", ["\u1112\u1161\u11ab", "글"]),
    ],
)
def test_characters_of_a_run(run: str, expected: list[str]) -> None:
    (piece,) = pieces(run)
    assert piece.is_run
    assert [character.text for character in characters(piece)] == expected


@given(SCRIPTS)
def test_pieces_lie_in_order_and_leave_no_letter_out(text: str) -> None:
    end = 0
    outside = text
    for piece in pieces(text):
        assert piece.start >= end
        assert piece.text == text[piece.start : piece.end] != ""
        end = piece.end
        outside = outside[: piece.start] + " " * len(piece.text) + outside[piece.end :]
    assert not any(character.isalnum() for character in outside)


@given(SCRIPTS)
def test_characters_make_up_the_run(text: str) -> None:
    for piece in pieces(text):
        if piece.is_run:
            parts = characters(piece)
            assert "".join(part.text for part in parts) == piece.text
            assert all(text[part.start : part.end] == part.text for part in parts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("élection", "ELECTION"),
        ("Øresund", "oresund"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("ışık", "isik"),
        ("cafe\u0301", "café"),
        ("ﬁnal", "final"),
        ("ＮＡＴＯ", "nato"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("ёлка", "елка"),
        ("за\u0301мок", "замок"),
        ("м'яч", "мяч"),
        ("حُكُومَة", "حكومة"),
        ("أحمد", "احمد"),
        ("کتاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("٢٠٢٥", "2025"),
        ("२०२५", "2025"),
        ("U.S", "us"),
        ("ﾊﾞｽ", "バス"),
        ("か\u3099", "が"),
        ("ver\u00adhandeln", "verhandeln"),
        ("क़लम", "कलम"),
    ],
)
def test_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("は", "ば"),
        ("ハ", "パ"),
        ("ひも", "ひもの"),
        ("иод", "йод"),
        ("їхати", "іхати"),
        ("कि", "की"),
        ("हिन्द", "हिन्दी"),
        ("ที่", "ที"),
        ("ба", "ва"),
        ("3.5", "35"),
    ],
)
def test_distinctions_that_stay(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(SCRIPTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(SCRIPTS)
def test_folding_does_not_depend_on_composition_and_has_no_spaces(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert not any(character.isspace() for character in fold(text))


SIGNS = st.text(
    st.sampled_from(
        "aZéßЖא東カक1２_ .,;:!?)(&＆+＋#＃@＠-‐–'’‘\"״\n\u0301\u200c\u200b\u200d\u00a0میهات🌊٫٬"
    )
)


@given(SIGNS)
@settings(max_examples=500, deadline=None)
@example("Q & A")
@example("AT&T, C++ R&D .NET")
def test_common_words_are_cut_as_all_words_are(text: str) -> None:
    slower = re.compile(words._ANY_WORD, re.VERBOSE)
    cut = [found.span() for found in words._WORD.finditer(text)]
    assert cut == [found.span() for found in slower.finditer(text)]


@given(SIGNS)
@settings(max_examples=500, deadline=None)
@example("O'Neill")
@example("می شود")
@example("کتاب ها")
def test_what_may_be_joined_is_seen(text: str) -> None:
    whatever = joining._MAY_JOIN.pattern
    slower = re.compile("(?s:.)" + whatever[whatever.index("(?:") :])
    assert bool(joining._MAY_JOIN.search(text)) == bool(slower.search(text))


@given(st.text(st.sampled_from("019 a.,_\n-"), max_size=24))
@settings(max_examples=500, deadline=None)
@example("1 000")
@example("a1 000 000,5")
def test_thousands_are_seen(text: str) -> None:
    slower = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?(?![.,]?\w)")
    spans = [found.span() for found in joining._SPACED.finditer(text)]
    assert spans == [found.span() for found in slower.finditer(text)]


@pytest.mark.parametrize("digit", ["7", "๗", "٧"])
def test_a_row_of_digits_takes_time_with_its_length(digit: str) -> None:
    begin = time.process_time()
    indexed(digit * 200_000, "th")
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(("text", "form"), [("12.5°C", "12.5c"), ("100㎞", "100km")])
def test_degrees_are_joined_with_their_number(text: str, form: str) -> None:
    assert form in indexed(f"Bei {text} ruht die Arbeit.", "de").terms
