"""An article as the API returns it: in the keys of the JSONL format, so that it can be put back."""

from __future__ import annotations

from typing import Any

from search.document import moment
from search.index.model import HEADLINE, Article, WriteResult


def article_document(article: Article) -> dict[str, Any]:
    """Return JSON values only; `version` and `content_hash` are the server's.

    `paragraphs` has the body as it was split, `languages` the language of each paragraph.
    """
    body = [passage for passage in article.passages if passage.position != HEADLINE]
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "paragraphs": [passage.text for passage in body],
        "languages": [passage.lang for passage in body],
        "lang": article.lang,
        "source": article.source,
        "authors": list(article.authors),
        "published": moment(article.published),
        "updated": moment(article.updated),
        "section": article.section,
        "tags": list(article.tags),
        "meta": dict(article.meta),
        "version": article.version,
        "content_hash": article.content_hash,
    }


def outcome_document(result: WriteResult, line: int | None = None) -> dict[str, Any]:
    """Return what became of one article."""
    document: dict[str, Any] = {} if line is None else {"line": line}
    document |= {"id": result.article_id or None, "outcome": str(result.outcome)}
    if result.reason is not None:
        document["reason"] = result.reason
    return document
