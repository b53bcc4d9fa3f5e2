"""The typed client against a real server on both engines, and its patience with a busy one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from search.api.access.keys import KeyFolder, KeyScope
from search.client import ApiProblem, PolywireClient
from tests.support.serving import Served, article, sample, serving

QUESTION = "flood on the river Lerna"


@pytest.fixture
def client(desk: Served) -> Iterator[PolywireClient]:
    with PolywireClient(desk.address) as made:
        yield made


def test_every_call(client: PolywireClient) -> None:
    assert client.put("c/1", article()).outcome == "added"
    assert client.article("c/1").title == article()["title"]
    assert client.put("c/1", article()).outcome == "unchanged"
    client.delete("c/1")
    with pytest.raises(ApiProblem) as raised:
        client.article("c/1")
    assert (raised.value.status, raised.value.slug) == (404, "article-missing")
    outcomes = client.send([article(id="c-2"), {"section": "no text"}])
    assert [each.outcome for each in outcomes.results] == ["added", "rejected"]
    client.delete("c-2")
    assert client.status().articles >= len(sample())


def test_questions(client: PolywireClient) -> None:
    answer = client.search(
        QUESTION, lang=["de", "uk"], limit=5, after=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert {hit.lang for hit in answer.hits} <= {"de", "uk"}
    assert answer.hits[0].paragraphs
    assert client.similar(answer.hits[0].id, limit=3).hits
    assert client.similar_to("The flood damaged an old bridge.", limit=3).hits
    counts = client.facets(tag="floods", histogram="month")
    assert counts.total == sum("floods" in each.get("tags", ()) for each in sample())
    with pytest.raises(ApiProblem, match="never closed"):
        client.search('"open', strict=True)


def test_a_whole_list_page_by_page(client: PolywireClient) -> None:
    ids = [hit.id for hit in client.search_all(QUESTION, page=30)]
    assert ids == [hit.id for hit in client.search(QUESTION, limit=200).hits]


def test_streams_both_ways(client: PolywireClient) -> None:
    sent = (article(id=f"s-{n}", title=f"Ferry {n}", source="stream") for n in range(40))
    outcomes = list(client.send_stream(sent))
    assert [each.outcome for each in outcomes] == ["added"] * 40
    exported = list(client.export(source="stream", format="articles"))
    assert {each["id"] for each in exported} == {f"s-{n}" for n in range(40)}
    assert len(list(client.export(source="stream"))) == 40
    for each in exported:
        client.delete(each["id"])
    with pytest.raises(ApiProblem):
        list(client.export('"open', strict=True))


def test_keys(new_index: Callable[[str], str], folder: Path) -> None:
    _, token = KeyFolder(folder / "keys").create("desk", [KeyScope.READ])
    with serving(folder, new_index("embedded")) as served:
        with PolywireClient(served.address, key=token) as client:
            assert client.status().articles == 0
            with pytest.raises(ApiProblem) as raised:
                client.put("x", article())
            assert raised.value.status == 403
        with PolywireClient(served.address) as nobody, pytest.raises(ApiProblem) as raised:
            nobody.status()
        assert raised.value.slug == "unauthenticated"


class Moody(httpx.BaseTransport):
    """Refuses or breaks the first requests, then answers; stands in for a busy network."""

    def __init__(self, moods: list[int]) -> None:
        self._moods = moods
        self.asked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        mood = self._moods.pop(0) if self._moods else 200
        if mood == 0:
            raise httpx.ConnectError("refused", request=request)
        if mood == 200:
            return httpx.Response(200, json={"id": "x", "outcome": "added"})
        return httpx.Response(mood, headers={"Retry-After": "0"}, json={"detail": "Busy."})


def test_a_busy_server_is_tried_again() -> None:
    transport = Moody([503, 429, 0])
    with PolywireClient("http://moody.example", transport=transport) as client:
        assert client.put("x", article()).outcome == "added"
    assert transport.asked == 4


@pytest.mark.parametrize(("mood", "asked"), [(503, 3), (0, 3), (500, 1), (400, 1)])
def test_patience_ends(mood: int, asked: int) -> None:
    transport = Moody([mood] * 10)
    with (
        PolywireClient("http://moody.example", retries=2, transport=transport) as client,
        pytest.raises(ApiProblem) as raised,
    ):
        client.put("x", article())
    assert raised.value.status == mood
    assert transport.asked == asked


def test_what_is_no_problem_document_is_a_problem_too() -> None:
    class Proxy(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            del request
            return httpx.Response(502, text="<html>bad gateway</html>")

    with (
        PolywireClient("http://proxy.example", transport=Proxy()) as client,
        pytest.raises(ApiProblem, match="answered 502"),
    ):
        client.status()


def test_options_are_written_as_the_api_reads_them() -> None:
    seen: list[httpx.URL] = []

    class Noting(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            seen.append(request.url)
            empty: dict[str, Any] = {"query": "", "mode": "hybrid", "total": 0}
            return httpx.Response(200, json=empty | {"counted": "matches", "facets": {}})

    with PolywireClient("http://noting.example", transport=Noting()) as client:
        client.facets("a&b", lang=["de", "fr"], after=None, histogram="day")
    assert dict(seen[0].params) == {"q": "a&b", "lang": "de,fr", "histogram": "day"}
