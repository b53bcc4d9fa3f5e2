"""Articles and their versions as they are stored: read as one state, answered with a tag."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from search.api.answers.articles import article_document
from search.api.answers.entity_tags import Conditions, entity_tag
from search.api.answers.rendering import json_response, rendered
from search.api.errors import ApiError, ArticleEmbargoed, ArticleWithdrawn
from search.api.requests.ids import missing
from search.api.work.parts import Parts
from search.index.filters import EVER
from search.index.history import ArticleVersion
from search.index.model import Article
from search.index.withdrawals import withdrawal_of
from search.query.dates import moment
from search.versions.document import numbered, predecessor, version_document

LOOKS = 5
"""Article and versions are two reads; they are repeated where a write came in between."""


async def fetched(parts: Parts, request: Request, article_id: str) -> Response:
    """Answer with an article and the list of its versions."""

    def read() -> tuple[str, bytes]:
        tag, document = stored_article(parts, article_id)
        return tag, rendered(document)

    return _tagged(request, *await parts.reads.run(read))


async def fetched_version(
    parts: Parts, request: Request, article_id: str, number: int, against: int | None
) -> Response:
    """Answer with one version, and what changed since the one before it or since `against`."""

    def read() -> tuple[str, bytes]:
        tag, document = stored_version(parts, article_id, number, against)
        return tag, rendered(document)

    return _tagged(request, *await parts.reads.run(read))


def absent(parts: Parts, article_id: str) -> ApiError:
    """Say why there is no article of this id: it was withdrawn, or there never was one."""
    found = withdrawal_of(parts.services.state, article_id)
    return missing(article_id) if found is None else ArticleWithdrawn(found.sentence)


def check_embargo(article: Article) -> None:
    """Raise `ArticleEmbargoed` for an article that may not be shown yet."""
    if article.embargo is not None and article.embargo > datetime.now(UTC):
        later = article.embargo == EVER
        ends = "until a later version" if later else f"until {moment(article.embargo)}"
        raise ArticleEmbargoed(f"The article {article.id} is under embargo {ends}.")


def stored_article(parts: Parts, article_id: str) -> tuple[str, dict[str, Any]]:
    """Return an article with the list of its versions, and its entity tag."""
    article, versions = _read(parts, article_id)
    tag = entity_tag(article.content_hash, versions[0].number)
    return tag, article_document(article, versions)


def stored_version(
    parts: Parts, article_id: str, number: int, against: int | None
) -> tuple[str, dict[str, Any]]:
    """Return a version and what changed in it, and its entity tag; see `fetched_version`."""
    _, versions = _read(parts, article_id)
    version = numbered(article_id, versions, number)
    if against is None:
        other = predecessor(versions, version)
    else:
        other = numbered(article_id, versions, against)
    # Of a version only `replaced` changes, and what it is compared with may be let go.
    state = f"{version.number}.{version.replaced is not None}.{other and other.number}"
    return f'"{version.content_hash}-{state}"', version_document(article_id, version, other)


def _read(parts: Parts, article_id: str) -> tuple[Article, Sequence[ArticleVersion]]:
    index = parts.services.index
    for _look in range(LOOKS):
        found = index.get([article_id]).get(article_id)
        if found is None:
            break
        article = found.article
        check_embargo(article)
        versions = index.history([article_id]).get(article_id, ())
        for place, version in enumerate(versions):
            if version.content_hash == article.content_hash:
                return article, versions[place:]
    raise absent(parts, article_id)


def _tagged(request: Request, tag: str, content: bytes) -> Response:
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if Conditions.of(request.headers).unmodified(tag):
        return Response(status_code=304, headers=headers)
    return json_response(content, headers=headers)
