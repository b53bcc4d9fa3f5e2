"""The coverage of the same event as an article: in other languages, by other sources.

An article is compared passage by passage: its headline and first paragraphs each find
the articles with the nearest passage, and an article scores by the mean of these best
cosines ("MaxSim" of Khattab and Zaharia, "ColBERT", SIGIR 2020, with passages for tokens).
The words of its beginning are the lexical leg, its most frequent names the names leg.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from search.analysis.words import pieces
from search.answer import Answer
from search.index.clauses import Match
from search.index.legs import Leg, VectorLeg
from search.index.model import Candidate, EmbeddedArticle, LegResult
from search.names.query_names import article_names
from search.request import Mode, Request
from search.retrieval.hybrid import HybridSearch, check
from search.retrieval.legs import LEGS, VECTOR
from search.retrieval.pool import Found, Pool, pooled, scores_of

COMPARED = 8
"""Passages that are compared, each on its own. On news 4 find 0.009 less (recall@10), 6 as much,
and with an earlier model 0.008 less; on the sample corpus 4 are as good
(`benchmarks/results/retrieval_similar.md`)."""

BEGINNING = 6
"""Passages that the words and the names are taken from."""

WORDS = 80
"""Words of the beginning that the lexical leg looks for. Its weight is the same as for a query:
beside the names leg a lower one is as good, and a higher one worse
(`benchmarks/results/retrieval_similar.md`)."""


def similar(search: HybridSearch, subject: EmbeddedArticle, request: Request) -> Answer:
    """Find articles like the subject, which is left out itself.

    The request has filters, mode, limit and so on; its text is set here. Raises whatever
    the index or the model raise.
    """
    began = time.perf_counter()
    return search.answer(pool(search, subject, about(subject, request)), began)


def pool(
    search: HybridSearch, subject: EmbeddedArticle, request: Request, most: int = COMPARED
) -> Pool:
    """Run the legs of what `about` returned; up to `most` passages are compared."""
    check(request, search.reranking)
    legs = legs_of(subject, request, most)
    depth = search.depth(request)
    retrieved = search.index.retrieve(
        tuple(legs.values()), request.filters, depth, search.depth_of_passages(request)
    )
    results = dict(zip(legs, retrieved.results, strict=True))
    parts = [results.pop(leg) for leg in legs if isinstance(legs[leg], VectorLeg)]
    if parts:
        results[VECTOR] = compared(parts, depth)
    found = Found(
        retrieved,
        tuple(VECTOR if isinstance(leg, VectorLeg) else name for name, leg in legs.items()),
        results,
        scores_of(results),
        subject.vectors[:1] if parts else None,
        lowered=search.calibration.lowered(subject.vectors[:most] if parts else None),
    )
    return pooled(request, found, search.fusion)


def legs_of(subject: EmbeddedArticle, request: Request, most: int = COMPARED) -> dict[str, Leg]:
    """Every leg but the vector leg as for a query, and a vector leg per passage compared."""
    possible = {name: kind.ask(request, None) for name, kind in LEGS.items() if name != VECTOR}
    legs = {name: leg for name, leg in possible.items() if leg is not None}
    vectors = subject.vectors[:most] if request.mode is not Mode.LEXICAL else ()
    return legs | {f"{VECTOR} {number}": VectorLeg(one) for number, one in enumerate(vectors)}


def about(subject: EmbeddedArticle, request: Request) -> Request:
    """Make the subject the query: its headline is the text, its beginning the words and names."""
    article = subject.article
    beginning = [passage.text for passage in article.passages[:BEGINNING]]
    made = replace(
        request,
        text=article.title or article.passages[0].text,
        clause=Match(_first_words(" ".join(beginning))),
        written=article.title or article.id,
        filters=request.filters.without([article.id]),
    )
    return replace(made, named=article_names(beginning)) if made.seeks_names else made


def _first_words(text: str) -> str:
    """Cut after `WORDS` words, or characters of a script without spaces."""
    left = WORDS
    for piece in pieces(text):
        left -= len(piece.text) if piece.is_run else 1
        if left <= 0:
            return text[: min(piece.end, piece.start + WORDS)]
    return text


def compared(parts: Sequence[LegResult], limit: int) -> LegResult:
    """Join the legs of several passages: an article scores by its mean cosine over them all.

    Where a leg did not find an article, it counts as the last one that the leg did find.
    """
    gained: defaultdict[str, float] = defaultdict(float)
    floors = [part.candidates[-1].score for part in parts if part.candidates]
    for part in parts:
        for one in part.candidates:
            gained[one.id] += one.score - part.candidates[-1].score
    floor = sum(floors)
    means = {one: (floor + own) / len(floors) for one, own in gained.items()}
    joined = sorted(means, key=lambda one: (-means[one], one))
    return LegResult(tuple(Candidate(one, means[one], (means[one],)) for one in joined[:limit]))
