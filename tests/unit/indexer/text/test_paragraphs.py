from __future__ import annotations

import re
import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.boilerplate import AGE, DAY, PHRASE, ROW, LeftOut, boilerplate
from indexer.text.cleaning import MOST_MARKS, clean_line, clean_lines
from indexer.text.paragraphs import MAX_COLUMNS, Split, cut, split_body
from indexer.text.wrapping import columns, unwrap

REPORT = (
    (
        "The council met on Monday evening and talked for three hours about the bridge that has "
        "been closed since the flood of last spring, when the river rose by four metres in a night."
    ),
    "Nobody could say when it will open again.",
    (
        "The mayor, who had promised an answer before the holidays, said that the engineers wanted "
        "to look at two of the pillars once more, and that safety came first."
    ),
    "Shopkeepers on the far bank have counted their losses and sent the bill to the town hall.",
)
JAPANESE = (
    (
        "市議会は月曜日の夜、昨春の洪水以来閉鎖されている橋について三時間にわたって議論した。"
        "川の水位は一晩で四メートル上昇していた。再開の時期は誰にも分からないという。"
    ),
    (
        "市長は、技術者が二本の橋脚をもう一度調べたいと考えており、安全が第一だと述べた。"
        "対岸の商店主たちは損失を計算し、市役所に請求書を送った。"
    ),
)

lines = st.text(
    st.sampled_from("abc xyz XYZ .,!?…«»-– 日本語。ไทย рус әл\u0301\u00ad\u200b\ud800\t"),
    max_size=40,
)
bodies = st.lists(lines, max_size=8).flatmap(
    lambda parts: st.sampled_from(["\n", "\n\n", "\r\n", "\u2029"]).map(lambda end: end.join(parts))
)


def letters(text: str) -> str:
    return "".join(clean_lines(text).split())


# --- cleaning ---------------------------------------------------------------------------


def test_invisible_characters_go_and_joiners_stay() -> None:
    assert clean_line("\ufeffMi\u00adni\u200bster\u0000 \u202etalk\u202c") == "Minister talk"
    assert clean_line("می\u200cخواهم") == "می\u200cخواهم"


def test_line_ends_become_one_form() -> None:
    assert clean_lines("a\r\nb\rc\u2028d\x0be\x85f") == "a\nb\nc\nd\ne\nf"


@given(st.text())
def test_cleaning_twice_changes_nothing_and_fits_utf8(text: str) -> None:
    once = clean_lines(text)
    assert clean_lines(once) == once
    once.encode()
    assert unicodedata.is_normalized("NFC", once)


# --- wrapping ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 60, 72, 80, 100])
def test_wrapped_lines_are_joined(width: int) -> None:
    wrapped = [textwrap.fill(p, width, break_on_hyphens=False) for p in REPORT]
    assert unwrap("\n\n".join(wrapped)) == list(REPORT)


@pytest.mark.parametrize("width", [20, 36])
def test_wrapped_lines_without_spaces_are_joined_without_spaces(width: int) -> None:
    wrapped = ["\n".join(p[i : i + width] for i in range(0, len(p), width)) for p in JAPANESE]
    assert unwrap("\n\n".join(wrapped)) == list(JAPANESE)


def test_one_line_a_paragraph_stays_so() -> None:
    assert unwrap("\n".join(REPORT)) == list(REPORT)


def test_short_lines_of_their_own_stay() -> None:
    text = "He came.\nHe saw the whole of the valley below.\nHe won.\nNobody was surprised by that."
    assert unwrap(text) == text.split("\n")


def test_lists_and_verse_stay() -> None:
    menu = "- soup of the day with bread\n- fish\n- cake and coffee, for those who stay\n- cheese"
    assert unwrap(menu) == menu.split("\n")
    verse = (
        "the rain it raineth\non the just\nand also on the unjust fella\nbut chiefly\non the just"
    )
    assert unwrap(verse) == verse.split("\n")


