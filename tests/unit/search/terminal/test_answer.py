"""What a person sees: cut, folded, marked, in the direction of the script; and plain in pipes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from search.answer import (
    Answer,
    Copy,
    Counted,
    Hit,
    LanguageCount,
    LegScore,
    RerankPlace,
    RerankUsed,
    ShownPassage,
)
from search.index.clauses import Match
from search.index.filters import Filters
from search.index.model import Article, Bucket, Facet, Passage
from search.request import Mode, Request, Sort
from search.retrieval.highlight import Highlighter
from search.terminal.answer import LESS_CERTAIN, show_answer, summary
from search.terminal.text import runs_right_to_left, snippet

ARABIC = "قال الوزير إنّ المدن الكبرى ستحصل على مدارس ومستشفيات في العام المقبل، وأضاف NATO."
JAPANESE = "気象庁は大雨への警戒を呼びかけている。東京でも電車が遅れた。"
HINDI = "मंत्री ने कहा कि यात्रियों को अब रेल में कम समय लगेगा।"
ENGLISH = "Military leaders met by video on Wednesday to compare options for Ukraine."


def hit(title: str, text: str, lang: str, query: str = "", **fields: str) -> Hit:
    article = Article(
        id="a1",
        title=title,
        passages=(),
        lang=lang,
        published=datetime(2025, 8, 20, tzinfo=UTC),
        **fields,  # type: ignore[arg-type]
    )
    highlight = Highlighter(Match(query))
    passage = Passage(1, text, lang)
    legs = {"lexical": LegScore(1, 7.31)}
    shown = (ShownPassage(passage, highlight(passage)),)
    return Hit(article, 0.87, legs, shown, 0, highlight.title(article))


def answer(*hits: Hit, request: Request | None = None) -> Answer:
    languages = {"en": LanguageCount(3, 1)}
    return Answer(request or Request("storm"), hits, len(hits), Counted.CANDIDATES, languages, 12.3)


def screen(
    shown: Answer, width: int = 80, *, explain: bool = False, line: float = 0.5
) -> list[str]:
    """Return the lines on a terminal of this width, without colours."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=True, color_system=None, markup=False, emoji=False
    )
    show_answer(shown, console, explain=explain, line=line)
    return out.getvalue().splitlines()


def pipe(shown: Answer, width: int = 40) -> list[str]:
    out = io.StringIO()
    show_answer(shown, Console(file=out, width=width, markup=False), explain=False)
    return out.getvalue().splitlines()


def colours(shown: Answer, *, no_color: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=80,
        force_terminal=True,
        color_system="standard",
        no_color=no_color,
        markup=False,
        highlight=False,
    )
    show_answer(shown, console, explain=False)
    return out.getvalue()


def test_title_facts_and_snippet() -> None:
    found = hit("Talks", ENGLISH, "en", source="herald", url="https://h.example/1", section="world")
    twice = replace(found, duplicates=2, copies=(Copy("b", "Bote"), Copy("c", None)))
    assert screen(answer(twice), 120)[:5] == [
        " 1  Talks",
        "    87% · en · herald · 2025-08-20 · world · https://h.example/1",
        "    2 sources carry the same text: herald 2025-08-20 00:00 (a1); Bote (b); (c)",
        f"    {ENGLISH}",
        "",
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 133])
@pytest.mark.parametrize("text", [ENGLISH, ARABIC, JAPANESE * 3, HINDI])
def test_no_line_is_wider_than_the_terminal(width: int, text: str) -> None:
    lines = screen(answer(hit(text, text, "xx", source="source")), width, explain=True)
    assert max(map(cell_len, lines)) <= width


def test_an_address_is_never_folded() -> None:
    url = "https://herald.example/defence/2025/08/20/chiefs-discuss-guarantees"
    assert f"    {url}" in screen(answer(hit("Talks", ENGLISH, "en", url=url)), 40)


def test_right_to_left_text_stands_at_the_right_edge() -> None:
    lines = [line for line in screen(answer(hit("تيتل", ARABIC, "ar")), 40) if "\u2067" in line]
    assert len(lines) > 2
    for line in lines:
        assert cell_len(line) == 40
        assert line.endswith("\u2069")
        assert line.count("\u2067") == line.count("\u2069") == 1


def test_a_right_to_left_name_does_not_turn_the_date_around() -> None:
    facts = screen(answer(hit("Title", ENGLISH, "ar", source="صحيفة")))[1]
    assert "صحيفة\u200e · 2025-08-20" in facts


@pytest.mark.parametrize(
    ("text", "backwards"),
    [
        ("storm", False),
        ("2025: عاصفة", True),
        ("NATO عاصفة", False),
        ("«ממשלה» NATO", True),
        ("気象庁", False),
        ("12.5", False),
        ("", False),
    ],
)
def test_direction_is_that_of_the_first_strong_character(text: str, backwards: bool) -> None:
    assert runs_right_to_left(text) is backwards


