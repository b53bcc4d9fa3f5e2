"""`/v1/facets`: how many articles in each language, source, section, tag, day or month."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from search.api.answers.openapi import problems
from search.api.answers.rendering import json_response, rendered
from search.api.answers.shapes import Counts
from search.api.requests.search import CountRequest
from search.api.routers.query_string import QueryRoute
from search.api.work.parts import Parts
from search.results.document import answer_document

_SHOWN = ("query", "mode", "total", "counted", "facets", "histogram", "notes")


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["search"], route_class=QueryRoute)

    @routes.get(
        "/v1/facets",
        summary="Count articles by language, source, section, tag and date",
        response_model=Counts,
        responses=problems(400, 401, 403, 422, 429, 503, 504),
    )
    async def facets(query: Annotated[CountRequest, Query()]) -> Response:
        return json_response(await parts.reads.run(lambda: rendered(_counts(parts, query))))

    return routes


def _counts(parts: Parts, query: CountRequest) -> dict[str, Any]:
    request = query.request(parts.services.defaults)
    answer = answer_document(parts.services.search.search(request))
    return {key: answer[key] for key in _SHOWN if key in answer}
