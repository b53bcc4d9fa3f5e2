"""`/v1/status`, `/healthz`, `/readyz`, `/metrics`: how the server and its index are."""

from __future__ import annotations

import asyncio
from importlib.metadata import version

from fastapi import APIRouter
from starlette.responses import Response

from search.api.answers.openapi import problems
from search.api.answers.rendering import json_response, rendered
from search.api.answers.shapes import Health, StatusAnswer
from search.api.work.metrics import CONTENT_TYPE
from search.api.work.parts import Parts
from search.results.status import stats_document

VERSION = version("polywire")


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["server"])

    @routes.get(
        "/v1/status",
        summary="What the index holds",
        response_model=StatusAnswer,
        responses=problems(401, 403, 429, 503, 504),
    )
    async def status() -> Response:
        return json_response(await parts.reads.run(lambda: rendered(_status(parts))))

    @routes.get("/healthz", summary="The server runs", response_model=Health)
    async def alive() -> Response:
        return json_response(rendered({"status": "ok"}))

    @routes.get(
        "/readyz",
        summary="The index answers",
        response_model=Health,
        responses=problems(500, 503, 504),
    )
    async def ready() -> Response:
        # The cheapest read that reaches the engine: an id that cannot be there.
        await parts.reads.run(lambda: parts.services.index.states(["\u0001"]))
        return json_response(rendered({"status": "ok"}))

    @routes.get(
        "/metrics",
        summary="Counters for Prometheus",
        response_class=Response,
        responses={
            200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
            **problems(401, 403, 429),
        },
    )
    async def metrics() -> Response:
        return Response(await asyncio.to_thread(parts.metrics.page), media_type=CONTENT_TYPE)

    return routes


def _status(parts: Parts) -> dict[str, object]:
    # The offsets that the searches use, which are those of when the server was started.
    offsets = parts.services.search.calibration.offsets
    document = stats_document(parts.services.index.stats(), offsets)
    # Where the index lies is for those who run the server.
    document.pop("location")
    return {
        **document,
        "version": VERSION,
        "read_only": parts.read_only,
    }
