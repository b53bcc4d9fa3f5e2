"""What is bounded: values, clauses, heads, pace and time; and that others are served meanwhile."""

from __future__ import annotations

import json
import logging
import socket
import string
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import httpx
import pytest

from search import deadline
from search.api.access.keys import KeyFolder, KeyScope
from search.api.requests.bodies import DEEPEST, MOST_ARTICLES, MOST_VALUES
from search.index.bounds import MOST_CLAUSES, MOST_PREFIXES
from search.serve.protocol import HEADER_BYTES
from tests.support.serving import LINES, Served, article, serving

JSON = {"Content-Type": "application/json"}
PAIRS = ["".join(pair) for pair in product(string.ascii_lowercase, repeat=2)]


# --- values ---


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[" + b"0," * 9_999_000 + b"0]", f"more than {MOST_VALUES:,} values"),
        (b"[" + b"{}," * 6_000_000 + b"0]", f"more than {MOST_VALUES:,} values"),
        (b"[" + b'"",' * 4_000_000 + b'""]', f"more than {MOST_VALUES:,} values"),
        (b'{"text": "x", "tags": [' + b"[]," * 5_000_000 + b"[]]}", "values"),
        (b"[" * 10_000_000, "values"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), f"nested more than {DEEPEST} deep"),
        (b'{"text":' * 60_000, "nested too deeply"),
        (b"[" + b"0," * MOST_ARTICLES + b"0]", f"up to {MOST_ARTICLES:,} articles"),
    ],
    ids=["zeros", "objects", "strings", "lists", "brackets", "deep", "unclosed", "articles"],
)
@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles/x"])
def test_a_body_of_very_many_values_is_refused_and_others_are_served(
    plain: Served, path: str, body: bytes, said: str
) -> None:
    method = "PUT" if path.endswith("x") else "POST"
    if method == "PUT" and "articles" in said:
        said = "An article is a JSON object"
    with asked_meanwhile(plain) as answers:
        response = plain.http.request(method, path, content=body, headers=JSON)
    assert response.status_code in (400, 413), response.text[:500]
    assert said in response.json()["detail"]
    assert set(answers) <= {200}


def test_texts_full_of_commas_are_articles(plain: Served) -> None:
    text = "1,2,3,4,5,6,7,8,9,10 [were] {counted} and \\u0022quoted\\u0022, too.\\n" * 8_000
    body = f'{{"title": "Numbers", "lang": "en", "text": "{text}"}}'.encode()
    assert plain.http.put("/v1/articles/commas", content=body, headers=JSON).status_code == 201


@pytest.mark.parametrize("path", ["/v1/search", "/v1/similar"])
@pytest.mark.parametrize(
    "extra",
    [
        lambda: {f"a{n}": 0 for n in range(60_000)},
        lambda: {"tag": ["x"] * 150_000},
        lambda: {"tag": "," * 900_000},
        lambda: {"tag": [0] * 200_000},
        lambda: {"lang": [",".join("x" * 400_000)]},
        lambda: {"tag": [[]] * 100_000},
        lambda: {"limit": "9" * 900_000},
        lambda: {"after": "2" * 900_000},
    ],
    ids=["keys", "values", "commas", "zeros", "one value", "lists", "limit", "date"],
)
def test_a_query_of_very_many_values_is_refused_and_others_are_served(
    plain: Served, path: str, extra: Callable[[], dict[str, Any]]
) -> None:
    sent = {"q" if path.endswith("search") else "text": "ferry", **extra()}
    with asked_meanwhile(plain) as answers:
        response = plain.http.post(path, json=sent)
    assert response.status_code == 422, response.text[:500]
    assert len(response.content) < 20_000
    assert set(answers) <= {200}


# --- clauses ---

