"""The complete result of a request, one article after the other, however many there are.

By words, complete means every article that matches, copies included. By meaning everything
matches more or less, so there it means the `pool` nearest articles; in hybrid mode both: first
the candidates of both legs in the order of their fused scores, then every further match of
the words. A reranker reads the first of the list; the rest follows in its own order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from search.answer import LEXICAL, Hit, LegScore, OffsetsUsed, RerankUsed, ShownPassage
from search.errors import UsageError
from search.index.legs import LatestLeg, LexicalLeg
from search.index.model import ArticleHit, LegResult
from search.ranking.candidates import Candidates
from search.ranking.fusion import ranked
from search.request import Mode, Request, Sort
from search.retrieval.highlight import Highlighter
from search.retrieval.hybrid import HybridSearch, Pool


@dataclass(frozen=True, slots=True)
class Complete:
    """A stream of hits, best first, and a sentence on what it holds.

    `exhaustive` tells whether it is every article that matches; where meaning plays a part,
    that cannot be said. `rerank` is the reranker that reads the first articles, and at most how
    many; `offsets` are the language offsets that lower what was found by meaning.
    """

    hits: Iterator[Hit]
    exhaustive: bool
    holds: str
    rerank: RerankUsed | None = None
    offsets: OffsetsUsed | None = None


def complete(search: HybridSearch, request: Request) -> Complete:
    """Stream everything that a request finds; `limit` is not looked at.

    Raises `search.errors.UsageError` for what needs all results at once: recency, and sorting
    by date where the mode is not lexical.
    """
    search.check(request)
    if request.recency is not None:
        raise UsageError("--recency reorders the best articles only; leave it out with --all.")
    if request.sort is Sort.DATE and not request.by_date:
        raise UsageError(
            "By meaning there is no complete list to sort by date; add --mode lexical, or leave "
            "--sort date or --all out."
        )
    if request.by_date or request.mode is Mode.LEXICAL:
        hits, exhaustive, holds = _by_words(search, request), True, _WORDS
        if request.matching is None:
            holds = _FILTERS
    elif request.mode is Mode.VECTOR:
        hits, exhaustive, holds = _candidates(search, request), False, _MEANING
    else:
        hits, exhaustive, holds = _hybrid(search, request), False, _BOTH
    holds = holds.format(pool=search.fusion.pool)
    offsets = None if exhaustive else search.calibration.used
    if not request.rereads or search.reranking is None:
        return Complete(hits, exhaustive, holds, offsets=offsets)
    chosen = search.reranking
    holds += f"; the first {chosen.top} in the order of the reranker"
    used = RerankUsed(chosen.model.name, chosen.top, chosen.passages)
    return Complete(hits, exhaustive, holds, used, offsets)


_WORDS = "every article that matches the words"
_FILTERS = "every article that passes the filters"
_MEANING = "the {pool} articles nearest in meaning; a larger --pool gives more"
_BOTH = (
    "every article that matches the words, and the {pool} nearest in meaning; a larger --pool "
    "gives more of these"
)


def _by_words(search: HybridSearch, request: Request) -> Iterator[Hit]:
    """All matches of one leg; a score is the share of the best that the leg found."""
    matching = request.matching
    leg = LatestLeg(matching) if request.by_date or matching is None else LexicalLeg(matching)
    highlight = Highlighter(matching)
    stream = search.index.matches(leg, request.filters, max(search.depth_of_passages(request), 1))
    lowest, read = 1.0, 0
    best = 0.0
    if request.rereads and search.reranking is not None:
        first = list(islice(stream, search.reranking.top))
        best = first[0].score if first else 0.0
        read = len(first)
        for hit in _reread(search, request, first):
            lowest = hit.score
            yield hit
    for rank, found in enumerate(stream, start=read + 1):
        best = best or found.score
        place = {} if isinstance(leg, LatestLeg) else {LEXICAL: LegScore(rank, found.score)}
        share = min(lowest, found.score / best if best else 0.0)
        yield _hit(found, share, place, request, highlight)


def _reread(search: HybridSearch, request: Request, first: list[ArticleHit]) -> Iterator[Hit]:
    """The first matches of the words in the order of the reranker."""
    results = {LEXICAL: LegResult(tuple(first))}
    yield from _in_order(search, request, search.pooled(request, results, None))


def _candidates(search: HybridSearch, request: Request) -> Iterator[Hit]:
    request = replace(request, limit=1)
    yield from _in_order(search, request, search.pool(request))


def _in_order(search: HybridSearch, request: Request, pool: Pool) -> Iterator[Hit]:
    """Everything that a pool holds, copies included, best first."""
    candidates = pool.candidates
    highlight = Highlighter(request.matching, request.asked_names.keys)
    ranking = search.reranked(request, pool, ranked(pool.scores))
    passages = search.passages(ranking.order, pool, request, highlight)
    for identifier in ranking.order:
        yield Hit(
            article=candidates.hit(identifier).article,
            score=round(ranking.scores[identifier], 6),
            legs=candidates.legs(identifier),
            passages=passages[identifier],
            title_highlights=highlight.title(candidates.hit(identifier).article),
            rerank=ranking.places.get(identifier),
            closeness=pool.closeness.get(identifier),
            offset=pool.offset(identifier),
        )


def _hybrid(search: HybridSearch, request: Request) -> Iterator[Hit]:
    """The candidates of both legs, then the rest of the words, never scored above the former."""
    seen: set[str] = set()
    lowest = 1.0
    for hit in _candidates(search, request):
        seen.add(hit.article.id)
        lowest = hit.score
        yield hit
    if request.matching is None:
        return
    highlight = Highlighter(request.matching)
    stream = search.index.matches(
        LexicalLeg(request.matching), request.filters, max(request.passages, 1)
    )
    best = 0.0
    for rank, found in enumerate(stream, start=1):
        best = best or found.score
        if found.article.id not in seen:
            score = search.fusion.lexical_share(rank, found.score / best if best else 0.0)
            yield _hit(
                found,
                min(lowest, score),
                {LEXICAL: LegScore(rank, found.score)},
                request,
                highlight,
            )


def _hit(
    found: ArticleHit,
    score: float,
    legs: dict[str, LegScore],
    request: Request,
    highlight: Highlighter,
) -> Hit:
    alone = Candidates({LEXICAL: LegResult((found,))}).passages(found.article.id, request.passages)
    return Hit(
        article=found.article,
        score=round(score, 6),
        legs=legs,
        passages=tuple(ShownPassage(passage, highlight(passage)) for passage in alone),
        title_highlights=highlight.title(found.article),
    )
