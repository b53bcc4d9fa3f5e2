"""How far the two engines agree: the same articles, vectors and questions in both.

    python -m benchmarks.elasticsearch_parity http://127.0.0.1:9200/NAME FOLDER

Both indexes hold the same corpus (`polywire ingest ../shared/news/wmt-news.jsonl.xz`). The
questions are `QUESTIONS` headlines, spread evenly over all languages. For each the ten best of
both engines are compared, and where they differ it is found out which leg is the cause: the legs
of the embedded engine are put in place of Elasticsearch's, and the same fusion is run again. What
the words leg explains is analysis (stemmers, segmentation, stop words, statistics a language);
what the vector leg explains is the approximation of its index. Each leg is compared by itself, too.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import record
from config import wiring
from config.settings import load
from search.index.clauses import Match
from search.index.filters import Filters
from search.index.legs import LexicalLeg, VectorLeg
from search.index.model import Article, Bucket, Facet, LegResult, PassageScore
from search.index.port import FacetField, Interval, Retrieved, SearchIndex
from search.request import Request
from search.retrieval.hybrid import HybridSearch
from search.retrieval.legs import LEXICAL, NAMES, VECTOR
from search.retrieval.order import ordered
from search.retrieval.pool import evidence_of, pooled

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


def questions(index: SearchIndex, count: int = QUESTIONS) -> list[tuple[str, str]]:
    """Headlines spread evenly over the ids of an index, with their languages."""
    titles = [(article.title, article.lang) for article in index.scan(Filters()) if article.title]
    step = max(1, len(titles) // count)
    return titles[::step][:count]


def overlap(left: Sequence[str], right: Sequence[str]) -> float:
    """Share of ids that are in both, from 0 to 1."""
    return len(set(left) & set(right)) / max(len(left), len(right), 1)


SWAPS = {
    "words": (LEXICAL,),
    "names": (NAMES,),
    "vectors": (VECTOR,),
    "words and names": (LEXICAL, NAMES),
    "words and vectors": (LEXICAL, VECTOR),
    "all legs": (LEXICAL, NAMES, VECTOR),
}
"""Causes, the simplest first: a difference goes to the first whose legs, swapped, remove it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The ten best articles of one question on both engines."""

    question: str
    lang: str
    left: Sequence[str]
    right: Sequence[str]
    cause: str | None
    """None where both have the same articles."""

    @property
    def overlap(self) -> float:
        """Share of articles that both have, from 0 to 1."""
        return overlap(self.left, self.right)


@dataclass(frozen=True, slots=True)
class Joined:
    """What the legs of one query found on both engines, as one: see `search.index.port.Retrieved`.

    An article that both found is as the first has it.
    """

    one: Retrieved
    other: Retrieved

    @property
    def results(self) -> tuple[LegResult, ...]:
        """Those of the first, then those of the other."""
        return self.one.results + self.other.results

    def langs(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """Ask both."""
        return {**self.other.langs(article_ids), **self.one.langs(article_ids)}

    def published(self, article_ids: Collection[str]) -> Mapping[str, datetime | None]:
        """Ask both."""
        return {**self.other.published(article_ids), **self.one.published(article_ids)}

    def facets(
        self, fields: Sequence[FacetField], article_ids: Collection[str]
    ) -> tuple[Facet, ...]:
        """Nothing that is compared has facets."""
        raise NotImplementedError

    def histogram(
        self, interval: Interval, article_ids: Collection[str], zone: str = "UTC"
    ) -> tuple[Bucket, ...]:
        """Nothing that is compared has a histogram."""
        raise NotImplementedError

    def best_passages(
        self, article_ids: Collection[str]
    ) -> Sequence[Mapping[str, tuple[PassageScore, ...]]]:
        """Return those of the first, then those of the other."""
        return [*self.one.best_passages(article_ids), *self.other.best_passages(article_ids)]

    def likeness(self, legs: Mapping[str, int], shown: Collection[str]) -> Mapping[str, Hashable]:
        """Compare the texts themselves: each engine may have a value of its own for them."""
        del shown
        best = self.best_passages(legs)
        wanted = {one: [best[leg][one][0].position] for one, leg in legs.items()}
        return {
            one: (article.title, *(passage.text for passage in article.passages))
            for one, article in self.fetch(wanted).items()
        }

    def means(self, article_ids: Collection[str]) -> Mapping[str, NDArray[np.float64]]:
        """Ask both."""
        return {**self.other.means(article_ids), **self.one.means(article_ids)}

    def nearness(
        self, vectors: NDArray[np.float32], article_ids: Collection[str]
    ) -> Mapping[str, tuple[float, ...]]:
        """Ask both."""
        found = self.other.nearness(vectors, article_ids)
        return {**found, **self.one.nearness(vectors, article_ids)}

    def fetch(self, passages: Mapping[str, Sequence[int]]) -> Mapping[str, Article]:
        """Ask both."""
        return {**self.other.fetch(passages), **self.one.fetch(passages)}


def compared(one: Side, other: Side, query: str, lang: str) -> Compared:
    """Search both engines in hybrid mode, and find the cause of a difference."""
    request = Request(query, limit=TOP)
    found, foreign = (side.search.pool(request).found for side in (one, other))
    left, right = found.results, foreign.results
    both = Joined(found.retrieved, foreign.retrieved)

    def best(results: Mapping[str, LegResult]) -> list[str]:
        swapped = replace(
            found,
            retrieved=both,
            legs=(*found.legs, *foreign.legs),
            results=results,
            evidence=evidence_of(results),
        )
        return list(ordered(pooled(request, swapped, one.search.fusion), None).shown)

    ours, theirs = best(left), best(right)
    cause = None
    if set(ours) != set(theirs):
        cause = next(
            name
            for name, legs in SWAPS.items()
            if set(best({**left, **{leg: right[leg] for leg in legs if leg in right}}))
            == set(theirs)
        )
    return Compared(query, lang, ours, theirs, cause)


def explain_hybrid(found: Sequence[Compared]) -> dict[str, Any]:
    """Overlap overall and a language, and how many questions and articles each cause accounts for.

    `by_cause` counts questions whose ten best differ, and the articles that one engine has and
    the other has not.
    """
    by_lang: defaultdict[str, list[float]] = defaultdict(list)
    questions: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for one in found:
        by_lang[one.lang].append(one.overlap)
        if one.cause is not None:
            questions[one.cause] += 1
            articles[one.cause] += len(set(one.left) - set(one.right))
    return {
        "overlap": round(statistics.fmean(one.overlap for one in found), 4),
        "same_best_article": round(statistics.fmean(o.left[:1] == o.right[:1] for o in found), 4),
        "same_ten_articles": sum(one.cause is None for one in found),
        "by_cause": {
            cause: {"questions": questions[cause], "articles": articles[cause]}
            for cause in SWAPS
            if questions[cause]
        },
        "by_language": {
            lang: {"questions": len(values), "overlap": round(statistics.fmean(values), 4)}
            for lang, values in sorted(by_lang.items())
        },
    }


def explain_vector_leg(one: Side, other: Side, asked: Sequence[str]) -> dict[str, Any]:
    """Compare the vector legs alone: which articles, and how close their scores are."""
    model = wiring.embedder(load({}).settings)
    vectors = model.embed_queries(list(asked))
    overlaps, gaps, unexplained = [], [], 0
    for vector in vectors:
        left, right = (
            side.index.retrieve([VectorLeg(vector)], Filters(), TOP, 1).results[0]
            for side in (one, other)
        )
        overlaps.append(overlap(*map(_ids, (left, right))))
        gaps += [
            abs(a.score - b.score) for a, b in zip(left.candidates, right.candidates, strict=False)
        ]
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
            side.index.retrieve([LexicalLeg(Match(question))], Filters(), TOP, 1).results[0]
            for side in (one, other)
        )
        overlaps.append(overlap(*map(_ids, (left, right))))
        best.append(_ids(left)[:1] == _ids(right)[:1])
    return {
        "overlap": round(statistics.fmean(overlaps), 4),
        "same_best_article": round(statistics.fmean(best), 4),
    }


def _ids(result: LegResult) -> list[str]:
    return [one.id for one in result.candidates]


def _score_at(result: LegResult, rank: int) -> float:
    return result.candidates[rank].score if result.candidates else 0.0


def measure(one: Side, other: Side) -> dict[str, Any]:
    """All figures; `one` is Elasticsearch."""
    asked = questions(one.index)
    stats = one.index.stats()
    titles = [title for title, _ in asked]
    return {
        "questions": len(asked),
        "engine": stats.engine,
        "articles": stats.articles,
        "passages": stats.passages,
        "bytes_a_passage": round(stats.size_bytes / max(1, stats.passages)),
        "hybrid": explain_hybrid([compared(one, other, *question) for question in asked]),
        "lexical_leg": explain_lexical_leg(one, other, titles),
        "vector_leg": explain_vector_leg(one, other, titles),
    }


def main() -> None:
    """Measure, print and keep."""
    server, folder = sys.argv[1:3]
    figures = measure(Side.open(server), Side.open(folder))
    record("elasticsearch_parity", "../shared/news/wmt-news.jsonl.xz", figures)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
