"""Options and arguments become the same query as what is typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.arguments import excluded_words_last
from search.errors import UsageError
from search.index.clauses import AnyOf, InArticle, Match, Phrase, Scope
from search.index.filters import Filters
from search.query.options import Defaults, Options, half_life, request_of, understood
from search.query.parsing import QueryError, parse
from search.request import Balance, Mode, Recency

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


def test_options_are_terms_of_the_query() -> None:
    options = Options(
        lang=("de,fr", " en "),
        source=("BBC News",),
        section=("sport",),
        tag=("a,b", "c"),
        after="2025-08",
        before="yesterday",
    )
    typed = 'storm lang:de,fr,en source:"BBC News" section:sport tag:a,b,c'
    same = parse(f"{typed} after:2025-08 before:yesterday", NOW)
    read = understood("storm", options, NOW)
    assert (read.clause, read.filters, read.canonical) == (
        same.clause,
        same.filters,
        same.canonical,
    )


def test_title_is_a_query_of_its_own() -> None:
    read = understood("storm", Options(title="flood OR rain"), NOW)
    either = AnyOf((Match("flood", Scope.TITLE), Match("rain", Scope.TITLE)))
    assert read.clause == InArticle((either,), (Match("storm"),))
    with pytest.raises(QueryError, match="never closed"):
        understood("storm", Options(title='"flood', strict=True), NOW)
    mended = understood('storm -"fake', Options(title='"flood'), NOW)
    assert mended.clause == InArticle((Match("flood", Scope.TITLE),), (Match("storm"),))
    assert mended.filters.excluding == (Phrase("fake"),)
    assert len(mended.notes) == 2


@pytest.mark.parametrize("blank", [Options(), Options(lang=("",)), Options(tag=(" , ",))])
def test_blank_options_are_none(blank: Options) -> None:
    assert understood("storm", blank, NOW).filters == Filters()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (Options(lang=("germanish",)), "--lang: germanish is not a language code"),
        (Options(after="soon"), "--after: soon is not a date"),
        (Options(on="2025-13"), "--on: 2025-13 is not a date"),
    ],
)
def test_bad_options_are_named(options: Options, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        understood("storm", options, NOW)


def test_a_request_has_the_query_as_it_was_written() -> None:
    request = request_of("storm  -rain", Options(limit=5), NOW, Defaults())
    assert (request.written, request.text) == ("storm  -rain", "storm")
    assert request.canonical == "storm -rain"
    assert request.filters.excluding == (Match("rain"),)
    assert request.matching == Match("storm")
    listing = request_of("-rain", Options(), NOW, Defaults())
    assert listing.matching is None
    assert listing.by_date


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("*ood", ""),
        ("fl?od *ain", ""),
        ('"* h?s b*n *"', ""),
        ("title:fl?d", ""),
        ("flood*", ""),
        ("fl?od Lerna", "Lerna"),
        ('"flo* damage in t?e town"', "damage in town"),
        ('"fl?od Lerna"~5', "Lerna"),
        ("東京*区", "東京 区"),
        ("*洪水", "洪水"),
        ("東京*", "東京"),
        ("Who fled the flood?", "Who fled the flood?"),
        ("*", ""),
        ("?!", ""),
    ],
)
def test_what_is_left_of_a_word_with_wildcards_is_no_text(query: str, text: str) -> None:
    """But in scripts without spaces, where it is words."""
    request = request_of(query, Options(), NOW, Defaults())
    assert (request.text, request.mode) == (text, Mode.HYBRID)
    assert request.clause is not None


def test_what_options_do_not_say_the_defaults_do() -> None:
    defaults = Defaults(Mode.LEXICAL, 7, Balance.EVEN, rerank=True, names=False)
    plain = request_of("storm", Options(), NOW, defaults)
    assert (plain.mode, plain.limit, plain.balance) == (Mode.LEXICAL, 7, Balance.EVEN)
    assert (plain.rerank, plain.names) == (True, False)
    said = Options(
        mode=Mode.VECTOR, limit=3, balance=Balance.QUOTA, rerank=False, names=True, recency="7d"
    )
    request = request_of("storm", said, NOW, defaults)
    assert (request.mode, request.limit, request.balance) == (Mode.VECTOR, 3, Balance.QUOTA)
    assert (request.rerank, request.names) == (False, True)
    assert request.recency == Recency(timedelta(days=7), NOW)


def test_options_are_taken_from_whatever_has_them() -> None:
    class Given:
        lang = ["de"]  # noqa: RUF012
        limit = None
        facets = True
        index = "not an option of a request"

    assert Options.of(Given(), title="flood") == Options(lang=["de"], facets=True, title="flood")


@pytest.mark.parametrize(
    ("text", "hours"), [("12h", 12), ("7d", 168), ("2W", 336), ("3m", 2160), ("1y", 8760)]
)
def test_half_lives(text: str, hours: int) -> None:
    assert half_life(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-7d", "7 days", "999999d"])
def test_bad_half_lives(text: str) -> None:
    with pytest.raises(UsageError, match="is not a half-life"):
        half_life(text)


# --- words with a minus on the command line -------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "put"),
    [
        (["search", "flood"], ["search", "flood"]),
        (["search", "flood", "-lorry"], ["search", "flood", "--", "-lorry"]),
        (["search", "-flood lang:de"], ["search", "--", "-flood lang:de"]),
        (["search", "-lang:de", "-n", "5"], ["search", "-n", "5", "--", "-lang:de"]),
        (["search", "x", "-n5", "--json"], ["search", "x", "-n5", "--json"]),
        (["search", "x", "-i", "folder"], ["search", "x", "-i", "folder"]),
        (["search", "--", "-n5", "-x y"], ["search", "--", "-n5", "-x y"]),
        (
            ["search", '-"fake news"', "--lang=de fr"],
            ["search", "--lang=de fr", "--", '-"fake news"'],
        ),
        (["search", "-h"], ["search", "-h"]),
        (["similar", "-"], ["similar", "-"]),
        (["alerts", "add", "pier", "-flood"], ["alerts", "add", "pier", "--", "-flood"]),
        (["alerts", "run", "--once"], ["alerts", "run", "--once"]),
        ([], []),
    ],
)
def test_excluded_words_are_no_options(given_: list[str], put: list[str]) -> None:
    assert excluded_words_last(given_) == put


@pytest.mark.parametrize("action", ["add", "edit", "show"])
def test_a_minus_begins_no_name_of_an_alert(action: str) -> None:
    with pytest.raises(UsageError, match="cannot begin with a minus, as -pier does"):
        excluded_words_last(["alerts", action, "-pier", "flood"])


@given(st.lists(st.text(max_size=6), max_size=6))
def test_no_argument_is_lost(arguments: list[str]) -> None:
    put = excluded_words_last(arguments)
    assert sorted(word for word in put if word != "--") == sorted(
        word for word in arguments if word != "--"
    )


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ("nb,no", {"no"}),
        ("deu,German,de-AT", {"de"}),
        ("iw", {"he", "hbo"}),
        ("grc,el", {"el", "grc"}),
        ("sdh", {"ckb", "sdh"}),
        ("zh-Hant", {"zh", "nan", "lzh"}),
        ("sr-Latn,fil", {"sr", "tl"}),
        ("qzx", {"qzx"}),
    ],
)
def test_languages_are_asked_for_under_any_of_their_names(given: str, codes: set[str]) -> None:
    filters = understood("storm", Options(lang=(given,)), NOW).filters
    assert filters.langs == codes
    left_out = understood("storm", Options(exclude_lang=given.split(",")), NOW).filters
    assert left_out.exclude_langs == codes
    if "," not in given:
        assert understood(f"storm lang:{given}", Options(), NOW).filters.langs == codes


def test_days_are_those_of_the_readers_time_zone() -> None:
    def published(options: Options, defaults: Defaults = Defaults()) -> tuple[str, str]:  # noqa: B008
        filters = request_of("x", options, NOW, defaults).filters
        assert filters.after is not None
        assert filters.before is not None
        return filters.after.strftime("%d %H:%M"), filters.before.strftime("%d %H:%M")

    berlin = Defaults(timezone="Europe/Berlin")
    assert published(Options(on="2026-10-25")) == ("25 00:00", "26 00:00")
    assert published(Options(on="2026-10-25"), berlin) == ("24 22:00", "25 23:00")
    assert published(Options(on="2026-03-29", timezone="europe/berlin")) == ("28 23:00", "29 22:00")
    assert published(Options(on="today", timezone="Asia/Tokyo")) == ("24 15:00", "25 15:00")
    assert published(Options(on="2026-08", timezone="+05:30")) == ("31 18:30", "31 18:30")
    hour = published(Options(on="2026-08-01T10:00"), berlin)
    assert hour == ("01 08:00", "01 08:00")
    assert published(Options(on="2026-08-01T10:00Z"), berlin) == ("01 10:00", "01 10:00")
    assert request_of("x", Options(), NOW, berlin).timezone == "Europe/Berlin"
    for wrong in ("Mars/Olympus", "IST", "+25:00", "../etc/passwd", ""):
        with pytest.raises(UsageError, match="--timezone: there is no time zone"):
            request_of("x", Options(timezone=wrong), NOW, Defaults())
