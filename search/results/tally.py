"""What is counted while a result is written: counts, first ranks, and a digest of the ids."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from search.answer import Hit

LISTED = 1000
"""Articles whose ranks are in the method file; the result itself has those of all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of a result as the method file names it: its id, score and ranks."""

    id: str
    score: float
    ranks: Mapping[str, int]
    confidence: float | None = None


class Tally:
    """Counts while a result is written.

    It counts articles, those of each language and those that each leg found, keeps the first
    ranks, and makes a digest of the ids.
    """

    def __init__(self) -> None:
        self.count = 0
        self.languages: Counter[str] = Counter()
        self.legs: Counter[str] = Counter()
        self.listed: list[Listed] = []
        self._digest = hashlib.sha256()

    def note(self, hit: Hit) -> None:
        """Count one hit."""
        self.count += 1
        self.languages[hit.article.lang] += 1
        self.legs.update(hit.legs.keys())
        self._digest.update(hit.article.id.encode("utf-8", "replace") + b"\n")
        if self.count <= LISTED:
            ranks = {leg: place.rank for leg, place in sorted(hit.legs.items())}
            if hit.rerank is not None:
                ranks["before_rerank"] = hit.rerank.rank_before
            sure = None if hit.confidence is None else round(hit.confidence, 4)
            self.listed.append(Listed(hit.article.id, hit.score, ranks, sure))

    @property
    def digest(self) -> str:
        """SHA-256 over the ids in their order, one per line: equal digests, equal results."""
        return self._digest.hexdigest()
