"""`/overview`: which stories grow, what came in, from whom, and what fails to come."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from search.coverage.stories.listing import Selection
from search.index.credible import latest
from search.watched import watched
from search.web.site import Site
from search.web.views.growth import growing

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
    lang = site.reader(request).lang
    stories = services.stories
    grown = growing(stories.read(stories.growing(now - WINDOW, now)[:STORIES]), now, WINDOW)
    shown = {one.story.id for one in grown}
    by_date = Selection(sort="new", until=latest(now))
    others = (one for one in stories.selected(by_date) if one not in shown)
    newest = stories.read(list(islice(others, STORIES - len(grown))))
    context = {
        "arrived": sum(count for _, count, _ in arrivals),
        "sources": arrivals[:MOST_SOURCES],
        "further": max(0, len(arrivals) - MOST_SOURCES),
        "grown": [(one.story.document(lang), one) for one in grown],
        "newest": [story.document(lang) for story in newest],
        "watched": [_watch(one) for one in watched(services.state)][:MOST_SOURCES],
    }
    return site.show(request, "overview.html", context)


def _arrivals(site: Site, since: datetime) -> list[tuple[str, int, datetime]]:
    """Return the sources of what arrived, with how many and when the last one did, latest first."""
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
        key=lambda row: (-row[2].timestamp(), row[0].casefold()),
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
