"""Versions of articles over HTTP, on both engines: listed, fetched, compared, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from search.api.answers.article_shapes import ArticleAnswer, VersionAnswer
from search.client import ApiProblem, PolywireClient
from tests.support.serving import Served, article

FIRST = "The bridge has twelve arches.\n\nIt is closed to all traffic.\n\nNobody was hurt."
SECOND = "The bridge has eleven arches.\n\nIt is closed to all traffic.\n\nThe mayor spoke."


@pytest.fixture
def name(desk: Served) -> Iterator[str]:
    """Return the id of an article that was corrected once."""
    name = "bridge/versions/7"
    put(desk, name, FIRST, 1)
    put(desk, name, SECOND, 2)
    yield name
    desk.http.delete(path(name))


def path(name: str, rest: str = "") -> str:
    return f"/v1/articles/{quote(name, safe='')}{rest}"


def put(desk: Served, name: str, text: str, day: int) -> None:
    sent = article(text=text, title=f"Draft {day}", updated=f"2026-03-0{day}T08:00:00Z")
    desk.ok("PUT", path(name), json=sent)


def test_an_article_lists_its_versions(desk: Served, name: str) -> None:
    kept = desk.ok("GET", path(name))
    ArticleAnswer.model_validate(kept)
    now, former = kept["versions"]
    assert (now["number"], now["title"], now["replaced"]) == (2, "Draft 2", None)
    assert (now["content_hash"], now["version"]) == (kept["content_hash"], kept["version"])
    assert (former["number"], former["title"]) == (1, "Draft 1")
    assert former["updated"] == "2026-03-01T08:00:00Z"
    assert former["replaced"] == now["seen"] > former["seen"]
    assert desk.ok("PUT", path(name), json=kept)["outcome"] == "unchanged"


def test_what_was_corrected(desk: Served, name: str) -> None:
    answer = desk.ok("GET", path(name, "/versions/2"))
    VersionAnswer.model_validate(answer)
    assert set(answer) == set(VersionAnswer.model_fields)
    assert (answer["id"], answer["number"], answer["against"]) == (name, 2, 1)
    assert answer["paragraphs"] == SECOND.split("\n\n")
    told = [(c["change"], text(c["before"]), text(c["after"])) for c in answer["changes"]]
    assert told == [
        ("changed", "Draft 1", "Draft 2"),
        ("changed", "The bridge has twelve arches.", "The bridge has eleven arches."),
        ("removed", "Nobody was hurt.", None),
        ("added", None, "The mayor spoke."),
    ]


def test_the_first_version_and_any_two(desk: Served, name: str) -> None:
    first = desk.ok("GET", path(name, "/versions/1"))
    assert (first["paragraphs"], first["against"], first["changes"]) == (
        FIRST.split("\n\n"),
        None,
        [],
    )
    put(desk, name, FIRST, 3)
    third = desk.ok("GET", path(name, "/versions/3?against=1"))
    assert third["against"] == 1
    assert [(c["before"]["position"], c["change"]) for c in third["changes"]] == [(0, "changed")]


def test_tags(desk: Served, name: str) -> None:
    version = desk.http.get(path(name, "/versions/2"))
    unmodified = {"If-None-Match": version.headers["etag"]}
    assert desk.http.get(path(name, "/versions/2"), headers=unmodified).status_code == 304
    assert desk.http.get(path(name, "/versions/2?against=2"), headers=unmodified).status_code == 200
    whole = desk.http.get(path(name)).headers["etag"]
    put(desk, name, FIRST, 3)
    assert desk.http.get(path(name, "/versions/2"), headers=unmodified).status_code == 200
    assert desk.http.get(path(name), headers={"If-None-Match": whole}).status_code == 200


def test_changed_and_changed_back_is_another_representation(desk: Served) -> None:
    name = "back-and-forth"
    tags = []
    for text in (FIRST, SECOND, FIRST):
        desk.ok("PUT", path(name), json=article(text=text))
        tags.append(desk.http.get(path(name)).headers["etag"])
    assert len(set(tags)) == 3
    written = desk.http.put(path(name), json=article(text=SECOND), headers={"If-Match": tags[2]})
    assert written.status_code == 200
    desk.http.delete(path(name))


def test_what_is_not_there(desk: Served, name: str) -> None:
    for rest, sentence in (
        ("/versions/9", "The article bridge/versions/7 has no version 9; its versions are 1, 2."),
        ("/versions/1?against=4", "has no version 4"),
    ):
        missing = desk.http.get(path(name, rest))
        assert missing.status_code == 404
        assert missing.json()["type"] == "urn:polywire:problem:version-missing"
        assert sentence in missing.json()["detail"]
    assert desk.http.get(path("nobody", "/versions/1")).json()["type"].endswith("article-missing")
    assert desk.http.get(path(name, "/versions/1?against=x")).status_code == 422


def test_delete_means_delete(desk: Served, name: str) -> None:
    assert desk.http.delete(path(name)).status_code == 204
    assert desk.http.get(path(name, "/versions/1")).status_code == 404
    put(desk, name, SECOND, 4)
    assert [v["number"] for v in desk.ok("GET", path(name))["versions"]] == [1]


def test_the_client(desk: Served, name: str) -> None:
    with PolywireClient(str(desk.http.base_url)) as client:
        numbers = [version.number for version in client.article(name).versions]
        assert numbers == [2, 1]
        version = client.version(name, 2, against=1)
        assert version.changes[1].after is not None
        assert version.changes[1].after.text == "The bridge has eleven arches."
        with pytest.raises(ApiProblem, match="has no version 5") as refused:
            client.version(name, 5)
    assert refused.value.slug == "version-missing"


def text(passage: dict[str, Any] | None) -> str | None:
    return None if passage is None else passage["text"]
