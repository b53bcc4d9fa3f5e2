"""Readers fed from memory, and what came out of them."""

from __future__ import annotations

import io
from typing import Any, cast

from indexer.article.draft import RawArticle, Reject
from indexer.sources.reader import read_stream

LIMIT = 10_000
TOO_LONG = (
    "The line is longer than 0.01 MB, the limit for one article; if it is one, raise the "
    "setting max_article_mb."
)


def buffered(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(cast(io.RawIOBase, io.BytesIO(data)))


def read(data: bytes, name: str = "feed", limit: int = LIMIT) -> list[RawArticle | Reject]:
    return list(read_stream(buffered(data), name, limit))


def records(items: list[RawArticle | Reject]) -> list[dict[str, Any]]:
    assert all(isinstance(item, RawArticle) for item in items), items
    return [dict(item.record) for item in items if isinstance(item, RawArticle)]


def reasons(items: list[RawArticle | Reject]) -> list[tuple[int | None, str]]:
    return [(item.origin.line, item.reason) for item in items if isinstance(item, Reject)]
