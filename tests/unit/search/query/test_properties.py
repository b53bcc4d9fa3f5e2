"""Whatever the text, it is read; strictly, or a `QueryError`; printing is stable."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from search.index.filters import Filters
from search.query.parsing import ParsedQuery, QueryError, parse
from search.query.reading import is_plain, parsed, plain_words
from search.query.signs import has_word

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)

FRAGMENTS = st.sampled_from(
    [
        *('"', "“", "”", "„", "«", "»", "「", "」", "(", ")", "（", "）", "-", "－", "*", ":", ","),
        *(" ", "  ", "\n", "\u3000", "OR", " OR ", "AND", " AND ", "or", "title:", "lang:"),
        *("source:", "section:", "tag:", "after:", "before:", "on:", "7d", "2025-08-01", "de"),
        *("storm", "flood*", "東京", "大雨*", 'צה"ל', '5"', "https://a.example/(b)", "COVID-19"),
        *("NOT", " NOT ", "&&", " || ", "!", "+", "^2", "~", "~3", "?", "fl?d", "*ood", "NEAR/4"),
        *("–", "−", "″", "=", "language:", "[", " TO ", "]", "/", "title=", "-date:"),
        *("Straße", "\u0301", "\u200f", "\x00", "🌊", "'", "…"),
        *("&quot;", "&amp;", "near9:", "atleast2(", "headline(", "(s)", "[", "{", "}", "❝", "❞"),
        *(" NOT W/5 ", "adj3", "around(3)", "ＡＮＤ", "¬", "``", "''"),
    ]
)
QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(FRAGMENTS, max_size=14).map("".join),
    st.lists(FRAGMENTS, max_size=10).map(" ".join),
)


def attempt(text: str) -> ParsedQuery | QueryError:
    try:
        return parse(text, NOW, strict=True)
    except QueryError as error:
        return error


@given(QUERIES)
@settings(max_examples=600, deadline=None)
@example('a„b "c" d“')
@example("-－a")
@example("A^0~1^2")
@example('NOT"--0')
@example('title:„a"b“')
@example("(0)-&&0")
@example('"ＡＮＤ')
@example('"0"ＡＮＤ')
@example('["NEAR0 ]')
@example("[ a NEAR0 (b c) ]")
@example("ＡＮＤ^0")
@example('0"ADJ0~')
@example('0"“ATLEAST0"')
@example('\u0590"\u0590“ATLEAST0"')
@example("(0)\u2010NEAR0")
@example('"0"!ADJ0')
@example("NOT\"LNG: NOT ' ADJ0 0")
@example('"0"AFTER:“0\n0“')
@example(':"&&ＡＮＤ')
def test_any_text_is_read_and_strictly_refused_where_it_is_noted(text: str) -> None:
    strict = attempt(text)
    parsed = parse(text, NOW)
    if isinstance(strict, QueryError):
        assert strict.sentence.endswith(".")
        assert 0 <= strict.start < strict.end
        assert str(strict).count("\n") == 2
        assert parsed.notes
        assert not any("\n" in note for note in parsed.notes)
    else:
        assert strict == parsed
    again = parse(parsed.canonical, NOW)
    assert again.canonical == parsed.canonical
    assert again.clause == parsed.clause
    assert again.filters == parsed.filters
    assert again.text == parsed.text


@given(st.lists(st.from_regex(r"\A\w+([-'.:/]\w+)*\Z"), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_words_without_syntax_are_never_refused(words: list[str]) -> None:
    known = ("title", "lang", "source", "section", "tag", "after", "before", "on")
    plain = [
        word for word in words if word not in ("OR", "AND") and word.split(":")[0] not in known
    ]
    assume(not plain or has_word(" ".join(plain)))  # of signs alone nothing can be looked for
    parsed = parse(" ".join(plain), NOW)
    assert parsed.text.split() == " ".join(plain).split()
    assert parsed.filters == Filters()


PLAIN = st.lists(
    st.one_of(
        st.text(
            st.sampled_from("aÉżБ東ा5_,.;'’-–−+!%$#@…?:=&/|—\u0301\u200d"), min_size=1, max_size=6
        ),
        st.sampled_from(["OR", "AND", "NOT", "ANDNOT", "AND_NOT", "NEAR", "NEAR5", "ADJ12", "or"]),
        st.sampled_from(
            [
                "NOT,",
                "ONEAR3",
                "adj5",
                "W/5",
                "e-mail",
                "COVID-19",
                "U.S.",
                "lang",
                "I",
                "Live:",
                "lang:",
                "Date:",
                "title=",
                "date:2026",
                "AT&T",
                "km/h",
                "-",
                "–",
                "why?",
                "&&",
                "||",
                "a?b",
                "https://a.example/?b=c",
            ]
        ),
    ),
    max_size=8,
).flatmap(
    lambda words: st.sampled_from([" ", "  ", "\n", "\u3000", "\t"]).map(lambda s: s.join(words))
)


@given(st.one_of(PLAIN, QUERIES))
@settings(max_examples=800, deadline=None)
@example("")
@example(" \u3000flood \n")
@example("NOT")
@example("Lerna flood, e-mail - 5%")
def test_plain_words_are_what_the_grammar_reads(text: str) -> None:
    if is_plain(text):
        tree, notes = parsed(text, strict=True)
        assert repr(plain_words(text)) == repr(tree)  # places, too
        assert notes == ()


def test_most_queries_are_plain_words() -> None:
    assert is_plain("Überschwemmungen in Bangladesh 2026")
    assert is_plain("l'énergie d'État, 3.5% U.S. COVID-19")
    assert is_plain("Live: who won? – AT&T, 80 km/h")
    assert not is_plain("flood OR dam")
    assert not is_plain("flood -dam")
    assert not is_plain("lang:de flood")
