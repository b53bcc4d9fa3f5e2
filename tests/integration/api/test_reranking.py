"""Reranking over HTTP: with the model that the server was started with, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from search.api.answers.shapes import SearchAnswer
from tests.integration.search.test_reranking import QUERY, fits
from tests.support.serving import Served, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rereading(
    sample_folder: Path, reranker: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve the sample with a reranker."""
    index = str(sample_folder / "polywire-index")
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("POLYWIRE_RERANK__MODEL", str(reranker))
            environment.setenv("POLYWIRE_RERANK__TOP", "40")
            folder = tmp_path_factory.mktemp("serving")
            served = stack.enter_context(serving(folder, index, read_only=True))
        yield served


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def test_the_server_reranks_unless_it_is_told_not_to(rereading: Served) -> None:
    options = {"q": QUERY, "limit": 40}
    answer = rereading.ok("GET", "/v1/search", params=options)
    assert SearchAnswer.model_validate(answer).rerank
    assert answer["rerank"]["articles"] == 40
    fitting = [fits(hit) for hit in answer["hits"]]
    assert fitting == sorted(fitting, reverse=True)
    assert 1 < sum(fitting) < len(fitting)
    for given in (True, "true"):
        asked = rereading.ok("POST", "/v1/search", json=options | {"rerank": given})
        assert ids(asked) == ids(answer)
    plain = rereading.ok("GET", "/v1/search", params=options | {"rerank": "false"})
    assert plain["rerank"] is None
    assert sorted(ids(plain)) == sorted(ids(answer))
    assert ids(plain) != ids(answer)


def test_pages_similar_and_export_rerank_too(rereading: Served) -> None:
    whole = rereading.ok("GET", "/v1/search", params={"q": QUERY, "limit": 12})
    page = rereading.ok("GET", "/v1/search", params={"q": QUERY, "limit": 6, "cursor": "*"})
    further = rereading.ok("GET", "/v1/search", params={"cursor": page["next"], "limit": 6})
    assert ids(page) + ids(further) == ids(whole)
    similar = rereading.ok("GET", "/v1/similar/flood-lerna.en", params={"limit": 40})
    fitting = [fits(hit) for hit in similar["hits"]]
    assert similar["rerank"]
    assert fitting == sorted(fitting, reverse=True)
    response = rereading.http.get("/v1/export", params={"q": QUERY})
    exported = [json.loads(line) for line in response.text.splitlines()]
    assert "the first 40 in the order of the reranker" in response.headers["X-Polywire-Holds"]
    assert [hit["id"] for hit in exported[:12]] == ids(whole)
    assert all(hit["rerank"] for hit in exported[:40])


@pytest.mark.parametrize("name", ["cross-encoder/other", "/etc", ""])
def test_a_client_cannot_name_a_model(rereading: Served, name: str) -> None:
    for response in (
        rereading.http.get("/v1/search", params={"q": QUERY, "rerank": name}),
        rereading.http.post("/v1/search", json={"q": QUERY, "rerank": name}),
    ):
        assert response.status_code == 422, response.text
    response = rereading.http.post("/v1/search", json={"q": QUERY, "rerank_model": name})
    assert response.status_code == 422


def test_a_server_without_a_reranker_says_so(plain: Served) -> None:
    for path in ("/v1/search", "/v1/export"):
        response = plain.http.get(path, params={"q": QUERY, "rerank": "true"})
        assert response.status_code == 400
        assert "without a reranker" in response.json()["detail"]
    assert plain.http.get("/v1/search", params={"q": "a", "rerank": "false"}).status_code == 200
