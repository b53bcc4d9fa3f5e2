"""`/v1/coverage`: who covered something, when and in which language, and who did not."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from search.api.answers.coverage_shapes import CoverageAnswer
from search.api.answers.openapi import problems
from search.api.answers.rendering import json_response, rendered
from search.api.requests.ids import missing
from search.api.requests.search import CoverageRequest
from search.api.routers.query_string import QueryRoute
from search.api.work.parts import Parts
from search.coverage.matrix.finding import covered, of_query
from search.coverage.matrix.resolving import by_id
from search.results.coverage_document import coverage_document


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["search"], route_class=QueryRoute)

    @routes.get(
        "/v1/coverage",
        summary="Who covered it, when and in which language, and who did not",
        response_model=CoverageAnswer,
        responses=problems(400, 401, 403, 404, 422, 429, 503, 504),
    )
    async def coverage(query: Annotated[CoverageRequest, Query()]) -> Response:
        return json_response(await parts.reads.run(lambda: rendered(coverage_of(parts, query))))

    return routes


def coverage_of(parts: Parts, query: CoverageRequest) -> dict[str, Any]:
    """Return the coverage as a document."""
    services = parts.services
    request = query.request(services.defaults)
    if query.id is None:
        subject = of_query(services.search, request)
    else:
        found = by_id(services.search, services.state, query.id, lambda _: request)
        if found is None:
            raise missing(query.id)
        subject, _ = found
    whole = covered(services.search, subject, request, services.state)
    return coverage_document(whole)
