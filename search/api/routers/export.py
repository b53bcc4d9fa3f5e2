"""`/v1/export`: the complete result, streamed, however many articles."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from search.answer import Hit
from search.api.answers.articles import article_document
from search.api.answers.openapi import problems
from search.api.answers.streaming import Begun
from search.api.requests.search import ExportRequest
from search.api.routers.query_string import QueryRoute
from search.api.work.parts import Parts
from search.errors import UsageError
from search.index.model import Article
from search.results.export import Export, export_as
from search.retrieval.complete import complete

MOST_NOTES, LONGEST_NOTE = 8, 200
"""Notes in a header, and characters of each."""

LINES = "application/x-ndjson"
CSV = "text/csv; charset=utf-8; header=present"


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["search"], route_class=QueryRoute)

    @routes.get(
        "/v1/export",
        summary="The complete result, streamed",
        response_class=Response,
        responses={
            200: {
                "description": "An answer that ends early is incomplete: send the request again.",
                "content": {
                    LINES: {"schema": {"type": "string"}},
                    "text/csv": {"schema": {"type": "string"}},
                },
                "headers": {
                    "X-Polywire-Exhaustive": {
                        "description": "`true` where it is every article that matches",
                        "schema": {"type": "string", "enum": ["true", "false"]},
                    },
                    "X-Polywire-Notes": {
                        "description": "The `notes` of a search, as a JSON list in ASCII",
                        "schema": {"type": "string"},
                    },
                    "X-Polywire-Holds": {
                        "description": "What it holds, as a sentence",
                        "schema": {"type": "string"},
                    },
                },
            },
            **problems(400, 401, 403, 422, 429, 503, 504),
        },
    )
    async def export(query: Annotated[ExportRequest, Query()]) -> Response:
        return await exported(parts, query)

    return routes


async def exported(parts: Parts, query: ExportRequest) -> Response:
    """Stream the complete result."""
    if query.form == "articles":
        return await parts.streams.answer(lambda: _articles(parts, query), LINES)
    media_type = CSV if query.form == "csv" else LINES
    return await parts.streams.answer(lambda: _hits(parts, query), media_type)


def _hits(parts: Parts, query: ExportRequest) -> Begun:
    found = complete(parts.services.search, query.request(parts.services.defaults))
    writer = export_as("csv" if query.form == "csv" else "jsonl", query.bom)
    return Begun(_written(writer, found.hits), _headers(found.exhaustive, found.holds, found.notes))


def _articles(parts: Parts, query: ExportRequest) -> Begun:
    request = query.request(parts.services.defaults)
    if request.matching is not None:
        raise UsageError("Whole articles are exported by filters alone; leave the words out.")
    articles = parts.services.index.scan(request.filters)
    return Begun(_lines(articles), _headers(True, "every article that passes the filters"))


def _written(writer: Export, hits: Iterable[Hit]) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    for _ in writer.write(hits, {}, out):
        yield _taken(out)
    rest = _taken(out)
    if rest:
        yield rest


def _taken(out: io.StringIO) -> bytes:
    content = out.getvalue().encode("utf-8", "replace")
    out.seek(0)
    out.truncate()
    return content


def _lines(articles: Iterable[Article]) -> Iterator[bytes]:
    for article in articles:
        yield json.dumps(article_document(article), ensure_ascii=False).encode() + b"\n"


def _headers(exhaustive: bool, holds: str, notes: Sequence[str] = ()) -> dict[str, str]:
    return {
        "X-Polywire-Exhaustive": "true" if exhaustive else "false",
        "X-Polywire-Holds": holds,
        # Headers are ASCII, and servers bound them.
        "X-Polywire-Notes": json.dumps([note[:LONGEST_NOTE] for note in notes[:MOST_NOTES]]),
    }