def test_a_bullet_begins_anew_in_wrapped_text() -> None:
    wrapped = textwrap.fill(REPORT[0], 60) + "\n- " + textwrap.fill(REPORT[2], 58)
    assert unwrap(wrapped) == [REPORT[0], "- " + REPORT[2]]


@given(bodies)
def test_unwrapping_loses_no_letter_and_is_done_once(body: str) -> None:
    text = clean_lines(body)
    paragraphs = unwrap(text)
    assert "".join("".join(p.split()) for p in paragraphs) == "".join(text.split())
    assert all(p == p.strip() and p for p in paragraphs)
    assert unwrap("\n\n".join(paragraphs)) == paragraphs


# --- boilerplate ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "ANZEIGE",
        "Read more...",
        "► Lire aussi",
        "広告",
        "Читайте также:",
        "إعلان",
        "3 hours ago",
        "vor 2 Stunden",
        "5時間前",
        "Share this article",
        "광고",
    ],
)
def test_lines_that_are_no_part_of_an_article(line: str) -> None:
    assert set(boilerplate([REPORT[0], line, REPORT[1]])) == {1}


def test_a_dangling_last_word() -> None:
    assert set(boilerplate([*REPORT, "Yesterday"])) == {4}
    assert set(boilerplate([*REPORT, "Вчера"])) == {4}


@pytest.mark.parametrize("last", ["Never.", "Never!", "„Nie“", "Or not", "2025", "昨日", "Ende …"])
def test_a_last_word_that_stays(last: str) -> None:
    assert set(boilerplate([*REPORT, last])) == set()


def test_a_short_text_keeps_its_last_word() -> None:
    assert set(boilerplate(["Shall we go?", "Wait.", "Go"])) == set()
    assert set(boilerplate(["Yesterday"])) == set()


def test_an_unfinished_text_keeps_its_last_word() -> None:
    assert set(boilerplate([*REPORT, "The winners", "Adler"])) == set()


def test_a_heading_stays_and_a_row_of_buttons_goes() -> None:
    assert set(boilerplate([REPORT[0], "Facebook", REPORT[1], "Print", REPORT[2]])) == set()
    row = [REPORT[0], "Share", "Facebook", "WhatsApp", "Print", REPORT[1]]
    assert set(boilerplate(row)) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    "lines",
    [
        ["Facebook", "Twitter", "Telegram", "Reddit"],
        ["The networks that were named:", "X", "TikTok", "YouTube"],
        ["The winners", "Adler", "Becker", "Claudel"],
        ["To be continued", "Amen"],
        ["Translated by Ann Writer", "dpa"],
        ["Reuters"],
        ["Share", "The rest of the page is about shares."],
    ],
)
def test_names_and_an_articles_own_last_line_stay(lines: list[str]) -> None:
    assert boilerplate([*REPORT, *lines]) == {}


def test_every_line_that_goes_has_a_reason() -> None:
    found = boilerplate(["Advertisement", *REPORT, "Share", "X", "3 hours ago", "Gestern"])
    assert dict(found) == {0: PHRASE, 5: ROW, 6: ROW, 7: AGE, 8: DAY}


def test_paragraphs_that_are_given_are_all_kept() -> None:
    given = ("Advertisement", "Share", "Print", *REPORT, "Yesterday")
    assert split_body(given) == Split(given)
    text = split_body("\n\n".join(given))
    assert text.dropped[0] == LeftOut("Advertisement", PHRASE)


def test_an_article_of_nothing_else_keeps_it() -> None:
    assert set(boilerplate(["Advertisement"])) == set()
    assert split_body("Advertisement").paragraphs == ("Advertisement",)


# --- cutting ----------------------------------------------------------------------------


def test_a_paragraph_that_fits_is_not_touched() -> None:
    assert cut(REPORT[0]) == [REPORT[0]]


