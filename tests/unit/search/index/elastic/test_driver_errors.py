"""Every exception of the Elasticsearch client becomes an error of the port."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import elastic_transport
import elasticsearch
import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig

import search.index.elastic
from search.index.elastic.driver_errors import (
    NotRecognised,
    TooLarge,
    WritesBlocked,
    from_answer,
    translate,
    translated,
)
from search.index.errors import (
    AccessDenied,
    EngineBusy,
    EngineFault,
    EngineUnavailable,
    IndexExists,
    IndexMissing,
    QueryRefused,
    SearchIndexError,
    StorageFull,
)

PLACE = "http://localhost:9200/news"

# For an `ApiError` the status and body decide; 500 without a body is an `EngineFault`.
EXPECTED: dict[type[Exception], type[SearchIndexError]] = {
    elasticsearch.ApiError: EngineFault,
    elasticsearch.UnsupportedProductError: EngineUnavailable,
    elasticsearch.NotFoundError: EngineUnavailable,
    elasticsearch.ConflictError: EngineBusy,
    elasticsearch.BadRequestError: EngineUnavailable,
    elasticsearch.AuthenticationException: NotRecognised,
    elasticsearch.AuthorizationException: AccessDenied,
    elastic_transport.ApiError: EngineFault,
    elastic_transport.TransportError: EngineUnavailable,
    elastic_transport.SniffingError: EngineUnavailable,
    elastic_transport.SerializationError: EngineUnavailable,
    elastic_transport.ConnectionError: EngineUnavailable,
    elastic_transport.TlsError: EngineUnavailable,
    elastic_transport.ConnectionTimeout: EngineUnavailable,
}
STATUS = {
    elasticsearch.NotFoundError: 404,
    elasticsearch.ConflictError: 409,
    elasticsearch.BadRequestError: 400,
    elasticsearch.AuthenticationException: 401,
    elasticsearch.AuthorizationException: 403,
}


def exceptions(*modules: ModuleType) -> Iterator[type[Exception]]:
    for module in modules:
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, Exception):
                defined_here = value.__module__.partition(".")[0] in {
                    "elasticsearch",
                    "elastic_transport",
                }
                if defined_here and not issubclass(value, Warning):
                    yield value


def make(kind: type[Exception], body: Any = "") -> Exception:
    if issubclass(kind, (elasticsearch.ApiError, elastic_transport.ApiError)):
        node = NodeConfig("http", "localhost", 9200)
        status = next((code for known, code in STATUS.items() if kind is known), 500)
        meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.1, node)
        return kind("message", meta, body)
    return kind("message")


def test_no_exception_of_the_client_is_left_out() -> None:
    known = set(exceptions(elasticsearch, elasticsearch.exceptions, elastic_transport))
    assert known == set(EXPECTED), "the client has an exception that nobody decided about"


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_each_exception_becomes_one_sentence(kind: type[Exception]) -> None:
    with pytest.raises(SearchIndexError) as caught, translated(PLACE):
        raise make(kind)
    assert type(caught.value) is EXPECTED[kind]
    said = str(caught.value)
    assert PLACE in said
    assert said[0].isupper()
    assert said.endswith(".")
    assert "\n" not in said


def test_the_helpers_of_the_client_are_not_used() -> None:
    """They have exceptions of their own, which `translated` does not know."""
    (folder,) = search.index.elastic.__path__
    for path in Path(folder).glob("*.py"):
        assert "elasticsearch.helpers" not in path.read_text(encoding="utf-8")


def test_every_call_of_the_client_is_within_translated() -> None:
    """No module but the connecting one may talk to the client without `translated`, which is what
    `Searcher.call` makes its requests in.
    """
    (folder,) = search.index.elastic.__path__
    for path in Path(folder).glob("*.py"):
        code = path.read_text(encoding="utf-8")
        if re.search(r"client\.(?!close\(|options\(|py)\w+[.(]", code):
            assert re.search(r"translated\(|searcher\.call\(", code), path.name


def error(kind: str, reason: str = "why", **more: Any) -> dict[str, Any]:
    return {"error": {"type": kind, "reason": reason, **more}, "status": 0}


FLOOD = (
    "index [news-v1-ab] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage "
    "watermark, index has read-only-allow-delete block];"
)


@pytest.mark.parametrize(
    ("status", "body", "expected", "says"),
    [
        (429, error("cluster_block_exception", FLOOD), StorageFull, "disk"),
        (500, error("i_o_exception", "No space left on device"), StorageFull, "disk"),
        (
            403,
            error(
                "cluster_block_exception", "index [x] blocked by: [FORBIDDEN/8/index write (api)];"
            ),
            WritesBlocked,
            "reindex --resume",
        ),
        (403, error("security_exception", "action is unauthorized"), AccessDenied, "privileges"),
        (
            400,
            error("illegal_argument_exception", "[init_script] contains not allowed script: [a]"),
            AccessDenied,
            "What a search costs",
        ),
        (
            400,
            error(
                "search_phase_execution_exception",
                "all shards failed",
                root_cause=[
                    {
                        "type": "exception",
                        "reason": "[joining] queries cannot be executed when "
                        "'search.allow_expensive_queries' is set to false.",
                    }
                ],
            ),
            AccessDenied,
            "search.allow_expensive_queries",
        ),
        (429, error("es_rejected_execution_exception"), EngineBusy, "too much"),
        (429, error("circuit_breaking_exception", "Data too large"), EngineBusy, "too much"),
        (404, error("index_not_found_exception"), IndexMissing, "polywire ingest"),
        (400, error("resource_already_exists_exception"), IndexExists, "already"),
        (503, error("unavailable_shards_exception"), EngineUnavailable, "red"),
        (
            503,
            error(
                "search_phase_execution_exception",
                "all shards failed",
                caused_by={"type": "no_shard_available_action_exception", "reason": None},
            ),
            EngineUnavailable,
            "red",
        ),
        (
            400,
            error(
                "search_phase_execution_exception",
                "all shards failed",
                root_cause=[{"type": "query_shard_exception", "reason": "no such field"}],
            ),
            QueryRefused,
            "no such field",
        ),
        (400, error("document_parsing_exception", "bad date"), QueryRefused, "bad date"),
        (413, "", TooLarge, "http.max_content_length"),
        (503, error("master_not_discovered_exception"), EngineUnavailable, "not ready"),
        (404, "<html>Not found</html>", EngineUnavailable, "not Elasticsearch"),
        (302, "", EngineUnavailable, "not Elasticsearch"),
        (500, error("null_pointer_exception", "oops"), EngineFault, "oops"),
        (500, None, EngineFault, "status 500"),
    ],
)
def test_errors_in_the_server_s_own_words(
    status: int, body: object, expected: type[SearchIndexError], says: str
) -> None:
    found = from_answer(status, body, PLACE)
    assert type(found) is expected
    assert says in str(found)


@pytest.mark.parametrize(
    ("reason", "install"),
    [
        (
            "Accept version must be 8 or 7, but found 9. Accept=x/json; compatible-with=9",
            "elasticsearch>=8.19,<9",
        ),
        ("media type; compatible-with=10", "elasticsearch>=9,<10"),
    ],
)
def test_a_server_older_than_the_client_names_the_client_to_install(
    reason: str, install: str
) -> None:
    found = from_answer(400, error("media_type_header_exception", reason), PLACE)
    assert isinstance(found, EngineUnavailable)
    assert install in str(found)


@pytest.mark.parametrize(
    ("detail", "says"),
    [
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1002)", "http://"),
        ("certificate verify failed: self-signed certificate (_ssl.c:1002)", "self-signed"),
    ],
)
def test_tls(detail: str, says: str) -> None:
    assert says in str(translate(elastic_transport.TlsError(detail), PLACE))


def test_reasons_are_short() -> None:
    found = from_answer(400, error("x_exception", "long " * 1000), PLACE)
    assert len(str(found)) < 500
