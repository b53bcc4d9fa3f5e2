"""The coverage of the same event as an article: in other languages, by other sources.

An article is compared passage by passage: its headline and first paragraphs each ask for
the articles with the nearest passage, and an article scores by the mean of these best
cosines ("MaxSim" of Khattab and Zaharia, "ColBERT", SIGIR 2020, with passages for tokens).
The words of its beginning are the lexical leg.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from search.analysis.words import pieces
from search.answer import LEXICAL, VECTOR, Answer, Mode, Request
from search.candidates import Candidates
from search.index.model import (
    ArticleHit,
    EmbeddedArticle,
    Leg,
    LegResult,
    LexicalLeg,
    Match,
    PassageHit,
    VectorLeg,
)
from search.retrieve import HybridSearch, Pool
from search.scoring import scored

COMPARED = 8
"""Passages that are compared. On 100 articles of wmt-news with the compact model, nDCG@10 of their
translations among 2,375 articles was 0.26 for the mean vector of the whole article, and 0.46, 0.66,
0.80, 0.83, 0.84 and 0.86 for the first 1, 2, 4, 6, 8 and 10 passages, each compared on its own."""

BEGINNING = 6
"""Passages that the words are taken from."""

WORDS = 80
"""Words of the beginning that the lexical leg asks for. It weighs what it weighs for a question:
less would be better for translations (wmt-news, nDCG@10 0.86 with a third of it, 0.84 with all),
but worse for reports of different hands on one event (sample corpus, share of them in the first
ten: 0.56 with a third, 0.68 with all)."""


def similar(search: HybridSearch, subject: EmbeddedArticle, request: Request) -> Answer:
    """Find articles like the subject, which is left out itself.

    The request has filters, mode, limit and so on; its question is set here. Raises whatever
    the index or the model raise.
    """
    began = time.perf_counter()
    asked = about(subject, request)
    legs: dict[str, Leg] = {}
    if asked.mode is not Mode.VECTOR and asked.matching is not None:
        legs[LEXICAL] = LexicalLeg(asked.matching)
    vectors = subject.vectors[:COMPARED] if asked.mode is not Mode.LEXICAL else ()
    legs |= {f"{VECTOR} {number}": VectorLeg(vector) for number, vector in enumerate(vectors)}
    search.check(asked)
    found = search.index.retrieve(
        tuple(legs.values()),
        asked.filters,
        search.depth(asked),
        max(search.depth_of_passages(asked), 1),
    )
    results = dict(zip(legs, found, strict=True))
    parts = [result for leg, result in results.items() if leg != LEXICAL]
    merged: Mapping[str, LegResult] = {
        **({LEXICAL: results[LEXICAL]} if LEXICAL in results else {}),
        **({VECTOR: compared(parts, search.depth(asked))} if parts else {}),
    }
    vector = subject.vectors[:1] if parts else None
    candidates = Candidates(merged)
    cosines = {hit.article.id: hit.score for hit in merged[VECTOR].hits} if parts else {}
    lowered = search.calibration.lowered(subject.vectors[:COMPARED]) if parts else {}
    scores = scored(asked, candidates, cosines, search.fusion, lowered)
    return search.answer(asked, Pool(candidates, scores, vector, lowered=lowered), began)


def about(subject: EmbeddedArticle, request: Request) -> Request:
    """Ask for the subject: its headline as the question, its beginning as the words."""
    article = subject.article
    beginning = " ".join(passage.text for passage in article.passages[:BEGINNING])
    filters = request.filters
    return replace(
        request,
        question=article.title or article.passages[0].text,
        clause=Match(_first_words(beginning)),
        names=False,
        written=article.title or article.id,
        filters=replace(filters, exclude_ids=filters.exclude_ids | {article.id}),
    )


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
