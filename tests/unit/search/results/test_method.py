"""Method files and what has changed since, as values."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.answer import Hit, LegScore
from search.index.clauses import AllOf, AnyOf, Match, Phrase, Prefix, Scope
from search.index.filters import Filters
from search.index.model import Article, IndexIdentity, IndexStats
from search.query.document import clause_document, filters_document
from search.query.options import Options, request_of, understood
from search.query.parsing import parse
from search.ranking.fusion import Fusion, FusionMethod
from search.request import Balance, Mode, Recency, Request, Sort
from search.results.changes import changes_document, changes_text, compare
from search.results.tally import LISTED, MethodError, Record, Setting, method_document, read_method

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
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
SETTING = Setting(NOW, STATS, Fusion(50, 1.0, 2.0, 120, FusionMethod.RANKS), "0.1.0")


def hit(identifier: str, score: float = 0.5, lang: str = "en", **ranks: int) -> Hit:
    legs = {leg: LegScore(rank, 1.0) for leg, rank in ranks.items()}
    return Hit(Article(id=identifier, title="T", passages=(), lang=lang), score, legs, ())


def record_of(*hits: Hit) -> Record:
    record = Record()
    for one in hits:
        record.note(one)
    return record


def method(
    query: str = "flood lang:en",
    *hits: Hit,
    setting: Setting = SETTING,
    request: Request | None = None,
) -> dict[str, Any]:
    parsed = parse(query, NOW)
    asked = request or request_of(parsed, mode=Mode.HYBRID, limit=10)
    result = {"holds": "x", "exhaustive": False}
    return method_document(asked, parsed.canonical, setting, record_of(*hits), result)


def written(document: dict[str, Any], folder: Path) -> Path:
    path = folder / "x.method.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_method_file_gives_back_the_request(tmp_path: Path) -> None:
    given_options = Options(langs=("de", "fr"), sources=('l\'Express "x"',), after="7d")
    parsed = understood('flood "red cross" -rumour', given_options, NOW)
    request = request_of(
        parsed,
        mode=Mode.LEXICAL,
        limit=7,
        sort=Sort.DATE,
        balance=Balance.EVEN,
        recency=Recency(timedelta(days=7), NOW),
    )
    document = method_document(request, parsed.canonical, SETTING, record_of(), {})
    read = read_method(written(document, tmp_path))
    assert read.request == request
    assert read.fusion == SETTING.fusion
    assert (read.location, read.model, read.everything) == ("polywire-index", "compact", False)


def test_what_a_record_notes() -> None:
    record = record_of(
        hit("a", lexical=1, vector=2), hit("b", lang="de", vector=1), hit("c", lang="de")
    )
    assert record.count == 3
    assert record.languages == {"en": 1, "de": 2}
    assert record.legs == {"lexical": 1, "vector": 2}
    assert record_of(hit("a"), hit("b")).digest != record_of(hit("b"), hit("a")).digest
    assert record_of(hit("a"), hit("b")).digest == record_of(hit("a", 0.1), hit("b")).digest


def test_the_first_ranks_are_listed() -> None:
    many = [hit(f"a{n}", lexical=n + 1) for n in range(LISTED + 5)]
    document = method("flood", *many)
    assert document["result"]["articles"] == LISTED + 5
    assert document["hits_listed"] == len(document["hits"]) == LISTED
    assert document["hits"][1] == {"id": "a1", "score": 0.5, "ranks": {"lexical": 2}}


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
    assert "  2 at another place" in text
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


# --- the JSON of a query --------------------------------------------------------------------


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
