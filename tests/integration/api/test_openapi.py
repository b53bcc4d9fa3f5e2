"""The OpenAPI document, and what is generated from it: no server error, no answer unlike it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.endpoints import ENDPOINTS, template
from tests.support.serving import LINES, Served, ndjson, sample, serving


@schemathesis.serializer("application/x-ndjson")
def one_line(_context: object, value: object) -> bytes:
    return json.dumps(value, default=str).encode() + b"\n"


EXAMPLES = 25
"""Requests an operation: 15 operations take some 20 seconds."""

PROBES = [
    (mode, method, path)
    for method, path, _ in ENDPOINTS
    for mode in GenerationMode
    if path != "/openapi.json"
    # Nothing can be wrong with a request that has no parameter but a name.
    and (mode.is_positive or "?" in path or method in ("POST", "PUT") or "facets" in path)
]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def probed(
    new_index: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve a few articles to generated requests."""
    with serving(tmp_path_factory.mktemp("probed"), new_index("embedded")) as served:
        served.http.post("/v1/articles", content=ndjson(sample()[:20]), headers=LINES)
        yield served


@pytest.mark.parametrize(("mode", "method", "path"), PROBES)
def test_generated_requests(probed: Served, mode: GenerationMode, method: str, path: str) -> None:
    """Requests made of the document, valid and not, are answered as the document says."""
    schema = schemathesis.openapi.from_url(f"{probed.address}/openapi.json")
    operation = schema[template(path)][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def probe(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, timeout=30)

    probe()


def test_the_document_describes_every_operation(probed: Served) -> None:
    document = probed.ok("GET", "/openapi.json")
    assert document["openapi"].startswith("3.1")
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(operations) >= 14
    for path, method, operation in operations:
        assert operation["summary"], path
        success = [status for status in operation["responses"] if status < "400"]
        assert success, (path, method)
        if operation["security"]:
            assert "401" in operation["responses"]
            assert "429" in operation["responses"]
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"]


def test_questions_and_articles_have_examples(probed: Served) -> None:
    document = probed.ok("GET", "/openapi.json")
    search = document["paths"]["/v1/search"]["get"]["parameters"]
    assert next(each for each in search if each["name"] == "q")["schema"]["anyOf"][0]
    assert any(each.get("examples") or each["schema"].get("examples") for each in search)
    put = document["paths"]["/v1/articles/{article_id}"]["put"]["requestBody"]["content"]
    assert put["application/json"]["schema"]["example"]["text"]


def test_several_threads_may_make_the_document_at_once() -> None:
    # A process of its own: FastAPI's models must not be complete yet.
    program = """
import threading
from fastapi import FastAPI
from search.api.answers.openapi import describe

wrong = []
gate = threading.Barrier(8)

def make():
    app = FastAPI()
    app.get("/healthz")(lambda q: q)
    describe(app)
    gate.wait()
    try:
        assert app.openapi() is app.openapi()
    except BaseException as error:
        wrong.append(repr(error))

threads = [threading.Thread(target=make) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(wrong)
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n", done.stdout + done.stderr
