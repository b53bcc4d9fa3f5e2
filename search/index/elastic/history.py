"""Versions of articles in their documents: an object that is stored and never searched. Pure.

    "history": {"seen": time, "former": [version, ...]}     newest first

A second index would need two writes for what is one here, and Elasticsearch has no transactions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from search.index.elastic.documents import to_article
from search.index.elastic.mapping import CONTENT_HASH, HISTORY, VERSION
from search.index.history import (
    ArticleVersion,
    Past,
    from_json,
    next_number,
    to_json,
)


def past_document(past: Past) -> dict[str, Any]:
    """Build the object that a document keeps."""
    return {
        "seen": past.seen.isoformat() if past.seen else None,
        "former": [to_json(version) for version in past.former],
    }


def to_versions(source: Mapping[str, Any]) -> tuple[ArticleVersion, ...]:
    """Read every version out of a document, newest first; the vectors may be left out.

    A document of an earlier program has no former ones.
    """
    past = source.get(HISTORY) or {}
    former = tuple(from_json(value) for value in past.get("former", ()))
    article = to_article(source)
    seen = past.get("seen")
    newest = ArticleVersion(
        number=next_number(former),
        # As they were written: an earlier program may have hashed otherwise.
        content_hash=source[CONTENT_HASH],
        version=source[VERSION],
        title=article.title,
        passages=article.passages,
        updated=article.updated,
        seen=datetime.fromisoformat(seen) if seen else None,
    )
    return (newest, *former)
