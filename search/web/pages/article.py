"""`/article/ID`: an article as it is stored, its versions, and who else covered it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from search.api.access.keys import KeyScope
from search.api.answers.stored import stored_article, stored_version
from search.api.errors import ArticleEmbargoed, ArticleWithdrawn, NotPermitted
from search.api.requests.search import SimilarRequest
from search.api.routers.query_string import query_reader
from search.api.routers.similar import similar_to
from search.coverage.matrix.alone import likely
from search.coverage.stories import stored
from search.coverage.stories.model import Story
from search.web.pages.unshown import unshown
from search.web.safety import HEADERS
from search.web.site import Site
from search.web.views.hits import HitView, hit_views, on_subject
from search.web.views.texts import Shown, shown
from search.web.views.versions import change_views

_similar = query_reader(SimilarRequest)

COVERAGE = 8
"""Other articles shown beside one."""


def routes(site: Site, router: APIRouter) -> None:
    """Add the routes."""
    router.add_api_route("/article/{article_id:path}", site.view(article))
    router.add_api_route("/record/{article_id:path}", site.view(record))


def article(site: Site, request: Request) -> Response:
    """Show the article, or one of its versions and what changed in it; or why it is not shown."""
    name = request.path_params["article_id"]
    if not name:
        return RedirectResponse("/", 303, dict(HEADERS))
    try:
        _, document = stored_article(site.parts, name)
    except (ArticleWithdrawn, ArticleEmbargoed) as error:
        return unshown(site, request, name, error)
    number, against = _number(request, "version"), _number(request, "against")
    version: Mapping[str, Any] | None = None
    if number is not None:
        _, version = stored_version(site.parts, name, number, against)
    current = number is None or number == document["versions"][0]["number"]
    text = document if version is None else version
    query = _similar(QueryParams({"limit": str(COVERAGE)}))
    similar = similar_to(site.parts, query, name)
    story = _story(site, name)
    hits = hit_views(similar)[: on_subject(similar)]
    if story is not None and story.size == 1:
        hits = _likely(site, name, query, hits)
    context = {
        "article": document,
        "version": version,
        "current": current,
        "updated": text["updated"],
        "title": shown(text["title"], document["lang"]),
        "paragraphs": _paragraphs(text),
        "changes": change_views(version["changes"]) if version else [],
        "similar": hits,
        "story": story if story is not None and story.size > 1 else None,
        "raw": site.may(request, KeyScope.WRITE),
    }
    return site.show(request, "article.html", context)


def record(site: Site, request: Request) -> Response:
    """Show the record as the index has it, to those who may write one."""
    if not site.may(request, KeyScope.WRITE):
        raise NotPermitted("The record as it is stored is for keys with the scope `write`.")
    name = request.path_params["article_id"]
    try:
        _, document = stored_article(site.parts, name)
    except (ArticleWithdrawn, ArticleEmbargoed) as error:
        return unshown(site, request, name, error)
    # ASCII: whatever is in a text is seen as what it is.
    text = json.dumps(document, ensure_ascii=True, indent=2)
    return site.show(request, "record.html", {"article": document, "record": text})


def _story(site: Site, article_id: str) -> Story | None:
    state = site.parts.services.state
    name = stored.story_of(state, [article_id]).get(article_id)
    return stored.story(state, name) if name else None


def _likely(
    site: Site, article_id: str, query: SimilarRequest, hits: Sequence[HitView]
) -> list[HitView]:
    services = site.parts.services
    found = services.index.get([article_id]).get(article_id)
    if found is None:  # it was deleted a moment ago
        return []
    request = query.request(services.defaults, found.article.lang)
    sure = likely(services.search, found, request, [hit.id for hit in hits])
    return [hit for hit in hits if hit.id in sure]


def _paragraphs(text: Mapping[str, Any]) -> list[Shown]:
    return [
        shown(paragraph, lang)
        for paragraph, lang in zip(text["paragraphs"], text["languages"], strict=True)
    ]


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
