"""The complete result of a request, one article after the other, however many there are.

By words, complete means every article that matches, copies included. By meaning everything
matches more or less, so there it means the `pool` nearest articles; in hybrid mode both: first
the candidates of all legs in the order of their fused scores, then every further match of
the words. A reranker reads the first of the list; the rest follows in its own order.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from search.answer import Hit, LegScore, OffsetsUsed, RerankUsed
from search.errors import UsageError
from search.index.legs import LatestLeg, LexicalLeg
from search.index.model import HEADLINE, ArticleHit, Passage
from search.request import Mode, Request, Sort
from search.retrieval.advice import advice_before
from search.retrieval.assemble import Shown, assembled, hit_of, marked
from search.retrieval.features import is_known
from search.retrieval.highlight import Highlighter
from search.retrieval.hybrid import HybridSearch, check, check_confidence
from search.retrieval.legs import LEGS, LEXICAL, latest_leg, weights
from search.retrieval.order import Ordered, reranked, sure_enough
from search.retrieval.pool import Pool


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
    notes: tuple[str, ...] = ()
    """As those of an `Answer`."""


def complete(search: HybridSearch, request: Request) -> Complete:
    """Stream everything that a request finds; `limit` is not looked at.

    Raises `search.errors.UsageError` for what needs all results at once: recency, and sorting
    by date where the mode is not lexical.
    """
    check(request, search.reranking)
    check_confidence(request, search.calibration)
    if request.recency is not None:
        raise UsageError("--recency reorders the best articles only; leave it out with --all.")
    if request.sort is Sort.DATE and not request.by_date:
        raise UsageError(
            "By meaning there is no complete list to sort by date; add --mode lexical, or leave "
            "--sort date or --all out."
        )
    notes = advice_before(search.index, request)
    hits, exhaustive, holds = _stream(search, request)
    offsets = None if exhaustive else search.calibration.used
    if not request.rereads or search.reranking is None:
        return Complete(hits, exhaustive, holds, offsets=offsets, notes=notes)
    chosen = search.reranking
    holds += f"; the first {chosen.top} in the order of the reranker"
    used = RerankUsed(chosen.model.name, chosen.top, chosen.passages)
    return Complete(hits, exhaustive, holds, used, offsets, notes)


def _stream(search: HybridSearch, request: Request) -> tuple[Iterator[Hit], bool, str]:
    """Return the hits, whether they are all that match, and what they are as a sentence."""
    if request.by_date or request.mode is Mode.LEXICAL:
        filters_only = "every article that passes the filters"
        holds = filters_only if request.matching is None else LEGS[LEXICAL].holds
        return _by_words(search, request), True, holds
    candidates = search.pool(replace(request, limit=1))
    ran = [LEGS[leg].holds for leg in candidates.places]
    holds = f"{_listed(ran)}; a larger --pool gives more".format(pool=search.fusion.pool)
    if request.mode is Mode.VECTOR:
        return _candidates(search, candidates), False, holds
    return _hybrid(search, candidates), False, holds


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def _by_words(search: HybridSearch, request: Request) -> Iterator[Hit]:
    """All matches of one leg; a score is the share of the best that the leg found."""
    seen: set[str] = set()
    lowest = 1.0
    if request.rereads and search.reranking is not None:
        first = search.pool(replace(request, limit=search.reranking.top))
        for hit in _candidates(search, first):
            seen.add(hit.article.id)
            lowest = hit.score
            yield hit
    matching = request.matching
    leg: LexicalLeg | LatestLeg = latest_leg(request)
    if matching is not None and not request.by_date:
        leg = LexicalLeg(matching)
    highlight = Highlighter(matching)
    passages = search.depth_of_passages(request)
    for rank, share, found in _rest(search, request, leg, passages, seen):
        legs = {} if isinstance(leg, LatestLeg) else {LEXICAL: LegScore(rank, found.score)}
        yield _hit(found, Shown(min(lowest, share), legs), request, highlight)


def _candidates(search: HybridSearch, pool: Pool) -> Iterator[Hit]:
    """Everything that a pool holds, copies included, best first."""
    ranking = reranked(pool, pool.order, search.reranking)
    order = sure_enough(pool, ranking.order)
    yield from assembled(pool, Ordered(order, ranking, {}), search.sentences)


def _hybrid(search: HybridSearch, pool: Pool) -> Iterator[Hit]:
    """The candidates of all legs, then the rest of the words, never scored above the former."""
    request = pool.request
    seen: set[str] = set()
    lowest = 1.0
    for hit in _candidates(search, pool):
        seen.add(hit.article.id)
        lowest = hit.score
        yield hit
    if request.matching is None or (request.min_confidence is not None and is_known(pool)):
        return
    highlight = Highlighter(request.matching)
    own = weights(search.fusion)
    whole = sum(weight for leg, weight in own.items() if not LEGS[leg].optional)
    for rank, share, found in _rest(
        search, request, LexicalLeg(request.matching), request.passages, seen
    ):
        score = search.fusion.share_behind(own[LEXICAL], whole, rank, share)
        legs = {LEXICAL: LegScore(rank, found.score)}
        yield _hit(found, Shown(min(lowest, score), legs), request, highlight)


def _rest(
    search: HybridSearch,
    request: Request,
    leg: LexicalLeg | LatestLeg,
    passages: int,
    seen: Container[str],
) -> Iterator[tuple[int, float, ArticleHit]]:
    """Rank from 1, share of the best score, and match: of all matches but those seen."""
    best = 0.0
    stream = search.index.matches(leg, request.filters, passages)
    for rank, found in enumerate(stream, start=1):
        best = best or found.score
        if found.article.id not in seen:
            yield rank, found.score / best if best else 0.0, found


def _hit(found: ArticleHit, shown: Shown, request: Request, highlight: Highlighter) -> Hit:
    article = replace(found.article, passages=_best(found, request.passages))
    return hit_of(article, shown, marked(article, highlight), highlight)


def _best(found: ArticleHit, limit: int) -> tuple[Passage, ...]:
    """Return the best passages of a match; the headline only where nothing else matched."""
    body = [hit.passage for hit in found.passages if hit.passage.position != HEADLINE]
    return tuple(body or [hit.passage for hit in found.passages])[:limit]