def test_no_line_begins_with_a_closing_sign() -> None:
    for width in range(24, 60):
        lines = screen(answer(hit("題", JAPANESE * 4, "ja")), width)
        assert not any(line.strip().startswith(("。", "、", "」")) for line in lines)


def test_matches_are_marked_in_title_and_text() -> None:
    found = answer(hit("Storm hits", "A storm came.", "en", query="storm"))
    assert "\x1b[1;4;33mStorm\x1b[0m" in colours(found)
    assert "\x1b[1;33mstorm\x1b[0m" in colours(found)


def test_without_colours_matches_are_bold() -> None:
    text = colours(answer(hit("Title", "A storm came.", "en", query="storm")), no_color=True)
    assert "\x1b[1mstorm\x1b[0m" in text
    assert "\x1b[33m" not in text


def test_a_pipe_gets_a_plain_line_a_paragraph() -> None:
    url = "https://herald.example/a-long-address-that-does-not-fit-beside-the-rest"
    lines = pipe(answer(hit("T", ARABIC + ENGLISH, "ar", query="video", url=url)))
    assert f"    {ARABIC}{ENGLISH}" in lines
    assert f"    {url}" in lines
    assert not any("\x1b" in line or "\u2067" in line for line in lines)


def test_control_characters_of_an_article_do_not_reach_the_terminal() -> None:
    evil = "red \x1b[31m bell \x07 back \x08 \x9b31m and\nmore"
    text = colours(answer(hit(evil, evil, "en", source=evil)))
    assert "\x1b[31m" not in text
    assert not set(text) & {"\x07", "\x08", "\x9b"}


def test_an_article_without_a_headline_has_a_stand_in() -> None:
    assert screen(answer(hit("", ENGLISH, "en")))[0] == " 1  (no headline)"


def test_the_headline_is_not_repeated_as_a_paragraph() -> None:
    only = replace(hit("Storm", "Storm", "en"), passages=(ShownPassage(Passage(0, "Storm", "en")),))
    assert sum("Storm" in line for line in screen(answer(only))) == 1


def test_explanation_names_ranks_and_scores() -> None:
    lines = screen(answer(hit("T", ENGLISH, "en")), explain=True)
    assert "    id a1 · lexical: rank 1, BM25 7.310 · vector: not found" in lines


def test_a_listing_has_no_scores() -> None:
    listed = answer(hit("T", ENGLISH, "en"), request=Request("", Filters(langs=frozenset({"en"}))))
    lines = screen(listed, 200)
    assert lines[1] == "    en · 2025-08-20"
    assert "newest first" in lines[-1]


def test_closeness_stands_beside_the_score() -> None:
    near = replace(hit("T", ENGLISH, "en"), closeness=0.42)
    lines = screen(replace(answer(near), anything_close=True), 200)
    assert lines[1] == "    87% · 42% close · en · 2025-08-20"
    assert "Nothing close" not in " ".join(lines)


def likely(*chances: float | None) -> Answer:
    return answer(*(replace(hit("T", ENGLISH, "en"), confidence=one) for one in chances))


def test_one_figure_says_how_likely_a_hit_is_right() -> None:
    sure = replace(hit("T", ENGLISH, "en"), confidence=0.93, closeness=0.42)
    assert screen(answer(sure), 200)[1] == "    93% · en · 2025-08-20"
    explained = " ".join(screen(answer(sure), 200, explain=True))
    assert "score 87%, 42% close" in explained


@pytest.mark.parametrize(
    ("chances", "above"),
    [
        ((0.9, 0.4, 0.3), 1),
        ((0.9, 0.4, 0.7, 0.2), 3),
        ((0.4, 0.3), 0),
        ((0.9, 0.8), None),
        ((0.9, None), None),
    ],
)
def test_a_line_parts_what_is_less_certain(
    chances: tuple[float | None, ...], above: int | None
) -> None:
    lines = screen(likely(*chances), 200)
    parted = [number for number, line in enumerate(lines) if LESS_CERTAIN in line]
    if above is None:
        assert not parted
    else:
        (at,) = parted
        assert sum(line.endswith("  T") for line in lines[:at]) == above
    assert not any(LESS_CERTAIN in line for line in screen(likely(*chances), 200, line=0.0))


def test_one_line_says_that_nothing_close_was_found() -> None:
    far = replace(hit("T", ENGLISH, "en"), closeness=0.03)
    lines = screen(replace(answer(far), anything_close=False), 200)
    assert sum(line.startswith("Nothing close to the query was found") for line in lines) == 1
    assert "Nothing close" not in " ".join(screen(answer(far), 200)), "nothing is claimed"


def test_what_was_reranked_is_said_and_explained() -> None:
    read = replace(hit("T", ENGLISH, "en"), rerank=RerankPlace(3.25, 7, 0.2))
    shown = replace(answer(read), rerank=RerankUsed("some/model", 50, 3))
    lines = screen(shown, 200, explain=True)
    assert "reranker 3.250, rank 7 before" in " ".join(lines)
    assert ", the first 50 reranked by some/model in 12 ms" in lines[-1]


