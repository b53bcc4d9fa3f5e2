"""Answers of news APIs and search engines, whose articles stand in a list within an object."""

from __future__ import annotations

import json
from typing import Any

import pytest

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
    ],
)
def test_what_says_something_itself_or_is_not_clear_is_one_record(record: dict[str, Any]) -> None:
    assert records(read(json.dumps(record).encode(), "a.json")) == [record]
