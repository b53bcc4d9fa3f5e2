"""Method files and what has changed since, as values."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.answer import Hit, LegScore
from search.index.clauses import AllOf, AnyOf, InArticle, Match, Matching, Phrase, Prefix, Scope
from search.index.filters import Filters
from search.index.model import Article, IndexIdentity, IndexStats
from search.query.document import (
    clause_document,
    filters_document,
    read_request,
    request_document,
)
from search.query.options import Defaults, Options, request_of
from search.query.parsing import parse
from search.ranking.fusion import Fusion, FusionMethod
from search.request import Balance, Mode, Request, Sort
from search.results.changes import changes_document, changes_text, compare
from search.results.method import Setting, method_document
from search.results.method_file import MethodError, read_method
from search.results.tally import LISTED, Tally

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
STATS = IndexStats(
    identity=IndexIdentity("compact", "0123456789abcdef", 256),
    articles=106,
    passages=553,
    languages={"en": 106},
    size_bytes=1,
    engine="embedded",
    location="polywire-index",
    vector_index="exact",
    unindexed_passages=0,
)
SETTING = Setting(
    NOW,
    STATS,
    Fusion(50, {"lexical": 1.0, "vector": 2.0, "names": 0.5}, 120, FusionMethod.RANKS),
    "0.1.0",
)


def hit(identifier: str, score: float = 0.5, lang: str = "en", **ranks: int) -> Hit:
    legs = {leg: LegScore(rank, 1.0) for leg, rank in ranks.items()}
    return Hit(Article(id=identifier, title="T", passages=(), lang=lang), score, legs, ())


def tally_of(*hits: Hit) -> Tally:
    tally = Tally()
    for one in hits:
        tally.note(one)
    return tally


def method(
    query: str = "flood lang:en",
    *hits: Hit,
    setting: Setting = SETTING,
    request: Request | None = None,
) -> dict[str, Any]:
    made = request or request_of(query, Options(), NOW, Defaults())
    result = {"holds": "x", "exhaustive": False}
    return method_document(made, setting, tally_of(*hits), result)


def written(document: dict[str, Any], folder: Path) -> Path:
    path = folder / "x.method.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_method_file_gives_back_the_request(tmp_path: Path) -> None:
    options = Options(
        lang=("de", "fr"),
        source=('l\'Express "x"',),
        after="7d",
        mode=Mode.LEXICAL,
        limit=7,
        passages=2,
        sort=Sort.DATE,
        balance=Balance.EVEN,
        recency="7d",
        facets=True,
        histogram="month",
    )
    request = request_of('flood "red cross" -rumour', options, NOW, Defaults())
    document = method_document(request, SETTING, tally_of(), {})
    read = read_method(written(document, tmp_path))
    assert read.request == request
    assert read.fusion == SETTING.fusion
    assert (read.location, read.model, read.everything) == ("polywire-index", "compact", False)


def test_what_a_tally_notes() -> None:
    tally = tally_of(
        hit("a", lexical=1, vector=2), hit("b", lang="de", vector=1), hit("c", lang="de")
    )
    assert tally.count == 3
    assert tally.languages == {"en": 1, "de": 2}
    assert tally.legs == {"lexical": 1, "vector": 2}
    assert tally_of(hit("a"), hit("b")).digest != tally_of(hit("b"), hit("a")).digest
    assert tally_of(hit("a"), hit("b")).digest == tally_of(hit("a", 0.1), hit("b")).digest


def test_the_first_ranks_are_listed() -> None:
    many = [hit(f"a{n}", lexical=n + 1) for n in range(LISTED + 5)]
    document = method("flood", *many)
    assert document["result"]["articles"] == LISTED + 5
    assert document["hits_listed"] == len(document["hits"]) == LISTED
    ranks = {"lexical": 2}
    assert document["hits"][1] == {"id": "a1", "score": 0.5, "confidence": None, "ranks": ranks}


@pytest.mark.parametrize("missing", ["understood", "mode", "fusion", "index", "limit", "asked_at"])
def test_an_incomplete_method_file(tmp_path: Path, missing: str) -> None:
    document = method()
    del document[missing]
    with pytest.raises(MethodError, match="not complete"):
        read_method(written(document, tmp_path))


@pytest.mark.parametrize(
    ("key", "value"), [("mode", "magic"), ("sort", 3), ("asked_at", "now"), ("recency", 7)]
)
def test_a_spoiled_method_file(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(MethodError, match="not complete"):
        read_method(written(method() | {key: value}, tmp_path))


# --- changes --------------------------------------------------------------------------------


def test_nothing_changed() -> None:
    changes = compare(method("q", hit("a"), hit("b")), method("q", hit("a"), hit("b")))
    assert not changes
    assert "Nothing has changed since then" in changes_text(changes, "then")


def test_what_changed() -> None:
    grown = replace(SETTING, stats=replace(STATS, articles=107), program="0.2.0")
    before = method("q", hit("a"), hit("b"), hit("c"), hit("d"))
    after = method("q", hit("x"), hit("b"), hit("a"), hit("d"), setting=grown)
    changes = compare(before, after)
    assert changes.added == ("x",)
    assert changes.gone == ("c",)
    assert changes.moved == 2
    assert ("articles in the index", 106, 107) in changes.settings
    assert ("program", "0.1.0", "0.2.0") in changes.settings
    text = changes_text(changes, "then")
    assert "  1 new: x" in text
    assert "  1 gone: c" in text
    assert "  2 at a different rank" in text
    assert "articles in the index: 106 -> 107" in text
    assert json.loads(json.dumps(changes_document(changes)))["moved"] == 2


def test_a_setting_alone_may_change() -> None:
    grown = replace(SETTING, stats=replace(STATS, articles=107))
    text = changes_text(compare(method("q", hit("a")), method("q", hit("a"), setting=grown)), "t")
    assert "the articles are the same, in the same order" in text


def test_many_new_articles_are_counted_and_some_named() -> None:
    changes = compare(method("q"), method("q", *(hit(f"a{n}") for n in range(8))))
    assert "8 new: a0, a1, a2, a3, a4, and 3 more" in changes_text(changes, "then")


def test_a_long_result_is_compared_by_its_beginning() -> None:
    many = [hit(f"a{n}") for n in range(LISTED + 1)]
    changes = compare(method("q", *many), method("q", *many))
    assert changes.partial
    assert not changes


@given(
    st.lists(st.sampled_from("abcdef"), unique=True),
    st.lists(st.sampled_from("abcdef"), unique=True),
)
def test_changes_account_for_every_article(old: list[str], new: list[str]) -> None:
    changes = compare(method("q", *map(hit, old)), method("q", *map(hit, new)))
    assert (set(old) - set(changes.gone)) | set(changes.added) == set(new)
    assert bool(changes) == (old != new)


# --- the JSON of a request --------------------------------------------------------------------


def test_clauses_as_json() -> None:
    query = '(a OR "b c") AND title:do* e'
    assert clause_document(parse(query, NOW).clause) == {
        "required": [
            {"any_of": [{"match": "a"}, {"phrase": "b c"}]},
            {"prefix": "do", "in": "title"},
        ],
        "optional": [{"match": "e"}],
    }
    assert clause_document(None) is None
    nested = AllOf((Match("a"), AnyOf((Phrase("b"), Prefix("c", Scope.TITLE)))))
    assert clause_document(nested) == {
        "all_of": [{"match": "a"}, {"any_of": [{"phrase": "b"}, {"prefix": "c", "in": "title"}]}]
    }


def test_only_filters_that_are_set_are_listed() -> None:
    assert filters_document(Filters()) == {}
    filters = parse("lang:de,fr -tag:x after:2026-11-01 -rumour", NOW).filters
    assert filters_document(filters) == {
        "langs": ["de", "fr"],
        "after": "2026-11-01T00:00:00Z",
        "exclude_tags": ["x"],
        "excluding": [{"match": "rumour"}],
    }


CLAUSES = st.recursive(
    st.builds(Match, TEXTS, st.sampled_from(Scope))
    | st.builds(Phrase, TEXTS, st.sampled_from(Scope))
    | st.builds(Prefix, TEXTS, st.sampled_from(Scope)),
    lambda inner: (
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
SOME = st.frozensets(TEXTS, max_size=3)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
FILTERS = st.builds(
    Filters,
    *(SOME, SOME, SOME, SOME, MOMENTS, MOMENTS, SOME, SOME, SOME, SOME, SOME),
    excluding=st.lists(CLAUSES, max_size=2).map(tuple),
)


@given(
    clause=st.none()
    | CLAUSES
    | st.builds(
        InArticle,
        st.lists(CLAUSES, max_size=2).map(tuple),
        st.lists(CLAUSES, max_size=2).map(tuple),
    ),
    filters=FILTERS,
    mode=st.sampled_from(Mode),
    sort=st.sampled_from(Sort),
    limit=st.integers(1, 200),
    names=st.booleans(),
)
def test_a_request_is_read_as_it_was_written(  # noqa: PLR0917
    clause: Matching | None, filters: Filters, mode: Mode, sort: Sort, limit: int, names: bool
) -> None:
    request = Request(
        "flood" if clause else "",
        filters,
        mode,
        limit,
        clause=clause,
        written="Flood!",
        canonical="flood",
        sort=sort,
        names=names,
    )
    document = json.loads(json.dumps(request_document(request)))
    assert read_request(document, NOW) == request