def test_sorting_the_best_by_date_is_said() -> None:
    request = Request("storm", mode=Mode.HYBRID, sort=Sort.DATE)
    lines = screen(answer(hit("T", ENGLISH, "en"), request=request), 200)
    assert "the most relevant ones, newest first" in lines[-1]


def test_nothing_found_gives_advice() -> None:
    assert screen(answer())[0] == "Nothing found. Try other words."
    narrowed = Request("storm", Filters(exclude_langs=frozenset({"de"})))
    assert "Leave out a filter" in screen(answer(request=narrowed))[0]


# --- facets and histogram -----------------------------------------------------------------


def counted(kind: Counted) -> Answer:
    return replace(
        answer(hit("T", ENGLISH, "en"), request=Request("q", facets=True, histogram="month")),
        counted=kind,
        total=1234,
        facets=(
            Facet("lang", (("en", 20), ("ar", 3))),
            Facet("source", tuple((f"s{n:02}", 20 - n) for n in range(15))),
            Facet("section", ()),
        ),
        histogram=(
            Bucket(datetime(2025, 7, 1, tzinfo=UTC), 5),
            Bucket(datetime(2025, 8, 1, tzinfo=UTC), 20),
        ),
    )


def test_counts_say_what_they_count() -> None:
    assert "Counted over all 1,234 candidates:" in screen(counted(Counted.CANDIDATES))
    assert "Counted over all 1,234 matches:" in screen(counted(Counted.MATCHES))


def test_facets_and_bars() -> None:
    lines = pipe(counted(Counted.MATCHES), 80)
    assert "languages   en\u00a0(20) · ar\u00a0(3)" in lines
    assert next(line for line in lines if line.startswith("sources")).endswith("3\u00a0more")
    assert not any(line.startswith("sections") for line in lines)
    july, august = (line for line in lines if line.startswith("2025"))
    assert july.startswith("2025-07     █")
    assert august.count("█") == 4 * july.count("█")
    assert august.endswith(" 20")


def test_a_long_histogram_shows_its_latest_part() -> None:
    days = tuple(Bucket(datetime(2025, 1 + n // 28, 1 + n % 28, tzinfo=UTC), 1) for n in range(60))
    shown = replace(counted(Counted.MATCHES), histogram=days, request=Request("q", histogram="day"))
    lines = pipe(shown)
    assert "earlier     29" in lines
    assert sum("█" in line for line in lines) == 31


# --- snippets -----------------------------------------------------------------------------


def test_a_snippet_is_cut_around_its_first_highlight() -> None:
    text = f"{'before ' * 80}needle{' after' * 80}"
    at = text.index("needle")
    cut, (span,) = snippet(text, ((at, at + 6),), 100)
    assert cut[slice(*span)] == "needle"
    assert cut.startswith("… before")
    assert cut.endswith("after …")
    assert len(cut) <= 104


def test_a_snippet_of_wide_characters_counts_columns() -> None:
    cut, _ = snippet(JAPANESE * 20, (), 280)
    assert cell_len(cut) <= 284


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 20))))
def test_highlights_keep_their_text_in_a_snippet(text: str, marks: list[tuple[int, int]]) -> None:
    spans = tuple(sorted((s, min(s + n, len(text))) for s, n in marks if s < len(text)))
    cut, inside = snippet(text, spans, 80)
    assert all(0 <= start < end <= len(cut) for start, end in inside)
    whole = [text[slice(*span)] for span in spans]
    assert all(any(cut[slice(*span)] in one for one in whole) for span in inside)


def test_an_answer_without_a_word_of_the_query_says_so() -> None:
    by_meaning = hit("Talks", ENGLISH, "en")
    near = replace(by_meaning, legs={"vector": LegScore(1, 0.3)})
    by_words = replace(by_meaning, legs={"lexical": LegScore(1, 5.0)})
    assert any("nearest in meaning" in line for line in screen(answer(near), 200))
    assert any("only compare them" in line for line in screen(answer(near), 200))
    sure = replace(near, confidence=0.7)
    assert any("nearest in meaning." in line for line in screen(answer(sure), 200))
    assert not any("only compare them" in line for line in screen(answer(sure), 200))
    assert not any("nearest in meaning" in line for line in screen(answer(near, by_words), 200))


@pytest.mark.parametrize(
    ("total", "kind", "request_", "said"),
    [
        (1, Counted.MATCHES, Request("storm", clause=Match("storm")), "1 article that matches"),
        (2, Counted.MATCHES, Request("storm", clause=Match("storm")), "2 articles that match"),
        (1, Counted.MATCHES, Request(""), "1 article, newest first"),
        (1, Counted.CANDIDATES, Request("storm"), "1 candidate"),
    ],
)
def test_one_is_no_plural(total: int, kind: Counted, request_: Request, said: str) -> None:
    found = replace(answer(request=request_), total=total, counted=kind)
    assert summary(found).startswith(f"0 shown of {said} in ")
