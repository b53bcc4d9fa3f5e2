"""An article that is not to be shown: withdrawn or under embargo, since when and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from search.api.answers.articles import withdrawal_document
from search.api.errors import ArticleEmbargoed, ArticleWithdrawn
from search.index.filters import EVER
from search.index.withdrawals import withdrawal_of
from search.query.dates import moment
from search.web.site import Site


def unshown(
    site: Site, request: Request, article_id: str, error: ArticleWithdrawn | ArticleEmbargoed
) -> Response:
    """Say to a person why an article is not shown, with the status that the API answers.

    Raises `error` for programs, and where the article was brought back a moment ago.
    """
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    withdrawn = isinstance(error, ArticleWithdrawn)
    known = _withdrawal(site, article_id) if withdrawn else _embargo(site, article_id)
    if known is None:
        raise error
    return site.show(request, "unshown.html", {"known": known}, 410 if withdrawn else 404)


def _withdrawal(site: Site, article_id: str) -> Mapping[str, Any] | None:
    found = withdrawal_of(site.parts.services.state, article_id)
    if found is None:
        return None
    # Its text is for `polywire show`, whatever the source says of it.
    return {**withdrawal_document(found), "title": None, "paragraphs": []}


def _embargo(site: Site, article_id: str) -> Mapping[str, Any] | None:
    index = site.parts.services.index
    found = index.get([article_id]).get(article_id)
    if found is None or found.article.embargo is None:
        return None
    versions = index.history([article_id]).get(article_id, ())
    until = found.article.embargo
    return {
        "id": article_id,
        "status": "embargoed",
        "seen": moment(versions[-1].seen) if versions else None,
        "until": None if until == EVER else moment(until),
    }
