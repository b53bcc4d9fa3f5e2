"""`/v1/articles`: fetch, put, delete one; send one, many, or a stream."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from search.api.answers.article_shapes import ArticleAnswer, ArticleSent, Outcome, Outcomes
from search.api.answers.articles import outcome_document
from search.api.answers.entity_tags import Conditions
from search.api.answers.openapi import body, problems
from search.api.answers.rendering import json_response, rendered
from search.api.answers.sending import send_many, send_stream
from search.api.answers.stored import fetched
from search.api.errors import (
    ArticleRejected,
    ArticleStale,
    RequestMalformed,
    WrongMediaType,
)
from search.api.requests.bodies import media_type, read_json, record
from search.api.requests.ids import check_id, check_own_id, missing
from search.api.work.parts import Parts
from search.api.work.relay import writing_routes
from search.api.work.services import Addressed
from search.index.model import Outcome as Written
from search.index.model import WriteResult

ArticleId = Path(description="The article's id, percent-encoded", examples=["bote-4711"])
_WRITE_PROBLEMS = problems(400, 401, 403, 408, 409, 412, 413, 415, 422, 429, 503, 504, 507)


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["articles"], route_class=writing_routes(parts.relay))
    _one(routes, parts)
    _many(routes, parts)
    return routes


def _one(routes: APIRouter, parts: Parts) -> None:
    @routes.get(
        "/v1/articles/{article_id:path}",
        summary="Fetch an article as it is stored, and the list of its versions",
        response_model=ArticleAnswer,
        responses={
            304: {"description": "It has not changed"},
            **problems(400, 401, 403, 404, 410, 429, 503, 504),
        },
    )
    async def fetch(request: Request, article_id: str = ArticleId) -> Response:
        return await fetched(parts, request, article_id)

    @routes.put(
        "/v1/articles/{article_id:path}",
        summary="Add or replace an article; the same again changes nothing",
        response_model=Outcome,
        responses={201: {"model": Outcome, "description": "Added"}, **_WRITE_PROBLEMS},
        openapi_extra=body({"application/json": ArticleSent}),
    )
    async def put(request: Request, article_id: str = ArticleId) -> Response:
        if media_type(request) != "json":
            raise WrongMediaType("One article is sent as application/json.")
        check_id(article_id)
        content = await request.body()
        sent = record(await read_json(content))
        if str(sent.get("id", article_id)) != article_id:
            raise RequestMalformed("The id in the body is not the one in the path.")
        check = Conditions.of(request.headers).check(parts.services.index, article_id)
        (result,) = await parts.writer.write([Addressed(sent, id=article_id)], len(content), check)
        return _settled(result)

    @routes.delete(
        "/v1/articles/{article_id:path}",
        summary="Delete an article with all its versions, or the note of a withdrawn one",
        status_code=204,
        responses=_WRITE_PROBLEMS | problems(404),
    )
    async def delete(request: Request, article_id: str = ArticleId) -> Response:
        check = Conditions.of(request.headers).check(parts.services.index, article_id)
        if not await parts.writer.delete(article_id, check):
            raise missing(article_id)
        return Response(status_code=204)


def _many(routes: APIRouter, parts: Parts) -> None:
    @routes.post(
        "/v1/articles",
        summary="Send an article, a list of them, or a stream with one per line",
        response_model=Outcomes | Outcome,
        responses={
            200: {
                "description": "An outcome for each; for a stream one per line, then the counts",
                "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
            },
            201: {"model": Outcome, "description": "One article, added"},
            **_WRITE_PROBLEMS,
        },
        openapi_extra=body(
            {
                "application/json": ArticleSent | list[ArticleSent],
                "application/x-ndjson": ArticleSent,
            }
        ),
    )
    async def send(request: Request) -> Response:
        if media_type(request) == "lines":
            return await send_stream(parts, request.stream())
        content = await request.body()
        sent = await read_json(content)
        if not isinstance(sent, list):
            article = record(sent)
            check_own_id(article)
            (result,) = await parts.writer.write([article], len(content))
            return _settled(result)
        return await send_many(parts, sent, len(content))


def _settled(result: WriteResult) -> Response:
    """Answer for one article; raises where it was not taken."""
    if result.outcome is Written.REJECTED:
        raise ArticleRejected(result.reason or "The article was rejected.")
    if result.outcome is Written.STALE:
        raise ArticleStale(
            result.reason
            or f"A newer version of the article {result.article_id} is in the index; it stays."
        )
    added = result.outcome is Written.ADDED
    headers: dict[str, Any] = {}
    if added:
        headers["Location"] = f"/v1/articles/{quote(result.article_id, safe='')}"
    return json_response(rendered(outcome_document(result)), 201 if added else 200, headers)
