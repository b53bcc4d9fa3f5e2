"""When a batch is full: by its articles, their bytes, or the time that it took to fill."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from indexer.article.draft import RawArticle

BATCH_BYTES = 32_000_000
"""A batch is closed early when its articles have this size, so that memory stays bounded."""

BATCH_S = 5.0
"""Seconds after which a batch is closed early: from an address comes a page per second, and what
was fetched should not be lost with the run."""

_PASSAGE_BYTES = 1000
"""What a short passage takes while it is indexed: text, terms, and a vector of 256 numbers."""


class Filling:
    """Tells of one batch after the other when it is full."""

    def __init__(self, articles: int, now: Callable[[], float] = time.monotonic) -> None:
        self._articles = articles
        self._now = now
        self._bytes = 0
        self._begun = 0.0

    def is_enough(self, batch: Sequence[RawArticle]) -> bool:
        """Tell whether a batch is full, to which one article was added."""
        if len(batch) == 1:
            self._bytes, self._begun = 0, self._now()
        self._bytes += _weight(batch[-1])
        if len(batch) >= self._articles or self._bytes >= BATCH_BYTES:
            return True
        return self._now() - self._begun >= BATCH_S


def _weight(item: RawArticle) -> int:
    """Bytes that an article may take: its own, and a vector for every line or item of a list."""
    passages = 0
    for value in item.record.values():
        if isinstance(value, str):
            passages += value.count("\n")
        elif isinstance(value, list):
            passages += len(value)
    return item.size + passages * _PASSAGE_BYTES
