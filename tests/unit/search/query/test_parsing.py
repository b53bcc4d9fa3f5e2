"""What queries mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from search.index.clauses import AnyOf, InArticle, Match, Matching, Phrase, Prefix, Scope
from search.index.filters import Filters
from search.query.parsing import ParsedQuery, parse
from search.query.syntax import Restriction

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


def read(text: str) -> ParsedQuery:
    return parse(text, NOW)


def day(year: int, month: int, of_month: int) -> datetime:
    return datetime(year, month, of_month, tzinfo=UTC)


# --- words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "flood damage in the valley",
        "COVID-19 und die e-Mail um 10:30 Uhr",
        "https://news.example/a-b?q=1&r=(2)#top",
        "was sagt https://news.example/lang:de ?",
        "c:\\temp ratio 3:2 -- a - b – c",
        "Müller & Söhne: 50 % mehr / weniger!",
        "what did 'they' say about Ukraine's harvest?",
        "北京奥运会 開幕式",
        "عودة اللاجئين إلى سوريا",
        'צה"ל הודיע',
        'a 5" pipe',
        "either or and not",
        "title: a question of order",
        "the *** word, 5* hotels",
        "--help -",
    ],
)
def test_plain_queries_are_words(query: str) -> None:
    parsed = read(query)
    assert parsed.clause == Match(" ".join(query.split()))
    assert parsed.text == " ".join(query.split())
    assert parsed.filters == Filters()


@pytest.mark.parametrize("blank", ["", " ", "\n\t　"])
def test_nothing_asks_nothing(blank: str) -> None:
    parsed = read(blank)
    assert (parsed.text, parsed.clause, parsed.filters) == ("", None, Filters())


# --- phrases and prefixes -------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        '"security guarantees"',
        "“security guarantees”",
        "„security guarantees“",
        "„security guarantees”",
        "”security guarantees”",
        "«security guarantees»",
        "« security guarantees »",
        "»security guarantees«",
        "「security guarantees」",
        "『security guarantees』",
        "＂security guarantees＂",
    ],
)
def test_every_kind_of_quotation_mark(query: str) -> None:
    assert read(query).clause == Phrase("security guarantees")
    assert read(query).canonical == '"security guarantees"'


def test_phrases_must_match_and_words_rank() -> None:
    parsed = read('ukraine "security guarantees" talks')
    assert parsed.clause == InArticle((Phrase("security guarantees"),), (Match("ukraine talks"),))
    assert parsed.text == "ukraine security guarantees talks"


def test_a_quotation_mark_between_hebrew_letters_belongs_to_the_word() -> None:
    assert read('"צה"ל הודיע" צה"ל').clause == InArticle((Phrase('צה"ל הודיע'),), (Match('צה"ל'),))


def test_prefixes() -> None:
    assert read("flood*").clause == Prefix("flood")
    assert read("flood* damage").clause == AnyOf((Match("damage"), Prefix("flood")))
    assert read('"climate chang*"').clause == Prefix("climate chang")
    assert read("title:flood*").clause == Prefix("flood", Scope.TITLE)
    assert read("東*").clause == Prefix("東")
    assert read("flood*").text == ""


# --- operators ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "clause"),
    [
        ("storm OR flood", AnyOf((Match("storm"), Match("flood")))),
        ("storm AND flood", InArticle((Match("storm"), Match("flood")))),
        ("(storm flood)", Match("storm flood")),
        ('(storm "red cross")', InArticle((Phrase("red cross"),), (Match("storm"),))),
        (
            "coast storm OR flood",
            InArticle((AnyOf((Match("storm"), Match("flood"))),), (Match("coast"),)),
        ),
        (
            "coast AND (storm OR flood)",
            InArticle((Match("coast"), AnyOf((Match("storm"), Match("flood"))))),
        ),
        (
            "(a AND b) OR c",
            InArticle((AnyOf((Match("a"), Match("c"))), AnyOf((Match("b"), Match("c"))))),
        ),
        (
            "a AND b OR c",
            InArticle((AnyOf((Match("a"), Match("c"))), AnyOf((Match("b"), Match("c"))))),
        ),
        ('"a b" OR title:c', AnyOf((Phrase("a b"), Match("c", Scope.TITLE)))),
        ("title:(a OR b)", AnyOf((Match("a", Scope.TITLE), Match("b", Scope.TITLE)))),
        ("title:a title:b", InArticle((Match("a", Scope.TITLE), Match("b", Scope.TITLE)))),
        ("（storm　flood）", Match("storm flood")),
    ],
)
def test_operators(query: str, clause: Matching) -> None:
    assert read(query).clause == clause


def test_what_analysis_cuts_must_match_in_one_piece() -> None:
    """`-COVID-19` must not keep out every article with a 19, nor `-東京都` those on 京都."""
    assert read("-COVID-19 -東京都 -flu").filters.excluding == (
        Phrase("COVID-19"),
        Phrase("東京都"),
        Match("flu"),
    )
    assert read("COVID-19 OR flu").clause == AnyOf((Phrase("COVID-19"), Match("flu")))
    assert read("(COVID-19 flu cold)").clause == AnyOf((Match("flu cold"), Phrase("COVID-19")))


def test_exclusion() -> None:
    parsed = read('election -trump -"fake news" -rumou* -title:(opinion OR comment)')
    assert parsed.clause == Match("election")
    assert parsed.text == "election"
    assert parsed.filters == Filters(
        excluding=(
            Match("trump"),
            Phrase("fake news"),
            Prefix("rumou"),
            Match("opinion", Scope.TITLE),
            Match("comment", Scope.TITLE),
        )
    )


@pytest.mark.parametrize("sign", "`´′‛＇")
def test_what_stands_for_an_apostrophe_within_a_word_is_one(sign: str) -> None:
    assert read(f"обов{sign}язок -п{sign}ять").clause == read("обов’язок -п’ять").clause
    assert read(f"обов{sign}язок").notes == ()


def test_pure_exclusion_has_no_clause() -> None:
    parsed = read("-trump -lang:de")
    assert (parsed.clause, parsed.text) == (None, "")
    assert parsed.filters == Filters(excluding=(Match("trump"),), exclude_langs=frozenset({"de"}))


def test_operators_in_small_letters_are_words() -> None:
    assert read("storm or flood and wind").clause == Match("storm or flood and wind")
    assert read("-OR").filters.excluding == (Match("OR"),)


# --- filters --------------------------------------------------------------------------------


def test_filters() -> None:
    parsed = read('lang:de,FR source:"BBC News",bote section:sport tag:nato -tag:opinion')
    assert parsed.filters == Filters(
        langs=frozenset({"de", "fr"}),
        sources=frozenset({"BBC News", "bote"}),
        sections=frozenset({"sport"}),
        tags=frozenset({"nato"}),
        exclude_tags=frozenset({"opinion"}),
    )
    assert parsed.clause is None


@pytest.mark.parametrize(
    "query", ["lang:de lang:fr", "lang:de OR lang:fr", "lang:de,fr", "LANG:de-AT，fr_CA"]
)
def test_values_of_a_field_are_alternatives(query: str) -> None:
    assert read(query).filters == Filters(langs=frozenset({"de", "fr"}))


def test_excluded_values() -> None:
    assert read('-source:"BBC News",bote -section:sport -lang:de').filters == Filters(
        exclude_sources=frozenset({"BBC News", "bote"}),
        exclude_sections=frozenset({"sport"}),
        exclude_langs=frozenset({"de"}),
    )


@pytest.mark.parametrize(
    ("query", "after", "before"),
    [
        ("after:2025-08-01", day(2025, 8, 1), None),
        ("before:2025-08-01", None, day(2025, 8, 1)),
        ("on:2025-08-01", day(2025, 8, 1), day(2025, 8, 2)),
        ("on:2025-08", day(2025, 8, 1), day(2025, 9, 1)),
        ("on:2025-12", day(2025, 12, 1), day(2026, 1, 1)),
        ("on:2025", day(2025, 1, 1), day(2026, 1, 1)),
        ("on:today", day(2026, 11, 24), day(2026, 11, 25)),
        ("on:Yesterday", day(2026, 11, 23), day(2026, 11, 24)),
        ("after:7d", day(2026, 11, 17), None),
        ("after:2w", day(2026, 11, 10), None),
        ("after:9m", day(2026, 2, 24), None),
        ("after:1y", day(2025, 11, 24), None),
        ("after:12h", NOW - timedelta(hours=12), None),
        ("after:2025-08-01T10:30", datetime(2025, 8, 1, 10, 30, tzinfo=UTC), None),
        ("after:2025-08-01T10:30+02:00", datetime(2025, 8, 1, 8, 30, tzinfo=UTC), None),
        ("on:2025/8/1", day(2025, 8, 1), day(2025, 8, 2)),
        ("on:2025.08", day(2025, 8, 1), day(2025, 9, 1)),
        ("on:20250801", day(2025, 8, 1), day(2025, 8, 2)),
        ("on:1.8.2025", day(2025, 8, 1), day(2025, 8, 2)),
        ('on:"31. 8. 2025"', day(2025, 8, 31), day(2025, 9, 1)),
        ("on:2025年8月1日", day(2025, 8, 1), day(2025, 8, 2)),
        ("on:2025年", day(2025, 1, 1), day(2026, 1, 1)),
        ('on:"2025년 8월"', day(2025, 8, 1), day(2025, 9, 1)),
        ("on:２０２５－０８－０１", day(2025, 8, 1), day(2025, 8, 2)),
        ("on:2025–08–01", day(2025, 8, 1), day(2025, 8, 2)),
        ("on:٢٠٢٥-٠٨-٠١", day(2025, 8, 1), day(2025, 8, 2)),
        ("on:gestern", day(2026, 11, 23), day(2026, 11, 24)),
        ("on:aujourd’hui", day(2026, 11, 24), day(2026, 11, 25)),
        ("on:Χθες", day(2026, 11, 23), day(2026, 11, 24)),
        ("on:昨日", day(2026, 11, 23), day(2026, 11, 24)),
        ('after:"7 days ago"', day(2026, 11, 17), None),
        ("after:-7d", day(2026, 11, 17), None),
        ("after:now-7d", day(2026, 11, 17), None),
        ("after:2weeks", day(2026, 11, 10), None),
        ("after:12hours", NOW - timedelta(hours=12), None),
        ("after:2025-08 before:2025-09", day(2025, 8, 1), day(2025, 9, 1)),
        ("after:2025 after:2024 before:2026 before:2027", day(2025, 1, 1), day(2026, 1, 1)),
    ],
)
def test_dates(query: str, after: datetime | None, before: datetime | None) -> None:
    assert read(query).filters == Filters(after=after, before=before)


@pytest.mark.parametrize(
    "value", ["08/01/2025", "1/8/2025", "01-08-2025", "2025-08/01", "31.2.2025", "202508", "soon"]
)
def test_what_may_be_another_day_is_no_date(value: str) -> None:
    parsed = read(f"dam after:{value}")
    assert parsed.filters == Filters()
    assert f"{value} is not a date" in parsed.notes[0]


def test_months_end_at_the_last_day() -> None:
    end_of_march = datetime(2024, 3, 31, tzinfo=UTC)
    assert parse("on:1m", end_of_march).filters.after == day(2024, 2, 29)


def test_relative_dates_count_from_the_day_where_now_is() -> None:
    from datetime import timezone

    late = datetime(2026, 11, 24, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert parse("on:today", late).filters.after == day(2026, 11, 24) + timedelta(hours=5)
    assert parse("on:today", late.astimezone(UTC)).filters.after == day(2026, 11, 25)


def test_further_terms_are_taken_as_if_they_stood_at_the_end() -> None:
    further = (Restriction("lang", ("fr",)), Restriction("after", ("2025",)))
    both = parse("storm lang:de after:2024", NOW, further)
    assert both.filters == Filters(langs=frozenset({"de", "fr"}), after=day(2025, 1, 1))
    assert both.canonical == "storm lang:de after:2024 lang:fr after:2025"


@pytest.mark.parametrize("name", ["BBC News", "a,b", 'l\'Express "x"', "(x)", "a“b", "«»", "x "])
def test_names_are_printed_so_that_they_can_be_read_again(name: str) -> None:
    parsed = parse("", NOW, (Restriction("source", (name,)),))
    assert parse(parsed.canonical, NOW).filters.sources == {name.strip()}


# --- notes ----------------------------------------------------------------------------------


def test_near_misses_of_fields_are_noted() -> None:
    (note,) = read("titel:storm").notes
    assert note == "titel:storm was searched as words; to filter, write title:storm"
    (note,) = read("title: storm").notes
    assert "without a space" in note
    (note,) = read("a* b").notes
    assert note.startswith("a* was searched as a word; a prefix needs at least two letters")
    assert read("5* *").notes == ()
    assert read("10:30 https://a.example mailto:x@y.z").notes == ()
