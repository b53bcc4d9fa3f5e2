"""How much of a file may be one article."""

from __future__ import annotations

from typing import BinaryIO


def read_whole(stream: BinaryIO, limit: int) -> bytes | str:
    """Return the content, or the sentence that rejects it where it is over `limit` bytes."""
    data = stream.read(limit + 1)
    return data if len(data) <= limit else too_long("The file", limit)


def too_long(what: str, limit: int) -> str:
    """Return the sentence that something is over the limit, and which setting raises it."""
    return (
        f"{what} is longer than {limit / 1e6:g} MB, the limit for one article; "
        "if it is one, raise the setting max_article_mb."
    )