def test_cuts_are_at_the_ends_of_sentences_and_about_equal() -> None:
    long = " ".join(REPORT * 4)
    parts = cut(long, 500)
    assert all(part.endswith(".") for part in parts)
    assert " ".join(parts) == long
    sizes = [columns(part) for part in parts]
    assert max(sizes) <= 500
    assert min(sizes) > 250


@pytest.mark.parametrize(
    "sentence",
    [
        "これは長い段落の一文です。",
        "यह एक लंबे पैराग्राफ का एक वाक्य है। ",
        "هذه جملة من فقرة طويلة؟ ",
        "ประโยคหนึ่งในย่อหน้ายาว ",
        "ဒီဟာ ဝါက်တစ်ခုပါ။ ",
    ],
)
def test_every_script_is_cut_at_its_own_ends(sentence: str) -> None:
    parts = cut(sentence * 60, 400)
    assert len(parts) > 1
    assert all(part.endswith(sentence.strip()[-1]) for part in parts)
    assert max(map(columns, parts)) <= 400


def test_a_sentence_without_an_end_is_cut_at_commas_then_at_spaces_then_anywhere() -> None:
    clause = "and the rain came down on the roofs of the town, "
    assert all(part.endswith("town,") for part in cut(clause * 20, 300))
    assert all(part.endswith("rain") for part in cut("more rain " * 100, 300))
    assert max(map(columns, cut("字" * 2000, 300))) <= 300


def test_a_cut_does_not_part_a_letter_from_its_mark() -> None:
    parts = cut("e\u0323\u0301" * 500, 100)
    assert all(part.startswith("e") for part in parts)


@given(bodies, st.integers(8, 60))
def test_no_letter_is_lost(body: str, width: int) -> None:
    split = split_body(body, width)
    kept = "".join(letters(p) for p in split.paragraphs)
    if not split.dropped:
        assert kept == letters(body)
    else:
        assert sorted(kept + "".join(letters(one.text) for one in split.dropped)) == sorted(
            letters(body)
        )
    assert all(paragraph == paragraph.strip() and paragraph for paragraph in split.paragraphs)


@given(st.lists(lines, max_size=6).map(tuple))
def test_what_an_author_separated_is_never_merged(body: tuple[str, ...]) -> None:
    texts = [clean_line(text) for text in body]
    split = split_body(body)
    assert list(split.paragraphs) == [text for text in texts if text]
    assert split.dropped == ()


@given(bodies)
def test_splitting_again_gives_the_same(body: str) -> None:
    once = split_body(body).paragraphs
    assert split_body(once).paragraphs == once
    assert split_body("\n\n".join(once)).paragraphs == once


@given(st.text(min_size=1, max_size=400), st.integers(8, 80))
def test_no_part_is_too_wide(text: str, width: int) -> None:
    paragraph = clean_line(text)
    assert all(columns(part) <= width for part in cut(paragraph, width) if part)
    assert "".join(cut(paragraph, width)).replace(" ", "") == paragraph.replace(" ", "")


def test_the_limit_is_the_one_documented() -> None:
    assert MAX_COLUMNS == 1200
    assert len(split_body("word " * 1000).paragraphs) == 5


@given(st.text(alphabet="a\u0301\u0323\u05b0\u3099 ", max_size=200), st.integers(0, 100))
def test_marks_upon_a_letter_are_bounded_and_cleaning_is_done_once(text: str, more: int) -> None:
    cleaned = clean_lines(text + "e" + "\u0323\u0301" * more)
    assert clean_lines(cleaned) == cleaned
    rows = re.findall("[\u0301\u0323\u05b0\u3099]+", cleaned)
    assert max(map(len, rows), default=0) <= MOST_MARKS


def test_every_mark_is_bounded() -> None:
    marks = [chr(point) for point in range(0x110000) if unicodedata.combining(chr(point))]
    assert len(marks) > 900
    assert all(re.fullmatch(r"[^\w\s]", mark) for mark in marks)
