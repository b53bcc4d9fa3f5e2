"""Ways to fuse the legs and to share the answer among languages, on three judged collections.

    python -m benchmarks.retrieval_fusion    # needs ../shared/news and ../shared/eval

The legs of every question run once; each variant ranks what they put forward anew. nDCG@10 on
the news headlines (only other languages are right), XQuAD-R (the own language and ten others)
and the sample corpus. The defaults in `config.settings` are chosen by the mean of the three.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import retrieval_news, retrieval_xquad
from benchmarks.record import RESULTS, record
from benchmarks.retrieval import ingest
from benchmarks.retrieval_sample import SAMPLE
from config import wiring
from config.settings import Settings
from search.answer import LEXICAL, VECTOR, Request
from search.balance import Balance, balanced
from search.evaluation.bias import language_bias
from search.evaluation.judgements import Judgements, read_judgements
from search.evaluation.languages import quality_by_language
from search.evaluation.measures import DEPTH, means, measure
from search.evaluation.topics import Topic, read_topics
from search.fusion import Fusion, FusionMethod, convex_combination, ranked, scaled_to_pool
from search.index.model import Filters
from search.retrieve import HybridSearch
from search.scoring import evidence

MEASURE = "nDCG@10"
LEAST_SPANS = (0.0, 0.25, 0.5, 0.75)
SHARPNESSES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Legs:
    """What the legs found for one topic: scores by article id, and the articles' languages."""

    lexical: Mapping[str, float]
    vector: Mapping[str, float]
    nearest: Mapping[str, float]
    """Cosine of the best passage alone."""
    langs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A collection and the legs of each of its topics."""

    topics: list[Topic]
    judgements: Judgements
    legs: Mapping[str, Legs]


Variant = Callable[[Legs], list[str]]


def variants() -> Iterator[tuple[str, Variant]]:
    """Yield what is tried, the simplest first."""
    yield "words alone", lambda legs: ranked(legs.lexical)
    yield "meaning alone, best passage", lambda legs: ranked(legs.nearest)
    yield "meaning alone, three passages", lambda legs: ranked(legs.vector)
    for k in (10, 30, 60, 100):
        for weight in (1.0, 0.5, 0.25):
            fusion = Fusion(k, weight, 1.0, method=FusionMethod.RANKS)
            yield f"ranks (RRF), k {k}, words {weight:g}", _by(fusion)
    for weight in (0.5, 0.25):
        yield f"scores, share of the best of all, words {weight:g}", _global(weight)
    for weight in (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0):
        yield (
            f"scores, share of the best of the language, words {weight:g}",
            _by(Fusion(lexical_weight=weight)),
        )
    for pool in (25, 50, 100):
        yield f"scores, pool {pool}", _by(Fusion(pool=pool))
    for span in LEAST_SPANS:
        yield f"scores, least span of the cosines {span:g}", _by(Fusion(least_span=span))
    for power in SHARPNESSES:
        yield f"scores, power of the words' shares {power:g}", _by(Fusion(sharpness=power))
    for balance in (Balance.EVEN, Balance.QUOTA):
        for floor in (0.3, 0.5, 0.65, 0.8):
            yield f"{balance}, floor {floor:g}", _shared(balance, floor)


def _by(fusion: Fusion) -> Variant:
    def order(legs: Legs) -> list[str]:
        lexical, vector = (_first(leg, fusion.pool) for leg in (legs.lexical, legs.vector))
        return ranked(fusion.fused(lexical, vector, legs.langs))

    return order


def _global(weight: float) -> Variant:
    def order(legs: Legs) -> list[str]:
        best = max(legs.lexical.values(), default=1.0)
        words = {one: score / best for one, score in legs.lexical.items()}
        scaled = [words, scaled_to_pool(legs.vector, Fusion().pool)]
        return ranked(convex_combination(scaled, [weight, 1.0]))

    return order


def _shared(balance: Balance, floor: float) -> Variant:
    def order(legs: Legs) -> list[str]:
        scores = Fusion().fused(legs.lexical, legs.vector, legs.langs)
        return balanced(ranked(scores), scores, legs.langs, balance, floor)

    return order


def _first(scores: Mapping[str, float], depth: int) -> dict[str, float]:
    return {one: scores[one] for one in ranked(scores)[:depth]}


def ask(settings: Settings, topics: list[Topic], judgements: Judgements) -> Asked:
    """Run the legs of every topic."""
    search: HybridSearch = wiring.hybrid_search(settings)
    legs: dict[str, Legs] = {}
    for topic in topics:
        filters = Filters(exclude_ids=topic.exclude_ids)
        candidates = search.pool(Request(topic.query, filters, limit=DEPTH)).candidates
        words, meaning = (candidates.results[leg].hits for leg in (LEXICAL, VECTOR))
        legs[topic.id] = Legs(
            lexical={hit.article.id: hit.score for hit in words},
            vector={hit.article.id: evidence(hit) for hit in meaning},
            nearest={hit.article.id: hit.score for hit in meaning},
            langs=candidates.langs,
        )
    return Asked(topics, judgements, legs)


def figures(asked: Asked, variant: Variant) -> dict[str, Any]:
    """Measure one variant on one collection."""
    rankings = {topic: variant(legs)[:DEPTH] for topic, legs in asked.legs.items()}
    langs = {one: lang for legs in asked.legs.values() for one, lang in legs.langs.items()}
    parts = (asked.topics, rankings, asked.judgements, langs)
    quality = quality_by_language(*parts)
    bias = language_bias(*parts)
    overall = means(measure(rankings, asked.judgements).values())
    return {
        MEASURE: round(overall[MEASURE], 4),
        "same": round(quality.same[MEASURE], 4) if quality.same else None,
        "cross": round(quality.cross[MEASURE], 4),
        "page_recall_cross": round(bias.page_recall_cross or 0.0, 4),
        "own_share": round(bias.own_share or 0.0, 4),
    }


def main() -> None:
    """Measure every variant, and keep `results/retrieval_fusion.json` and the table beside it."""
    with tempfile.TemporaryDirectory() as folder:
        collections = dict(_collections(Path(folder)))
    rows = {
        name: {label: figures(asked, variant) for label, asked in collections.items()}
        for name, variant in variants()
    }
    record("retrieval_fusion", "news headlines, XQuAD-R, sample corpus", rows)
    table = markdown(rows)
    (RESULTS / "retrieval_fusion.md").write_text(table, encoding="utf-8")
    print(table)


def markdown(rows: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Return the table of `main`: nDCG@10, and the share of the own language on the page."""
    head = "| variant | news | XQuAD-R | own language | others | sample | mean | own on page |"
    lines = [
        "# Fusion and balance, tried\n",
        "Made by `python -m benchmarks.retrieval_fusion`; do not edit. nDCG@10; *own on page*:",
        "share of the first ten on XQuAD-R in the question's language (0.09 of what is right is).",
        "",
        head,
        "|---|" + "---:|" * 7,
    ]
    for name, found in rows.items():
        news, xquad, sample = (found[label] for label in ("news", "xquad", "sample"))
        values = [news[MEASURE], xquad[MEASURE], xquad["same"], xquad["cross"], sample[MEASURE]]
        mean = (news[MEASURE] + xquad[MEASURE] + sample[MEASURE]) / 3
        cells = [f"{value:.3f}" for value in [*values, mean, xquad["own_share"]]]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _collections(folder: Path) -> Iterator[tuple[str, Asked]]:
    topics, judgements = retrieval_news.headlines(retrieval_news.NEWS, retrieval_news.EVERY)
    yield "news", ask(ingest(retrieval_news.NEWS, folder / "news"), topics, judgements)
    topics, judgements = retrieval_xquad.questions(retrieval_xquad.FOLDER, retrieval_xquad.EVERY)
    paragraphs = retrieval_xquad.write_articles(retrieval_xquad.FOLDER, folder / "x.jsonl")
    yield "xquad", ask(ingest(paragraphs, folder / "xquad"), topics, judgements)
    sample = ingest(SAMPLE / "articles.jsonl", folder / "sample")
    judged = read_judgements(SAMPLE / "qrels.txt")
    yield "sample", ask(sample, list(read_topics(SAMPLE / "topics.jsonl")), judged)


if __name__ == "__main__":
    main()
