"""Pieces of the OpenAPI document that FastAPI does not make by itself."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from search.api.access.keys import KeyScope
from search.api.access.policy import needed_scope
from search.api.answers.problems import KINDS, MEDIA_TYPE
from search.api.answers.shapes import ProblemAnswer

_MAKING = threading.Lock()
"""Held while a document is made: FastAPI's own models are complete only after their first use, and
two threads that complete one at once harm each other (AttributeError: __pydantic_core_schema__)."""

_PROBLEM = {"$ref": "#/components/schemas/ProblemAnswer"}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the entries of these error statuses."""
    return {
        status: {"model": ProblemAnswer, "description": _meaning(status)} for status in statuses
    }


def body(kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry of a body that the endpoint reads itself: media type -> its model."""
    content = {
        kind: {"schema": TypeAdapter(model).json_schema(mode="validation")}
        for kind, model in kinds.items()
    }
    return {"requestBody": {"required": True, "content": content}}


_DESCRIPTION = """\
A multilingual search index for news coverage: search in your language, find the coverage in all.

Send an API key as `Authorization: Bearer KEY`, where the server wants one. Errors are
problem documents (RFC 9457); `instance` finds the request in the server's log. `503` and `429`
say in `Retry-After` when to try again.
"""


def describe(app: FastAPI) -> None:
    """Complete the document: what FastAPI does not know, and how keys are sent."""
    made: list[dict[str, Any]] = []

    def document() -> dict[str, Any]:
        with _MAKING:
            if not made:
                new = get_openapi(
                    title=app.title,
                    version=version("polywire"),
                    description=_DESCRIPTION,
                    routes=app.routes,
                )
                _complete(new)
                made.append(new)
            return made[0]

    app.openapi = document  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key"}
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete_operation(operation, needed_scope(method.upper(), path))
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)


def _complete_operation(operation: dict[str, Any], needed: KeyScope | None) -> None:
    # A server without keys needs none: that is the empty alternative.
    operation["security"] = [{"key": []}, {}] if needed else []
    if needed:
        operation["description"] = f"Needs a key with the scope `{needed}`."
    # Of every request the head may be too large.
    operation["responses"].setdefault("400", {})
    for status, answer in operation["responses"].items():
        if status >= "400":
            answer["content"] = {MEDIA_TYPE: {"schema": _PROBLEM}}
            answer["description"] = _meaning(int(status))
            if status in ("429", "503"):
                answer["headers"] = {
                    "Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}
                }


def _meaning(status: int) -> str:
    titles = {kind.title for kind in KINDS.values() if kind.status == status}
    return " ".join(sorted(titles)) or "A parameter is not valid."