TOO_MUCH = {
    "prefixes": " OR ".join(f"{pair}*" for pair in PAIRS),
    "prefixes side by side": " ".join(f"{pair}*" for pair in PAIRS),
    "prefixes of phrases": " OR ".join(f'"the {pair}*"' for pair in PAIRS[:200]),
    "prefixes in the headline": " OR ".join(f"title:{pair}*" for pair in PAIRS[:500]),
    "prefixes excluded": " ".join(f"-{pair}*" for pair in PAIRS),
    "few prefixes too many": " ".join(f"{pair}*" for pair in PAIRS[: MOST_PREFIXES + 1]),
    "alternatives": " OR ".join(PAIRS),
    "conditions": " AND ".join(PAIRS),
    "phrases": " ".join(f'"the {pair}"' for pair in PAIRS),
    "excluded": " ".join(f"-{pair}" for pair in PAIRS),
    "few clauses too many": " AND ".join(PAIRS[: MOST_CLAUSES + 1]),
    "multiplied": " OR ".join(f"(the AND {pair})" for pair in PAIRS[:400]),
    "multiplied twice": " AND ".join(
        f"(({a} AND {b}) OR ({c} AND {d}) OR ({e} AND {a}) OR ({b} AND {c}) OR ({d} AND {e}))"
        for a, b, c, d, e in zip(*(PAIRS[n:400:5] for n in range(5)), strict=False)
    ),
    "words close together": " NEAR/3 ".join(["the"] * 65),
    "compounds": " OR ".join(f"{pair}-{pair}" for pair in PAIRS),
}


@pytest.mark.parametrize("query", TOO_MUCH)
def test_a_query_of_very_many_clauses_is_refused(desk: Served, query: str) -> None:
    answers = [
        desk.http.post("/v1/search", json={"q": TOO_MUCH[query], "mode": mode})
        for mode in ("hybrid", "lexical", "vector")
    ]
    answers.append(desk.http.get("/v1/facets", params={"q": TOO_MUCH[query]}))
    answers.append(desk.http.get("/v1/export", params={"q": TOO_MUCH[query]}))
    for answer in answers:
        assert answer.status_code == 400, answer.text[:500]
        assert "split" in answer.json()["detail"]


def test_a_query_within_the_bounds_is_answered(desk: Served) -> None:
    for query in (
        " OR ".join(f"{pair}*" for pair in PAIRS[:MOST_PREFIXES]),
        " OR ".join(PAIRS[:MOST_CLAUSES]),
        " NEAR/3 ".join(["the"] * 64),
        " ".join(PAIRS[:300]),
        " AND ".join(f"({a} OR {b})" for a, b in pairwise(PAIRS[:129])),
    ):
        assert desk.http.post("/v1/search", json={"q": query}).status_code == 200


# --- time ---


class SlowSearch:
    """Stands for a search of a very large index: takes as long as the query says, in seconds."""

    def __init__(self, *, looks: bool) -> None:
        self.looks = looks
        self.running = 0

    def search(self, request: Any) -> Any:
        self.running += 1
        try:
            end = time.monotonic() + float(request.text)
            while time.monotonic() < end:
                if self.looks:
                    deadline.check()
                time.sleep(0.01)
        finally:
            self.running -= 1
        raise deadline.DeadlinePassed("It is over.")


@contextmanager
def slow_server(
    folder: Path, index: str, *, looks: bool, **api: Any
) -> Iterator[tuple[Served, SlowSearch]]:
    """Serve with a search that takes its time."""
    search: Any = SlowSearch(looks=looks)
    with serving(folder, index, lambda services: replace(services, search=search), **api) as served:
        yield served, search


@pytest.mark.parametrize("looks", [True, False])
def test_a_late_answer_is_a_504_and_the_thread_is_free_again(
    new_index: Callable[[str], str], folder: Path, caplog: pytest.LogCaptureFixture, looks: bool
) -> None:
    index = new_index("embedded")
    with serving(folder, index) as served:
        served.ok("PUT", "/v1/articles/there", json=article())
    with slow_server(folder, index, looks=looks, answer_s=0.4, threads=2) as (served, search):
        for _ in range(2):
            responses = together(served, ["/v1/search?q=3&mode=lexical"] * 2)
            for response in responses:
                assert response.status_code == 504
                assert response.json()["type"] == "urn:polywire:problem:answer-late"
                assert int(response.headers["retry-after"]) > 0
            wait_for(lambda: search.running == 0)
            assert served.http.get("/v1/articles/there").status_code == 200
    assert not [record for record in caplog.records if record.exc_info]


def test_what_waits_for_a_thread_is_late_too_and_is_never_begun(
    new_index: Callable[[str], str], folder: Path
) -> None:
    with slow_server(folder, new_index("embedded"), looks=True, answer_s=0.5, threads=1) as (
        served,
        search,
    ):
        responses = together(served, ["/v1/search?q=9&mode=lexical"] * 6)
        assert {response.status_code for response in responses} == {504}
        wait_for(lambda: search.running == 0)
        # Half a second is little for any answer on a machine that has much else to do.
        wait_for(lambda: served.http.get("/v1/articles/there").status_code == 404)


