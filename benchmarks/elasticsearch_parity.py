"""How far the two engines agree: the same articles, vectors and questions in both.

    python -m benchmarks.elasticsearch_parity http://127.0.0.1:9200/NAME FOLDER

Both indexes hold the same corpus (`polywire ingest ../shared/news/wmt-news.jsonl.xz`). The
questions are `QUESTIONS` headlines, spread evenly over all languages. For each the ten best of
both engines are compared. A hybrid answer differs either because a leg differs, or
not at all; for each leg the report says how often its ten best are the same, and for the vector
leg how far apart the scores of the two engines are: that leg has no analysis, so that whatever
remains is the approximation of the vector indexes.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.record import record
from config import wiring
from config.settings import load
from search.answer import Request
from search.index.model import Filters, LegResult, LexicalLeg, Match, VectorLeg
from search.index.port import SearchIndex
from search.retrieve import HybridSearch

QUESTIONS = 200
TOP = 10
CLOSE = 0.01
"""Cosines that differ by less are one and the same to a reader."""


@dataclass(frozen=True, slots=True)
class Side:
    """One engine: its index and the search use case over it."""

    index: SearchIndex
    search: HybridSearch

    @classmethod
    def open(cls, uri: str) -> Side:
        """Open an index by its URI."""
        settings = load({"index": uri}).settings
        model = wiring.embedder(settings)
        index = wiring.open_index(settings, model)
        return cls(index, wiring.search_over(index, model, settings))


def questions(index: SearchIndex, count: int = QUESTIONS) -> list[str]:
    """Headlines spread evenly over the ids of an index."""
    titles = [article.title for article in index.scan(Filters()) if article.title]
    step = max(1, len(titles) // count)
    return titles[::step][:count]


def overlap(left: Sequence[str], right: Sequence[str]) -> float:
    """Share of ids that are in both, from 0 to 1."""
    return len(set(left) & set(right)) / max(len(left), len(right), 1)


def hybrid_overlaps(one: Side, other: Side, asked: Sequence[str]) -> list[float]:
    """Overlap of the ten best articles, a question."""
    found = [
        [[hit.article.id for hit in side.search.search(Request(q)).hits[:TOP]] for q in asked]
        for side in (one, other)
    ]
    return [overlap(left, right) for left, right in zip(*found, strict=True)]


def explain_vector_leg(one: Side, other: Side, asked: Sequence[str]) -> dict[str, Any]:
    """Compare the vector legs alone: which articles, and how close their scores are."""
    model = wiring.embedder(load({}).settings)
    vectors = model.embed_queries(list(asked))
    overlaps, gaps, unexplained = [], [], 0
    for vector in vectors:
        left, right = (
            side.index.retrieve([VectorLeg(vector)], Filters(), TOP, 1)[0] for side in (one, other)
        )
        overlaps.append(overlap(*map(_ids, (left, right))))
        gaps += [abs(a.score - b.score) for a, b in zip(left.hits, right.hits, strict=False)]
        unexplained += _score_at(left, -1) - _score_at(right, -1) > CLOSE
        unexplained += _score_at(right, -1) - _score_at(left, -1) > CLOSE
    return {
        "overlap": round(statistics.fmean(overlaps), 4),
        "largest_score_gap_at_a_rank": round(max(gaps), 5),
        "questions_whose_tenth_score_differs_by_more_than_0.01": unexplained,
    }


def explain_lexical_leg(one: Side, other: Side, asked: Sequence[str]) -> dict[str, Any]:
    """Compare the lexical legs alone, a language of the question."""
    overlaps, best = [], []
    for question in asked:
        left, right = (
            side.index.retrieve([LexicalLeg(Match(question))], Filters(), TOP, 1)[0]
            for side in (one, other)
        )
        overlaps.append(overlap(*map(_ids, (left, right))))
        best.append(_ids(left)[:1] == _ids(right)[:1])
    return {
        "overlap": round(statistics.fmean(overlaps), 4),
        "same_best_article": round(statistics.fmean(best), 4),
    }


def _ids(result: LegResult) -> list[str]:
    return [hit.article.id for hit in result.hits]


def _score_at(result: LegResult, rank: int) -> float:
    return result.hits[rank].score if result.hits else 0.0


def latency(side: Side, asked: Sequence[str]) -> dict[str, float]:
    """Milliseconds of a hybrid question, from the words to the answer, model included."""
    times = []
    for question in asked:
        began = time.perf_counter()
        side.search.search(Request(question))
        times.append((time.perf_counter() - began) * 1000)
    cut = statistics.quantiles(times, n=20)
    return {"p50_ms": round(statistics.median(times), 2), "p95_ms": round(cut[18], 2)}


def measure(one: Side, other: Side) -> dict[str, Any]:
    """All figures; `one` is Elasticsearch."""
    asked = questions(one.index)
    for side in (one, other):
        latency(side, asked[:20])
    stats = one.index.stats()
    figures: dict[str, Any] = {
        "questions": len(asked),
        "engine": stats.engine,
        "articles": stats.articles,
        "passages": stats.passages,
        "bytes_a_passage": round(stats.size_bytes / max(1, stats.passages)),
        "elasticsearch": latency(one, asked),
        "embedded": latency(other, asked),
    }
    overlaps = hybrid_overlaps(one, other, asked)
    figures["hybrid_overlap"] = round(statistics.fmean(overlaps), 4)
    figures["lexical_leg"] = explain_lexical_leg(one, other, asked)
    figures["vector_leg"] = explain_vector_leg(one, other, asked)
    return figures


def main() -> None:
    """Measure, print and keep."""
    server, folder = sys.argv[1:3]
    figures = measure(Side.open(server), Side.open(folder))
    record("elasticsearch_parity", "../shared/news/wmt-news.jsonl.xz", figures)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
