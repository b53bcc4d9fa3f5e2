"""`/v1/search`: search, and page through the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from search.answer import Answer
from search.api.answers.openapi import problems
from search.api.answers.pages import FIRST
from search.api.answers.rendering import json_response, rendered
from search.api.answers.shapes import SearchAnswer
from search.api.requests.search import SearchRequest
from search.api.routers.query_string import QueryRoute
from search.api.work.parts import Parts
from search.coverage.stories.grouping import grouped, grouped_document
from search.results.document import answer_document

LONGEST_LIST = 1_000
"""Articles that paging goes through: more than all legs have candidates by default. Such a list
takes 0.8 MB. For more there is the export, which is complete."""


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["search"], route_class=QueryRoute)
    described: dict[str, Any] = {
        "response_model": SearchAnswer,
        "responses": problems(400, 401, 403, 408, 410, 413, 422, 429, 503, 504),
    }

    @routes.get(
        "/v1/search", summary="Search in your language, find the coverage in all", **described
    )
    async def search(query: Annotated[SearchRequest, Query()]) -> Response:
        return json_response(await parts.reads.run(lambda: rendered(found(parts, query))))

    @routes.post("/v1/search", summary="The same, with the query in the body", **described)
    async def search_by_body(query: Annotated[SearchRequest, Body()]) -> Response:
        return json_response(await parts.reads.run(lambda: rendered(found(parts, query))))

    return routes


def found(parts: Parts, query: SearchRequest, lang: str | None = None) -> dict[str, Any]:
    """Return the answer as a document, or the page of it that the cursor points to.

    Stories have their headlines in `lang` where there is one.
    """
    limit = query.limit or parts.services.defaults.limit
    cursor, search = query.cursor, parts.services.search
    if cursor is not None and cursor != FIRST:
        return parts.pages.turn(cursor, query.fingerprint, limit)
    request = query.request(parts.services.defaults)
    if cursor is None:
        answer = search.search(request)
        document = answer_document(answer)
        if query.by_story:
            groups = grouped(answer.hits, parts.services.state)
            document = grouped_document(document, groups, lang)
        return document
    answer = search.listed(request, LONGEST_LIST)
    document = answer_document(replace(answer, notes=(*answer.notes, *_of_the_rest(answer))))
    return parts.pages.begin(query.fingerprint or "", document, limit)


def _of_the_rest(answer: Answer) -> tuple[str, ...]:
    """Say where the list ends before what was found does."""
    listed = len(answer.hits) + sum(hit.duplicates for hit in answer.hits)
    if answer.total <= listed:
        return ()
    ends = f"Paging ends after {len(answer.hits):,} of {answer.total:,} articles"
    return (f"{ends}; GET /v1/export has all of them.",)
