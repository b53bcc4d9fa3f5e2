"""Answers of news APIs and search engines, whose articles stand in a list within an object."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from indexer.article.keys import in_our_keys
from tests.support.reading import read, records

WEIR = {"headline": "Weir fails", "body": "The weir failed."}
MAYOR = {"headline": "Mayor leaves", "body": "The mayor left."}


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "ok", "totalResults": 2, "articles": [WEIR, MAYOR]},
        {"hits": {"total": {"value": 2}, "hits": [{"_source": WEIR}, {"_source": MAYOR}]}},
        {"response": {"numFound": 2, "docs": [WEIR, MAYOR]}, "sources": [{"id": 1}]},
        {"data": [{"type": "a", "attributes": WEIR}, {"type": "a", "attributes": MAYOR}]},
        {"db": [{"data": {"posts": [WEIR, MAYOR], "users": [{"name": "Ana"}]}}]},
        {"title": "Lerna Bote", "description": "All news.", "items": [WEIR, MAYOR]},
        {"id": "feed/7", "title": "Lerna Bote", "direction": "ltr", "items": [WEIR, MAYOR]},
        {"-Nx1": WEIR, "-Nx2": MAYOR},
        {"articles": {"w": WEIR, "m": MAYOR}, "settings": {"theme": "dark"}},
        {"columns": ["headline", "body"], "rows": [[*WEIR.values()], [*MAYOR.values()]]},
        {
            "columns": [{"name": "headline"}, {"name": "body"}],
            "data": [[*WEIR.values()], [*MAYOR.values()]],
        },
        {"range": "A1:B3", "values": [[*WEIR], [*WEIR.values()], [*MAYOR.values()]]},
        {
            key: {"0": one, "1": other}
            for (key, one), other in zip(WEIR.items(), MAYOR.values(), strict=True)
        },
        {key: [one, other] for (key, one), other in zip(WEIR.items(), MAYOR.values(), strict=True)},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_articles_in_an_object_is_its_articles(answer: Any, indent: int | None) -> None:
    found = list(read(json.dumps(answer, indent=indent).encode(), "a.json"))
    assert [item.origin.line for item in found] == [1, 2]
    shown = json.dumps(records(found))
    assert "Weir" in shown
    assert "Mayor" in shown
    assert "total" not in shown


@pytest.mark.parametrize(
    "several",
    [
        {"bylines": [{"by": "By Ana Silva", "title": "Staff writer"}]},
        {"renditions": [{"title": "Small", "href": "/1"}, {"title": "Large", "href": "/2"}]},
        {"authors": [{"name": "Ana Silva", "title": "Staff writer"}]},
    ],
)
def test_what_an_article_has_several_of_is_no_list_of_articles(several: dict[str, Any]) -> None:
    record = {"api": "1.1", "answer": {"headline": "Weir fails", "id": "w1", **several}}
    assert records(read(json.dumps(record).encode(), "a.json")) == [record]


@pytest.mark.parametrize(
    "record",
    [
        {"title": "Weir fails", "related": [MAYOR]},
        {"body": "The weir failed.", "related": [MAYOR]},
        {"left": [WEIR], "right": [MAYOR]},
        {"authors": [{"age": 7}], "n": 1},
        {"articles": []},
        {"headline": "Weir fails", "items": [{"name": "Photo", "url": "https://bote.example/1"}]},
        {
            "title": "Weir fails",
            "description": "The weir failed.",
            "body": "It did.",
            "items": [MAYOR],
        },
        {"name": {"first": "Ana"}, "place": {"city": "Lerna"}},
        {"columns": ["age", "size"], "rows": [[1, 2]]},
    ],
)
def test_what_says_something_itself_or_is_not_clear_is_one_record(record: dict[str, Any]) -> None:
    assert records(read(json.dumps(record).encode(), "a.json")) == [record]


def test_a_first_row_with_names_heads_those_behind_it() -> None:
    rows = [["id", "headline", "body"], [7, "Weir fails", "The weir failed."], [8, "", "It did."]]
    found = list(read(json.dumps(rows).encode(), "a.json"))
    assert [item.origin.line for item in found] == [2, 3]
    assert records(found) == [
        {"id": 7, "headline": "Weir fails", "body": "The weir failed."},
        {"id": 8, "body": "It did."},
    ]


def test_of_a_graph_the_articles_count_and_not_who_publishes_them() -> None:
    site = {"@type": "WebSite", "name": "Lerna Bote", "description": "All news."}
    article = {"@type": ["NewsArticle"], **WEIR}
    graph = {"@context": "https://schema.org", "@graph": [site, article, {"@type": "Person"}]}
    assert records(read(json.dumps(graph).encode(), "a.json")) == [article]


TEXTS = {"en": "The weir failed.", "de": "Das Wehr brach."}


@pytest.mark.parametrize(
    "record",
    [
        {"id": 7, "title": {"en": "Weir fails", "de": "Wehr bricht"}, "text": TEXTS},
        {
            "sys": {"id": "7", "revision": 3},
            "fields": {
                "title": {"en-GB": "Weir fails", "de_DE": "Wehr bricht"},
                "body": {"en-GB": TEXTS["en"], "de_DE": TEXTS["de"]},
            },
        },
        {
            "id": 7,
            "title_en": "Weir fails",
            "text_en": TEXTS["en"],
            "title_de": "Wehr bricht",
            "text_de": TEXTS["de"],
        },
    ],
)
def test_a_record_in_several_languages_is_an_article_in_each(record: dict[str, Any]) -> None:
    found = [
        in_our_keys(one).record for one in records(read(json.dumps(record).encode(), "a.json"))
    ]
    assert [(one["id"], one["lang"], one["title"], one["text"]) for one in found] == [
        ("7.en", "en", "Weir fails", TEXTS["en"]),
        ("7.de", "de", "Wehr bricht", TEXTS["de"]),
    ]


def test_in_one_language_it_keeps_its_id_and_without_one_the_address_has_it() -> None:
    one = {"id": 7, "title": {"de": "Wehr bricht"}, "text": {"de": TEXTS["de"]}}
    assert records(read(json.dumps(one).encode(), "a.json")) == [
        {"id": 7, "title": "Wehr bricht", "text": TEXTS["de"], "lang": "de"}
    ]
    two = {"url": "https://bote.example/weir-7", "title": "Weir", "text": TEXTS}
    ids = [one["id"] for one in records(read(json.dumps(two).encode(), "a.json"))]
    assert ids[0].startswith("u-")
    assert [one.rpartition(".")[2] for one in ids] == ["en", "de"]


@pytest.mark.parametrize(
    "record",
    [
        {"title": "Weir fails", "text": "It did.", "text_id": "x7", "title_no": "8"},
        {"headline": "Weir fails", "text_id": "x7"},
        {"title": {"rendered": "Weir fails"}, "content": {"rendered": "It did."}},
        {"title": "Weir fails", "title_de": "Wehr bricht", "body": "It did."},
    ],
)
def test_what_only_looks_like_a_language_is_none(record: dict[str, Any]) -> None:
    assert records(read(json.dumps(record).encode(), "a.json")) == [record]


def test_names_of_parts_are_no_ids() -> None:
    parts = {"original": WEIR, "translation": MAYOR}
    assert records(read(json.dumps(parts).encode(), "a.json")) == [WEIR, MAYOR]
    by_language = {"en": WEIR, "de": MAYOR}
    assert records(read(json.dumps(by_language).encode(), "a.json")) == [
        {**WEIR, "lang": "en"},
        {**MAYOR, "lang": "de"},
    ]


def test_of_very_many_keys_none_is_looked_at_for_a_language() -> None:
    keys = {f"text_d{number}": "a" for number in range(300_000)}
    data = json.dumps({"id": 5, "text_de": TEXTS["de"], **keys}).encode()
    begin = time.process_time()
    (found,) = records(read(data, "a.json", len(data)))
    assert time.process_time() - begin < 20
    assert found["text_de"] == TEXTS["de"]
