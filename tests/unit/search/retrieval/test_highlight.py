"""What is marked: words by their stems, phrases and prefixes where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.clauses import AnyOf, InArticle, Match, Matching, Phrase, Prefix, Scope
from search.index.model import Article, Passage
from search.retrieval import highlight
from search.retrieval.highlight import Highlighter


def marked(matching: Matching | None, text: str, lang: str = "en", position: int = 1) -> list[str]:
    spans = Highlighter(matching)(Passage(position, text, lang))
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("matching", "lang", "text", "expected"),
    [
        (Match("flood"), "en", "Floods and flooding.", ["Floods", "flooding"]),
        (Match("Haus"), "de", "Neue Häuser am Fluss", ["Häuser"]),
        (Match("大雨"), "ja", "気象庁は大雨への警戒", ["大雨"]),
        (Phrase("red cross"), "en", "The RED CROSS met; a red line, a cross.", ["RED CROSS"]),
        (
            Phrase("élections municipales"),
            "fr",
            "Les elections municipales",
            ["elections municipales"],
        ),
        (Phrase("老年人"), "zh", "可以保护老年人。", ["老年人"]),
        (Phrase("floods"), "en", "A flood, two floods", ["floods"]),
        (Prefix("flood"), "en", "Flooded floodplains; lood", ["Flooded", "floodplains"]),
        (Prefix("red cro"), "en", "The Red Cross, red cr", ["Red Cross"]),
        (Prefix("気象庁は大"), "ja", "気象庁は大雨", ["気象庁は大"]),
        (Match("龍"), "zh", "龙舟比赛，金龙", ["龙", "龙"]),
        (Match("WHO"), "en", "The WHO warned.", ["WHO"]),
        (Match("été"), "fr", "Tout l’été", ["été"]),
        (Match("C++"), "en", "C++ and vitamin C", ["C++"]),
        (Match("1000"), "de", "Rund 1.000 von 3.141 Menschen", ["1.000"]),
        (Match("1000"), "fr", "Quelque 1 000 foyers", ["1 000"]),
        (Match("F16"), "en", "An F-16 and 16 people", ["F-16"]),
        (Match("#saveourpier"), "en", "Under #Save_Our_Pier", ["Save_Our_Pier"]),
        (Match("تقریر"), "ur", "ایک تقریر", ["تقریر"]),
        (Match("زلزال"), "ar", "بعد الزلزال", ["الزلزال"]),
        (Match("ממשלה"), "he", "והממשלה התפטרה", ["והממשלה"]),
        (Phrase("می سازند"), "fa", "خانه می‌سازند.", ["می‌سازند"]),
        (Phrase("1,000 people"), "en", "Some 1000 people", ["1000 people"]),
        (Phrase("COVID19"), "en", "The COVID-19 wave", ["COVID-19"]),
        (Prefix("node.j"), "en", "On Node.js now", ["Node.js"]),
        (Match("йод"), "ru", "Без и\u0306ода", ["и\u0306ода"]),
        (Match("🔥"), "en", "So hot 🔥🔥", ["🔥🔥"]),
        (Phrase("…"), "en", "Nothing … here", []),
        (Match(""), "en", "Nothing", []),
        (None, "en", "Nothing", []),
    ],
)
def test_marks(matching: Matching | None, lang: str, text: str, expected: list[str]) -> None:
    assert marked(matching, text, lang) == expected


def test_all_parts_of_a_query_are_marked() -> None:
    matching = InArticle((AnyOf((Match("storm"), Phrase("red cross"))),), (Prefix("coast"),))
    text = "A storm on the coastline; the Red Cross came."
    assert marked(matching, text) == ["storm", "coastline", "Red Cross"]


def test_overlapping_marks_become_one() -> None:
    matching = AnyOf((Match("cross"), Phrase("red cross")))
    assert marked(matching, "The Red Cross") == ["Red Cross"]


def test_what_is_asked_of_the_title_is_marked_there_only() -> None:
    matching = AnyOf((Match("storm", Scope.TITLE), Phrase("red cross", Scope.TITLE), Match("sea")))
    text = "Storm at sea, Red Cross"
    assert marked(matching, text) == ["sea"]
    assert marked(matching, text, position=0) == ["Storm", "sea", "Red Cross"]
    highlight = Highlighter(matching)
    assert highlight.title(Article("a", text, (), lang="en")) == ((0, 5), (9, 12), (14, 23))


WRITTEN = st.text(
    st.sampled_from("aeiflosuFLAßéèëıİǆﬁſʰйёІЇіїґщΣσςάЌ\u0301\u0306\u0308\u030c '’.-_#+&3١ن龍カ "),
    max_size=24,
)


@given(WRITTEN, WRITTEN, st.sampled_from(["en", "de", "fr", "ru", "uk", "el", "tr", "ja", "und"]))
def test_words_are_passed_over_by_their_first_letter_only_where_it_tells(
    query: str, text: str, lang: str
) -> None:
    names = ("f.l",)
    passage = Passage(1, f"{text} {query} {text}", lang)
    passed_over = Highlighter(Match(query), names)(passage)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(highlight, "keeps_first_letter", lambda _: False)
        assert passed_over == Highlighter(Match(query), names)(passage)
