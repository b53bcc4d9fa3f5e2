"""`polywire ingest --explain-boilerplate`: which lines were left out of which article, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from indexer.article.draft import RawArticle
from indexer.ingest.batches import BatchReport, Settled


class _Pipeline(Protocol):
    def run(self, articles: list[RawArticle]) -> BatchReport:
        """Index one batch."""
        ...


@dataclass(frozen=True, slots=True)
class Explaining:
    """A pipeline that says, of every batch, what was left out: `say` gets one line at a time."""

    pipeline: _Pipeline
    say: Callable[[str], None]

    def run(self, articles: list[RawArticle]) -> BatchReport:
        """Index one batch, as the pipeline does, and explain it."""
        report = self.pipeline.run(articles)
        for settled in report.settled:
            for line in explained(settled):
                self.say(line)
        return report


def explained(settled: Settled) -> list[str]:
    """One line per line that was left out; no control characters in any."""
    where = f"{settled.origin} ({settled.result.article_id})"
    lines = [f"{where}: left out {one.text!r}: {one.why}" for one in settled.dropped]
    return ["".join(char if char.isprintable() else "?" for char in line) for line in lines]
