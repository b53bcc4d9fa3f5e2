"""No request, whatever is in it, is the server's fault: nothing ends in a 5xx or breaks off."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.serving import Served

PATHS = [
    "/v1/search",
    "/v1/similar",
    "/v1/similar/x",
    "/v1/facets",
    "/v1/export",
    "/v1/articles",
    "/v1/articles/x",
    "/v1/articles/x/versions/1",
    "/v1/status",
]
KEYS = [
    *("q", "title", "cursor", "limit", "passages", "sort", "recency", "balance", "facets"),
    *("histogram", "lang", "source", "section", "tag", "after", "before", "on", "mode", "names"),
    *("rerank", "other_languages", "text", "headline", "written_in", "id", "url", "paragraphs"),
    *("authors", "published", "updated", "tags", "meta", "version", "format", "bom"),
]
WORDS = st.text(max_size=30) | st.sampled_from(
    ["*", "a*", '"', "-", "OR", "a OR b", "lang:de", "on:2026", "7d", "2026-02-30", "hybrid", "\0"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from(KEYS) | WORDS, VALUES, max_size=6) | VALUES


@settings(max_examples=150, deadline=None)
@given(method=st.sampled_from(["POST", "PUT"]), path=st.sampled_from(PATHS), body=BODIES)
def test_any_body(plain: Served, method: str, path: str, body: Any) -> None:
    content = json.dumps(body).encode()
    for kind in ("application/json", "application/x-ndjson"):
        headers = {"Content-Type": kind}
        response = plain.http.request(method, path, content=content, headers=headers)
        assert response.status_code < 500, response.text


@settings(max_examples=150, deadline=None)
@given(
    method=st.sampled_from(["GET", "DELETE"]),
    path=st.sampled_from(PATHS),
    params=st.lists(st.tuples(st.sampled_from(KEYS) | WORDS, WORDS), max_size=6),
)
def test_any_parameters(
    plain: Served, method: str, path: str, params: list[tuple[str, str]]
) -> None:
    encoded = [
        (name.encode("utf-8", "replace"), value.encode("utf-8", "replace"))
        for name, value in params
    ]
    response = plain.http.request(method, f"{path}?{urlencode(encoded)}")
    assert response.status_code < 500, response.text


@settings(max_examples=150, deadline=None)
@given(
    start=st.sampled_from([b"GET", b"POST", b"PUT", b"X", b"get"]),
    target=st.sampled_from([path.encode() for path in PATHS]) | st.binary(max_size=30),
    fields=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    *(b"Content-Length", b"Transfer-Encoding", b"Content-Type", b"Expect"),
                    *(b"Connection", b"If-Match", b"If-None-Match", b"Upgrade", b"Accept", b"Host"),
                ]
            )
            | st.binary(max_size=10),
            st.sampled_from([b"5", b"-1", b"chunked", b"close", b"application/json", b'"x"', b"*"])
            | st.binary(max_size=20),
        ),
        max_size=5,
    ),
    rest=st.binary(max_size=60) | st.just(b"5\r\nhello\r\n0\r\n\r\n"),
)
def test_any_bytes(
    plain: Served, start: bytes, target: bytes, fields: list[tuple[bytes, bytes]], rest: bytes
) -> None:
    head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    with socket.create_connection(("127.0.0.1", plain.port), timeout=10) as client:
        try:
            client.sendall(
                start + b" " + target + b" HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n" + rest
            )
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := client.recv(65_536):
                answer += piece
        except OSError:
            return
    assert b"HTTP/1.1 5" not in answer, answer


def test_it_serves_on(plain: Served) -> None:
    assert plain.http.get("/healthz").status_code == 200
