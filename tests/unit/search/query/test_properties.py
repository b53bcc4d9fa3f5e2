"""Whatever the text: a parsed query or a `QueryError`; printing and reading again is stable."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.index.filters import Filters
from search.query.parsing import ParsedQuery, QueryError, parse

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)

FRAGMENTS = st.sampled_from(
    [
        *('"', "“", "”", "„", "«", "»", "「", "」", "(", ")", "（", "）", "-", "－", "*", ":", ","),
        *(" ", "  ", "\n", "\u3000", "OR", " OR ", "AND", " AND ", "or", "title:", "lang:"),
        *("source:", "section:", "tag:", "after:", "before:", "on:", "7d", "2025-08-01", "de"),
        *("storm", "flood*", "東京", "大雨*", 'צה"ל', '5"', "https://a.example/(b)", "COVID-19"),
        *("Straße", "\u0301", "\u200f", "\x00", "🌊", "'", "…"),
    ]
)
QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(FRAGMENTS, max_size=14).map("".join),
    st.lists(FRAGMENTS, max_size=10).map(" ".join),
)


def attempt(text: str) -> ParsedQuery | QueryError:
    try:
        return parse(text, NOW)
    except QueryError as error:
        return error


@given(QUERIES)
@settings(max_examples=600, deadline=None)
@example('a„b "c" d“')
@example("-－a")
@example('title:„a"b“')
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    parsed = attempt(text)
    if isinstance(parsed, QueryError):
        assert parsed.sentence.endswith(".")
        assert 0 <= parsed.start < parsed.end
        assert str(parsed).count("\n") == 2
        return
    again = attempt(parsed.canonical)
    assert isinstance(again, ParsedQuery), parsed.canonical
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
    parsed = parse(" ".join(plain), NOW)
    assert parsed.text.split() == " ".join(plain).split()
    assert parsed.filters == Filters()
