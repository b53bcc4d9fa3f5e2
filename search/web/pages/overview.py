"""`/overview`: what came in, from whom, and what fails to come."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from search.api.requests.stories import StoriesRequest
from search.api.routers.query_string import query_reader
from search.api.routers.stories import listed_stories
from search.watched import watched
from search.web.site import Site

_stories = query_reader(StoriesRequest)

WINDOW = timedelta(days=1)
MOST_ARRIVALS = 5_000
STORIES = 12
MOST_SOURCES = 100


def routes(site: Site, router: APIRouter) -> None:
    """Add the route."""
    router.add_api_route("/overview", site.view(overview))


def overview(site: Site, request: Request) -> Response:
    """Show the last day."""
    now = datetime.now(UTC)
    services = site.parts.services
    arrivals = _arrivals(site, now - WINDOW)
    after = (now - WINDOW).isoformat(timespec="seconds").replace("+00:00", "Z")
    lang = site.reader(request).lang
    today = {"after": after, "limit": str(STORIES), "headline_lang": lang}
    newest = {"sort": "new", "limit": str(STORIES), "headline_lang": lang}
    found = listed_stories(site.parts, _stories(QueryParams(today)))["stories"]
    context = {
        "arrived": sum(count for _, count, _ in arrivals),
        "sources": arrivals[:MOST_SOURCES],
        "stories": found or listed_stories(site.parts, _stories(QueryParams(newest)))["stories"],
        "of_today": bool(found),
        "watched": [_watch(one) for one in watched(services.state)][:MOST_SOURCES],
    }
    return site.show(request, "overview.html", context)


def _arrivals(site: Site, since: datetime) -> list[tuple[str, int, datetime]]:
    """Return the sources of what arrived, with how many and when the last one did."""
    index = site.parts.services.index
    seen = {one.id: one.seen for one in index.arrivals(since) if one.seen is not None}
    ids = sorted(seen, key=lambda one: seen[one], reverse=True)[:MOST_ARRIVALS]
    counts: dict[str, int] = defaultdict(int)
    last: dict[str, datetime] = {}
    for name, state in index.states(ids).items():
        source = state.source or ""
        counts[source] += 1
        last[source] = max(last.get(source, seen[name]), seen[name])
    return sorted(
        ((source, count, last[source]) for source, count in counts.items()),
        key=lambda row: (row[2], row[0]),
        reverse=True,
    )


def _watch(one: Any) -> dict[str, Any]:  # noqa: ANN401  a `Watched`
    return {
        "url": one.url,
        "title": one.title or one.source or one.url,
        "last": one.checked,
        "arrived": one.arrived,
        "error": one.error,
        "stopped": bool(one.stopped),
    }
