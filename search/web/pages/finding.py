"""`/`: search, and `/export`: the complete result as a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from search.api.requests.narrowing import MOST_ARTICLES
from search.api.requests.search import ExportRequest, SearchRequest
from search.api.routers.export import exported
from search.api.routers.query_string import query_reader
from search.api.routers.search import found
from search.errors import UsageError
from search.query.errors import QueryError
from search.web.addresses import understood
from search.web.pages.method import method_file
from search.web.safety import HEADERS
from search.web.site import Site
from search.web.views import narrowing
from search.web.views.asked import Asked
from search.web.views.histogram import bars
from search.web.views.hits import HitView, hit_views, is_certainty_known, strong

_search = query_reader(SearchRequest)
_export = query_reader(ExportRequest)

FORMS = ("csv", "jsonl", "method")
"""What a complete result is exported as."""

Pairs = list[tuple[str, str]]


def routes(site: Site, router: APIRouter) -> None:
    """Add the routes."""
    router.add_api_route("/", site.view(search))

    @router.get("/export")
    async def export(request: Request) -> Response:
        asked = Asked.of("/export", request.query_params.multi_items())
        form = request.query_params.get("format", "jsonl")
        if form not in FORMS:
            raise UsageError("format: Input should be 'csv', 'jsonl' or 'method'.")
        pairs = [p for p in asked.pairs if p[0] not in ("balance", "limit", "recency")]
        written = "csv" if form == "csv" else "jsonl"
        further = {"format": written, "bom": str(written == "csv")}
        query = understood(_export, _params(site, request, pairs, further))
        if form == "method":
            content = await site.parts.exports.run(lambda: method_file(site.parts, query))
            response = Response(content, media_type="application/json")
        else:
            response = await exported(site.parts, query)
        name = "polywire.method.json" if form == "method" else f"polywire.{written}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers.update({"Cache-Control": HEADERS["Cache-Control"]})
        return response


def search(site: Site, request: Request) -> Response:
    """Show an answer, or why there is none."""
    asked = Asked.of("/", request.query_params.multi_items())
    try:
        further = {"facets": "true", "histogram": "day", "by_story": "true"}
        if asked.get("q") is None and asked.get("title") is None:
            further["sort"] = "date"  # without words there is no other order
        pairs = _params(site, request, list(asked.pairs), further)
        answer = found(site.parts, understood(_search, pairs), site.reader(request).lang)
    except (UsageError, QueryError) as error:
        return _refused(site, request, asked, str(error))
    return site.show(request, "search.html", _context(site, request, asked, answer))


def _params(site: Site, request: Request, pairs: Pairs, further: Mapping[str, str]) -> Pairs:
    """Return the parameters of the API: days are those of the reader unless the address says so."""
    zone = [("timezone", site.reader(request).zone)]
    if any(name == "timezone" for name, _ in pairs):
        zone = []
    known = [pair for pair in pairs if pair[0] != "view"]
    return [*known, *zone, *further.items()]


def _context(
    site: Site, request: Request, asked: Asked, answer: Mapping[str, Any]
) -> dict[str, Any]:
    reader = site.reader(request)
    hits = hit_views(answer)
    limit = int(asked.get("limit") or site.parts.services.defaults.limit)
    more = min(2 * limit, MOST_ARTICLES) if len(hits) >= limit < MOST_ARTICLES else None
    return {
        "asked": asked,
        "choices": narrowing.choices(asked, site.parts.services.defaults),
        "refusal": None,
        "answer": answer,
        "hits": hits,
        "strong": strong(answer, site.parts.services.less_certain_below),
        "fold": "search.less_certain" if is_certainty_known(answer) else "search.less_close",
        "sizes": {each["id"]: each["size"] for each in answer["stories"] if "id" in each},
        "notes": answer["notes"],
        "chips": narrowing.chips(asked, reader),
        "facets": narrowing.facets(asked, answer, reader),
        "stories": _stories(hits, answer) if asked.get("view") == "stories" else None,
        "bars": bars(answer["histogram"]["buckets"], datetime.now(UTC)),
        "more": None if more is None else asked.replacing(limit=str(more)),
        "empty": not hits and site.parts.services.index.stats().articles == 0,
    }


def _stories(hits: list[HitView], answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the hits story by story, the one with the best hit first."""
    of = {hit.id: hit for hit in hits}
    return [{**story, "hits": [of[name] for name in story["hits"]]} for story in answer["stories"]]


def _refused(site: Site, request: Request, asked: Asked, sentence: str) -> Response:
    context = {
        "asked": asked,
        "choices": narrowing.choices(asked, site.parts.services.defaults),
        "refusal": sentence,
        "answer": None,
        "chips": narrowing.chips(asked, site.reader(request)),
    }
    return site.show(request, "search.html", context, 400)
