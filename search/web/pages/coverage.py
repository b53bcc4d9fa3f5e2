"""`/stories`, `/story/ID` and `/coverage`: an event by source, language and time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from search.api.errors import ArticleMissing
from search.api.requests.search import CoverageRequest
from search.api.requests.stories import StoriesRequest
from search.api.routers.coverage import coverage_of
from search.api.routers.query_string import query_reader
from search.api.routers.stories import listed_stories, one_story
from search.coverage.stories import stored
from search.web.addresses import understood
from search.web.safety import HEADERS
from search.web.site import Site
from search.web.views import narrowing
from search.web.views.asked import Asked
from search.web.views.coverage import matrix

_coverage = query_reader(CoverageRequest)
_stories = query_reader(StoriesRequest)

SORTS = ("size", "new", "languages")
PAGE = 20


def routes(site: Site, router: APIRouter) -> None:
    """Add the routes."""
    router.add_api_route("/stories", site.view(stories))
    router.add_api_route("/story/{story_id:path}", site.view(story))
    router.add_api_route("/coverage", site.view(coverage))


def stories(site: Site, request: Request) -> Response:
    """List stories."""
    given = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name in ("lang", "source", "after", "before", "min_sources", "sort", "offset") and value
    ]
    lang = ("headline_lang", site.reader(request).lang)
    query = understood(_stories, [*given, lang, ("limit", str(PAGE))])
    asked = Asked.of("/stories", given, ["min_sources"])
    found = listed_stories(site.parts, query)
    context = {
        "asked": asked,
        "chips": narrowing.chips(asked, site.reader(request)),
        "found": found,
        "given": [pair for pair in given if pair[0] != "offset"],
        "narrowed": any(name != "sort" for name, _ in given),
        "sort": query.sort,
        "sorts": SORTS,
        "before": _before(query.offset, found["total"]),
        "after": query.offset + PAGE if query.offset + PAGE < found["total"] else None,
    }
    return site.show(request, "stories.html", context)


def _before(offset: int, total: int) -> int | None:
    """Return where the page before begins, which from behind the end is the last one."""
    return max(0, min(offset - PAGE, (total - 1) // PAGE * PAGE)) if offset and total else None


def story(site: Site, request: Request) -> Response:
    """Show a story with its articles, and the coverage of what it is about."""
    name = request.path_params["story_id"]
    if not name:
        return RedirectResponse("/stories", 303, dict(HEADERS))
    found = one_story(site.parts, name, site.reader(request).lang)
    try:
        covered: Mapping[str, Any] | None = coverage_of(
            site.parts, _coverage(QueryParams({"id": found["articles"][0]}))
        )
    except ArticleMissing:  # it was deleted a moment ago
        covered = None
    members = {one["id"]: one for one in found["members"]}
    return site.show(
        request, "story.html", {"story": found, "members": members, **_context(covered)}
    )


def coverage(site: Site, request: Request) -> Response:
    """Show who covered what a query finds, or what an article is about."""
    given = request.query_params
    pairs = [(n, v) for n, v in given.multi_items() if n in CoverageRequest.model_fields and v]
    query = understood(_coverage, [*pairs, *_zone(site, request, pairs)])
    asked = Asked.of("/coverage", pairs, ["id"])
    chips = narrowing.chips(asked, site.reader(request))
    covered = coverage_of(site.parts, query)
    told = None
    if covered["story"] is not None:
        told = stored.story(site.parts.services.state, covered["story"])
    context = {
        "asked": asked,
        "chips": chips,
        "title": told.headline_in(site.reader(request).lang) if told else covered["subject"],
        "story": told,
        **_context(covered),
    }
    return site.show(request, "coverage.html", context)


def _zone(site: Site, request: Request, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if any(name == "timezone" for name, _ in pairs):
        return []
    return [("timezone", site.reader(request).zone)]


def _context(covered: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"covered": covered, "matrix": matrix(covered) if covered else None}
