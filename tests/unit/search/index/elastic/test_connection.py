"""What answers at the address: each kind of server is one clear sentence."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from search.index.elastic.client import Address, connect, probe
from search.index.elastic.location import ElasticLocation
from search.index.elastic.options import ElasticOptions, ServerTraits
from search.index.errors import AccessDenied, EngineUnavailable, SearchIndexError

PRODUCT = {"X-elastic-product": "Elasticsearch"}
JSON = {"Content-Type": "application/json"}

Answer = Callable[[str], tuple[int, dict[str, str], str]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve HTTP on loopback with a function of the path; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def always(status: int, headers: dict[str, str], body: object) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda _path: (status, headers, text)


def info(number: str) -> dict[str, Any]:
    return {"version": {"number": number}, "tagline": "You Know, for Search"}


def ask(uri: str, **options: Any) -> ServerTraits:
    address, given = Address.parse(uri, ElasticOptions(**options))
    with connect(address, given) as client:
        return probe(client, address.shown)


MEDIA_TYPE = {
    "error": {
        "type": "media_type_header_exception",
        "reason": "Invalid media-type value on headers [Accept]",
        "caused_by": {
            "type": "status_exception",
            "reason": "Accept version must be either version 8 or 7, but found 9. "
            "Accept=application/vnd.elasticsearch+json; compatible-with=9",
        },
    },
    "status": 400,
}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (always(200, {"Content-Type": "text/html"}, "<h1>It works!</h1>"), "not Elasticsearch"),
        (always(200, JSON, info("2.19.1")), "not Elasticsearch"),
        (always(200, JSON, "this is no JSON"), "not Elasticsearch"),
        (always(404, {"Content-Type": "text/plain"}, "nothing here"), "not Elasticsearch"),
        (always(200, {**JSON, **PRODUCT}, info("8.10.4")), "is Elasticsearch 8.10.4"),
        (always(200, {**JSON, **PRODUCT}, info("7.17.0")), "needs 8.19 or later"),
        (always(400, {**JSON, **PRODUCT}, MEDIA_TYPE), "pip install 'elasticsearch>=8.19,<9'"),
        (always(503, {**JSON, **PRODUCT}, {"error": {"type": "x"}}), "not ready"),
        (always(429, {**JSON, **PRODUCT}, {"error": {"type": "x"}}), "too much to do"),
    ],
)
def test_what_is_no_server_for_us(answer: Answer, says: str) -> None:
    with serving(answer) as host, pytest.raises(SearchIndexError) as caught:
        ask(f"http://{host}/news")
    assert says in str(caught.value)
    assert f"http://{host}/news" in str(caught.value)


def test_a_server_that_does_not_speak_tls() -> None:
    with serving(always(200, JSON, info("9.4.3"))) as host:
        with pytest.raises(EngineUnavailable, match="does not speak TLS"):
            ask(f"https://{host}/news")
        with pytest.raises(EngineUnavailable, match="does not speak TLS"):
            ask(f"https://{host}/news", verify_tls=False)


def test_nobody_listens_and_no_such_host() -> None:
    with pytest.raises(EngineUnavailable, match="connection refused"):
        ask("http://127.0.0.1:9/news")
    with pytest.raises(EngineUnavailable, match="Nothing answers"):
        ask("http://no-such-host.invalid:9200/news")


def test_a_server_that_hangs() -> None:
    over = threading.Event()

    def hang(_path: str) -> tuple[int, dict[str, str], str]:
        over.wait(10)
        return 200, {}, ""

    with serving(hang) as host:
        try:
            with pytest.raises(EngineUnavailable, match="did not answer in time"):
                ask(f"http://{host}/news", timeout_s=0.2)
        finally:
            over.set()


def test_a_server_with_plugins() -> None:
    nodes = {"nodes": {"a": {"plugins": [{"name": "analysis-icu"}]}}}

    def answer(path: str) -> tuple[int, dict[str, str], str]:
        body = nodes if path.startswith("/_nodes") else info("9.4.3")
        return 200, {**JSON, **PRODUCT}, json.dumps(body)

    with serving(answer) as host:
        found = ask(f"http://{host}/news")
    assert found == ServerTraits((9, 4), "9.4.3", frozenset({"analysis-icu"}))


def test_who_may_not_see_plugins_gets_the_built_in_analyzers() -> None:
    refused = {"error": {"type": "security_exception", "reason": "unauthorized"}}

    def answer(path: str) -> tuple[int, dict[str, str], str]:
        if path.startswith("/_nodes"):
            return 403, {**JSON, **PRODUCT}, json.dumps(refused)
        return 200, {**JSON, **PRODUCT}, json.dumps(info("9.4.3"))

    with serving(answer) as host:
        assert ask(f"http://{host}/news").plugins == frozenset()


def test_a_server_that_lets_nobody_in() -> None:
    refused = {"error": {"type": "security_exception", "reason": "missing credentials"}}
    with (
        serving(always(401, {**JSON, **PRODUCT}, refused)) as host,
        pytest.raises(AccessDenied, match="does not know this user"),
    ):
        ElasticLocation.connect(f"http://me:hunter2@{host}/news", ElasticOptions()).open()


def test_a_place_is_not_asked_before_it_is_used() -> None:
    place = ElasticLocation.connect("http://me:hunter2@127.0.0.1:9/news", ElasticOptions())
    assert place.uri == "http://127.0.0.1:9/news"
