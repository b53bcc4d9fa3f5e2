"""`/v1/articles/ID/versions/N`: an article as it was, and what was corrected."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from search.api.answers.article_shapes import VersionAnswer
from search.api.answers.openapi import problems
from search.api.answers.stored import fetched, fetched_version
from search.api.work.parts import Parts


def router(parts: Parts) -> APIRouter:
    """Return the route; it must come before the one that takes any path for an id."""
    routes = APIRouter(tags=["articles"])

    @routes.get(
        "/v1/articles/{article_id:path}/versions/{number:int}",
        summary="Fetch a version of an article, and what changed in it",
        response_model=VersionAnswer,
        responses={
            304: {"description": "It has not changed"},
            **problems(400, 401, 403, 404, 410, 422, 429, 503, 504),
        },
    )
    async def version(
        request: Request,
        article_id: Annotated[
            str, Path(description="The article's id, percent-encoded", examples=["bote-4711"])
        ],
        number: Annotated[int, Path(description="From 1, the first version", examples=[2])],
        against: Annotated[
            int | None,
            Query(description="Compare with this version instead of the one before", examples=[1]),
        ] = None,
    ) -> Response:
        whole = _encoded_id(request)
        if whole is not None:
            return await fetched(parts, request, whole)
        return await fetched_version(parts, request, article_id, number, against)

    return routes


def _encoded_id(request: Request) -> str | None:
    """Return the id of an article that is called `.../versions/2`, its slashes percent-encoded."""
    sent = request.scope.get("raw_path", b"").partition(b"?")[0].decode("ascii", "replace")
    name = sent.rpartition("/v1/articles/")[2]
    return None if "/versions/" in name else unquote(name)
