"""`/v1/similar`: the coverage of the same event as an article, in all languages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from search.api.answers.openapi import problems
from search.api.answers.rendering import json_response, rendered
from search.api.answers.shapes import SearchAnswer
from search.api.answers.stored import absent, check_embargo
from search.api.requests.search import SimilarRequest, SimilarText
from search.api.routers.query_string import QueryRoute
from search.api.work.parts import Parts
from search.coverage.similar import similar
from search.index.model import EmbeddedArticle
from search.results.document import answer_document


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["search"], route_class=QueryRoute)

    @routes.get(
        "/v1/similar/{article_id:path}",
        summary="Find the coverage of what an indexed article is about",
        response_model=SearchAnswer,
        responses=problems(400, 401, 403, 404, 410, 422, 429, 503, 504),
    )
    async def similar_to_article(
        query: Annotated[SimilarRequest, Query()],
        article_id: Annotated[str, Path(description="The article's id, percent-encoded")],
    ) -> Response:
        return json_response(
            await parts.reads.run(lambda: rendered(similar_to(parts, query, article_id)))
        )

    @routes.post(
        "/v1/similar",
        summary="Find the coverage of what a text is about",
        response_model=SearchAnswer,
        responses=problems(400, 401, 403, 413, 422, 429, 503, 504),
    )
    async def similar_to_text(query: Annotated[SimilarText, Body()]) -> Response:
        return json_response(
            await parts.reads.run(lambda: rendered(_answer(parts, query, _read(parts, query))))
        )

    return routes


def similar_to(parts: Parts, query: SimilarRequest, article_id: str) -> dict[str, Any]:
    """Return the answer for an article of the index as a document."""
    return _answer(parts, query, _indexed(parts, article_id))


def _answer(parts: Parts, query: SimilarRequest, subject: EmbeddedArticle) -> dict[str, Any]:
    request = query.request(parts.services.defaults, subject.article.lang)
    return answer_document(similar(parts.services.search, subject, request))


def _indexed(parts: Parts, article_id: str) -> EmbeddedArticle:
    found = parts.services.index.get([article_id]).get(article_id)
    if found is None:
        raise absent(parts, article_id)
    check_embargo(found.article)
    return found


def _read(parts: Parts, query: SimilarText) -> EmbeddedArticle:
    services = parts.services
    identify = query.other_languages and query.written_in is None
    return services.search.embedded(services.read(query.record, identify))
