"""The coverage of the same event over HTTP, by id and by text, on both engines."""

from __future__ import annotations

import pytest

from search.api.answers.coverage_shapes import CoverageAnswer
from search.api.answers.shapes import SearchAnswer
from tests.support.serving import Served

SUBJECT = "flood-lerna.en-2"


def test_the_event_of_an_article_is_found_in_other_languages(desk: Served) -> None:
    answer = desk.ok("GET", f"/v1/similar/{SUBJECT}", params={"limit": 10, "passages": 1})
    assert SearchAnswer.model_validate(answer).hits
    ids = [hit["id"] for hit in answer["hits"]]
    assert SUBJECT not in ids
    assert sum(name.startswith("flood-lerna") for name in ids[:5]) >= 2
    other = desk.ok("GET", f"/v1/similar/{SUBJECT}", params={"other_languages": True})
    assert "en" not in {hit["lang"] for hit in other["hits"]}


def test_a_text_finds_what_an_article_finds(desk: Served) -> None:
    kept = desk.ok("GET", f"/v1/articles/{SUBJECT}")
    text = {"text": "\n\n".join(kept["paragraphs"]), "headline": kept["title"], "limit": 5}
    answer = desk.ok("POST", "/v1/similar", json=text)
    assert answer["hits"][0]["id"] == SUBJECT
    german = desk.ok("POST", "/v1/similar", json=text | {"lang": ["de"]})
    assert {hit["lang"] for hit in german["hits"]} == {"de"}


def test_the_language_of_a_text_is_identified_where_it_matters(desk: Served) -> None:
    kept = desk.ok("GET", f"/v1/articles/{SUBJECT}")
    text = {"text": "\n\n".join(kept["paragraphs"]), "other_languages": True}
    answer = desk.ok("POST", "/v1/similar", json=text)
    assert answer["hits"]
    assert "en" not in {hit["lang"] for hit in answer["hits"]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 422),
        ({"text": " \n "}, 422),
        ({}, 422),
        ({"text": "a flood", "q": "x"}, 422),
        ({"text": "a flood", "after": "soon"}, 400),
        ({"text": "a flood", "written_in": "no language at all"}, 422),
        ({"text": "\ud800"}, 422),
    ],
)
def test_what_is_no_text_is_refused(desk: Served, body: dict[str, str], status: int) -> None:
    import json

    response = desk.http.post(
        "/v1/similar",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == status, response.text
    assert response.json()["detail"]


def test_an_article_that_is_not_there(desk: Served) -> None:
    response = desk.http.get("/v1/similar/nobody")
    assert response.status_code == 404
    assert response.json()["type"] == "urn:polywire:problem:article-missing"


def test_coverage_of_an_article_and_of_a_query(desk: Served) -> None:
    answer = desk.ok("GET", "/v1/coverage", params={"id": SUBJECT})
    whole = CoverageAnswer.model_validate(answer)
    assert SUBJECT in [one.id for one in whole.timeline]
    assert len(whole.languages) >= 3
    asked = desk.ok("GET", "/v1/coverage", params={"q": "flood Lerna", "lang": "de"})
    assert CoverageAnswer.model_validate(asked).languages == ["de"]
    nonsense = desk.ok("GET", "/v1/coverage", params={"q": "flood Lerna zwyxquor"})
    assert nonsense["notes"] == ["No article has the word zwyxquor."]
    assert desk.http.request("GET", "/v1/coverage", params={"id": "nobody"}).status_code == 404
    both = desk.http.request("GET", "/v1/coverage", params={"id": SUBJECT, "q": "flood"})
    assert both.status_code == 400
