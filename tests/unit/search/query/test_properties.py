"""Whatever the text, it is read; strictly, or a `QueryError`; printing is stable."""

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
        *("NOT", " NOT ", "&&", " || ", "!", "+", "^2", "~", "~3", "?", "fl?d", "*ood", "NEAR/4"),
        *("–", "−", "″", "=", "language:", "[", " TO ", "]", "/", "title=", "-date:"),
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
def test_any_text_is_read_and_strictly_refused_where_it_is_noted(text: str) -> None:
    strict = attempt(text)
    parsed = parse(text, NOW)
    if isinstance(strict, QueryError):
        assert strict.sentence.endswith(".")
        assert 0 <= strict.start < strict.end
        assert str(strict).count("\n") == 2
        assert parsed.notes
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
    parsed = parse(" ".join(plain), NOW)
    assert parsed.text.split() == " ".join(plain).split()
    assert parsed.filters == Filters()