def test_one_key_leaves_room_for_the_others(new_index: Callable[[str], str], folder: Path) -> None:
    tokens = [
        KeyFolder(folder / "keys").create(name, [KeyScope.READ])[1] for name in ("greedy", "other")
    ]
    greedy, other = ({"Authorization": f"Bearer {token}"} for token in tokens)
    with slow_server(
        folder, new_index("embedded"), looks=True, answer_s=3, threads=2, waiting=10
    ) as (served, _):
        found: list[int] = []
        threads = [
            threading.Thread(
                target=lambda: found.append(
                    served.http.get("/v1/search?q=9&mode=lexical", headers=greedy).status_code
                )
            )
            for _ in range(30)
        ]
        for thread in threads:
            thread.start()
        wait_for(lambda: found.count(503) >= 20)
        # All that the greedy key may have is taken; the other is served at once.
        for _ in range(5):
            began = time.monotonic()
            assert served.http.get("/v1/articles/x", headers=other).status_code == 404
            assert time.monotonic() - began < 2
        for thread in threads:
            thread.join()
        assert set(found) == {503, 504}


# --- heads, bodies, pace: over bare sockets ---


def exchange(served: Served, *parts: bytes) -> bytes:
    """Send the parts, and return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as client:
        for part in parts:
            client.sendall(part)
        return all_of(client)


def all_of(client: socket.socket) -> bytes:
    answer = b""
    while True:
        try:
            piece = client.recv(65_536)
        except OSError:
            return answer
        if not piece:
            return answer
        answer += piece


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("path", ["/v1/search", "/healthz", "/v1/articles", "/nothing"])
def test_a_request_that_ends_in_two_ways_closes_the_connection(
    plain: Served, path: str, order: int
) -> None:
    fields = [b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"]
    smuggled = b"0\r\n\r\nGET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = exchange(
        plain,
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n".encode()
        + b"".join(fields[::-1] if order else fields)
        + b"Content-Type: application/json\r\n\r\n"
        + smuggled,
    )
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"connection: close" in answer.lower()


def head(size: int, fields: int) -> bytes:
    """Return the head of a request, of so many bytes in so many fields."""
    begun = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    each = (size - len(begun) - 2) // fields
    lines = [b"X-%03d: " % n for n in range(fields)]
    lines = [line + b"x" * (each - len(line) - 2) + b"\r\n" for line in lines]
    short = size - len(begun) - 2 - sum(map(len, lines))
    lines[0] = lines[0][:-2] + b"x" * short + b"\r\n"
    whole = begun + b"".join(lines) + b"\r\n"
    assert len(whole) == size
    return whole


@pytest.mark.parametrize("fields", [1, 20, 300])
@pytest.mark.parametrize("pieces", [1, 7])
def test_heads_are_taken_up_to_what_is_promised(plain: Served, fields: int, pieces: int) -> None:
    for size, status in ((HEADER_BYTES, b"200"), (HEADER_BYTES - 100, b"200"), (40_000, b"400")):
        whole = head(size, fields)
        step = -(-size // pieces)
        answer = exchange(plain, *(whole[at : at + step] for at in range(0, size, step)))
        assert answer.startswith(b"HTTP/1.1 " + status) or (status == b"400" and not answer)
        if status == b"400" and answer:
            assert b"urn:polywire:problem:head-too-large" in answer


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("POST /v1/articles", 413),
        ("POST /v1/search", 413),
        ("POST /v1/nothing", 404),
        ("PUT /v1/search", 405),
    ],
)
@pytest.mark.parametrize("chunked", [False, True])
def test_who_sends_all_before_reading_reads_why_it_was_refused(
    plain: Served, target: str, status: int, chunked: bool
) -> None:
    body = b"[" + b"0," * 15_000_000 + b"0]"
    method, path = target.split()
    connection = HTTPConnection("127.0.0.1", plain.port, timeout=60)  # reads nothing until then
    connection.request(
        method,
        path,
        iter([body[:20_000_000], body[20_000_000:]]) if chunked else body,
        JSON,
        encode_chunked=chunked,
    )
    response = connection.getresponse()
    status = status if chunked else 413  # the length is looked at first, where it is told
    assert response.status == status
    assert json.load(response)["status"] == status
    connection.close()


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("framing", ["Content-Length: 5000", "Transfer-Encoding: chunked"])
def test_a_body_that_trickles_is_given_up(
    new_index: Callable[[str], str], folder: Path, kind: str, framing: str
) -> None:
    with serving(folder, new_index("embedded"), client_s=1.0, answer_s=60) as served:
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as client:
            client.sendall(
                f"POST /v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
                f"{framing}\r\n\r\n".encode()
            )
            piece = b"1\r\n \r\n" if "chunked" in framing else b" "
            began = time.monotonic()
            while time.monotonic() - began < 10:
                try:
                    client.sendall(piece)
                    client.settimeout(0.3)
                    if client.recv(1, socket.MSG_PEEK):
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            took = time.monotonic() - began
            client.settimeout(5)
            answer = all_of(client)
        assert took < 8
        assert b"HTTP/1.1 408" in answer
        assert b"client-slow" in answer
        # A stream that is slow because the server is, or that pauses shortly, goes on.
        body = b"".join(b'{"id": "s%d", "text": "A ferry came back."}\n' % n for n in range(40))

        def steady() -> Iterator[bytes]:
            for at in range(0, len(body), 400):
                yield body[at : at + 400]
                time.sleep(0.15)

        sent = served.http.post("/v1/articles", content=steady(), headers=LINES)
        assert sent.status_code == 200


BROKEN = {
    "cut short": b"Content-Length: 5000\r\n\r\n{",
    "cut in a chunk": b"Transfer-Encoding: chunked\r\n\r\n10\r\nabc",
    "no chunk": b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n\r\n",
    "no number": b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n",
}


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("target", ["POST /v1/articles", "PUT /v1/articles/x", "POST /v1/search"])
@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_upload_is_one_line_of_the_log(
    loud: Served, caplog: pytest.LogCaptureFixture, target: str, kind: str, broken: str
) -> None:
    caplog.set_level(logging.INFO)
    with socket.create_connection(("127.0.0.1", loud.port), timeout=5) as client:
        client.sendall(
            f"{target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n".encode()
            + BROKEN[broken]
        )
        time.sleep(0.1)
        client.shutdown(socket.SHUT_WR)
        all_of(client)
    path = target.split()[1]
    wait_for(lambda: bool(lines_of(caplog, path)))
    assert len(lines_of(caplog, path)) == 1
    assert not [record for record in caplog.records if record.exc_info]
    assert not [record for record in caplog.records if "Traceback" in record.getMessage()]
    assert loud.http.get("/healthz").status_code == 200


@pytest.fixture(scope="module")
def loud(
    new_index: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve with a request log."""
    folder = tmp_path_factory.mktemp("loud")
    with serving(folder, new_index("embedded"), access_log=True) as served:
        yield served


