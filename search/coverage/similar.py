"""The coverage of the same event as an article: in other languages, by other sources.

An article is compared passage by passage: its headline and first paragraphs each ask for
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
from search.answer import LEXICAL, NAMES, VECTOR, Answer
from search.index.clauses import Match
from search.index.legs import Leg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import ArticleHit, EmbeddedArticle, LegResult, PassageHit
from search.names.asked import told_names
from search.ranking.candidates import Candidates
from search.ranking.scoring import hits_of, scored
from search.request import Mode, Request
from search.retrieval.hybrid import HybridSearch, Pool

COMPARED = 8
"""Passages that are compared, each on its own. On news 4 find 0.009 less (recall@10), 6 as much,
and with an earlier model 0.008 less; on the sample corpus 4 are as good
(`benchmarks/results/retrieval_similar.md`)."""

BEGINNING = 6
"""Passages that the words and the names are taken from."""

WORDS = 80
"""Words of the beginning that the lexical leg asks for. It weighs what it weighs for a question:
with names beside it less is as good, and more is worse
(`benchmarks/results/retrieval_similar.md`)."""


def similar(search: HybridSearch, subject: EmbeddedArticle, request: Request) -> Answer:
    """Find articles like the subject, which is left out itself.

    The request has filters, mode, limit and so on; its question is set here. Raises whatever
    the index or the model raise.
    """
    began = time.perf_counter()
    asked = about(subject, request)
    search.check(asked)
    return search.answer(asked, pool(search, subject, asked), began)


def pool(search: HybridSearch, subject: EmbeddedArticle, asked: Request) -> Pool:
    """Run the legs of what `about` asks for."""
    legs = legs_of(subject, asked)
    depth = search.depth(asked)
    shown = max(search.depth_of_passages(asked), 1)
    found = search.index.retrieve(tuple(legs.values()), asked.filters, depth, shown)
    results = dict(zip(legs, found, strict=True))
    parts = [results.pop(leg) for leg in legs if isinstance(legs[leg], VectorLeg)]
    if parts:
        results[VECTOR] = compared(parts, depth)
    candidates = Candidates(results)
    cosines = {hit.article.id: hit.score for hit in hits_of(results, VECTOR)}
    lowered = search.calibration.lowered(subject.vectors[:COMPARED] if parts else None)
    scores = scored(asked, candidates, cosines, search.fusion, lowered)
    return Pool(candidates, scores, subject.vectors[:1] if parts else None, lowered=lowered)


def legs_of(subject: EmbeddedArticle, asked: Request) -> dict[str, Leg]:
    """Words and names, as far as they are asked for, and a leg for each passage compared."""
    legs: dict[str, Leg] = {}
    if asked.mode is not Mode.VECTOR and asked.matching is not None:
        legs[LEXICAL] = LexicalLeg(asked.matching)
    if keys := asked.asked_names.keys:
        legs[NAMES] = NamesLeg(keys)
    vectors = subject.vectors[:COMPARED] if asked.mode is not Mode.LEXICAL else ()
    return legs | {f"{VECTOR} {number}": VectorLeg(one) for number, one in enumerate(vectors)}


def about(subject: EmbeddedArticle, request: Request) -> Request:
    """Ask for the subject: its headline as the question, its beginning as words and names."""
    article = subject.article
    beginning = [passage.text for passage in article.passages[:BEGINNING]]
    filters = request.filters
    asked = replace(
        request,
        question=article.title or article.passages[0].text,
        clause=Match(_first_words(" ".join(beginning))),
        written=article.title or article.id,
        filters=replace(filters, exclude_ids=filters.exclude_ids | {article.id}),
    )
    return replace(asked, named=told_names(beginning)) if asked.seeks_names else asked


def _first_words(text: str) -> str:
    """Cut behind so many words, or characters of a script that sets no spaces."""
    left = WORDS
    for piece in pieces(text):
        left -= len(piece.text) if piece.is_run else 1
        if left <= 0:
            return text[: min(piece.end, piece.start + WORDS)]
    return text


def compared(parts: Sequence[LegResult], limit: int) -> LegResult:
    """Join the legs of several passages: an article scores by its mean cosine over them all.

    Where a leg did not put an article forward, it counts as the last one that it did.
    """
    hits: dict[str, list[ArticleHit]] = defaultdict(list)
    gained: defaultdict[str, float] = defaultdict(float)
    floors = [part.hits[-1].score for part in parts if part.hits]
    for part in parts:
        for hit in part.hits:
            hits[hit.article.id].append(hit)
            gained[hit.article.id] += hit.score - part.hits[-1].score
    floor = sum(floors)
    joined = [
        ArticleHit(found[0].article, (floor + gained[name]) / len(floors), _passages(found))
        for name, found in hits.items()
    ]
    joined.sort(key=lambda hit: (-hit.score, hit.article.id))
    return LegResult(tuple(joined[:limit]))


def _passages(found: Sequence[ArticleHit]) -> tuple[PassageHit, ...]:
    """All passages that any of the legs found, each with its best score, best first."""
    best: dict[int, PassageHit] = {}
    for hit in found:
        for passage in hit.passages:
            known = best.get(passage.passage.position)
            if known is None or passage.score > known.score:
                best[passage.passage.position] = passage
    return tuple(sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.position)))