def lines_of(caplog: pytest.LogCaptureFixture, path: str) -> list[str]:
    return [text for text in (r.getMessage() for r in caplog.records) if f"'{path}'" in text]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/v1/articles/x", "DELETE, GET, PUT"),
        ("OPTIONS", "/v1/articles/x/y", "DELETE, GET, PUT"),
        ("GET", "/v1/articles", "POST"),
        ("DELETE", "/v1/search", "GET, POST"),
        ("PUT", "/v1/similar", "POST"),
        ("POST", "/v1/facets", "GET"),
        ("POST", "/healthz", "GET"),
    ],
)
def test_allow_lists_all_methods(plain: Served, method: str, path: str, allowed: str) -> None:
    response = plain.http.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    for each in allowed.split(", "):
        assert plain.http.request(each, path).status_code != 405


# --- helpers of these tests ---


@contextmanager
def asked_meanwhile(served: Served) -> Iterator[list[int]]:
    """Ask for the health of the server all the time, and gather the statuses."""
    over = threading.Event()
    statuses: list[int] = []

    def ask() -> None:
        with httpx.Client(base_url=served.address, timeout=5) as client:
            while not over.is_set():
                statuses.append(client.get("/healthz").status_code)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield statuses
    finally:
        over.set()
        thread.join()


def together(served: Served, paths: list[str]) -> list[httpx.Response]:
    found: list[httpx.Response] = []
    threads = [
        threading.Thread(target=lambda path=path: found.append(served.http.get(path)))
        for path in paths
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
