"""From a pool to the order of an answer: copies, the reranker, languages, dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime

from search.answer import RerankUsed
from search.index.credible import latest
from search.index.model import Article
from search.ranking.balance import balanced
from search.ranking.recency import newest_first
from search.request import Balance, Sort
from search.reranking.placing import Ranking, judged, placed
from search.reranking.port import Reranking
from search.retrieval.copies import Copies, Membership, one_per_text
from search.retrieval.features import confidence_of, is_known
from search.retrieval.pool import Pool
from search.retrieval.texts import fetched
from search.values import dataclass

NOTHING_KNOWN = Copies()


@dataclass(frozen=True, slots=True)
class Ordered:
    """The ids that are shown, the whole ranking, and the copies left out per article shown."""

    shown: Sequence[str]
    ranking: Ranking
    copies: Mapping[str, Sequence[str]]
    known: Mapping[str, Membership] = field(default_factory=dict)
    """What is known of the copies among them."""


def ordered(pool: Pool, reranking: Reranking | None, copies: Copies = NOTHING_KNOWN) -> Ordered:
    """Choose what is shown of a pool, in order.

    Raises `search.reranking.errors.BadScores`.
    """
    request = pool.request
    order: Sequence[str] = pool.order
    left_out: Mapping[str, Sequence[str]] = {}
    known: Mapping[str, Membership] = {}
    if not request.every_copy:
        texts = one_per_text(order, pool.scores, copies, _most_read(pool, reranking))
        if texts.scores:
            pool = replace(pool, scores={**pool.scores, **texts.scores})
        order, equal = pool.without_copies(texts.order, _most_read(pool, reranking))
        left_out, known = _joined(texts.copies, equal), texts.known
    ranking = reranked(pool, order, reranking)
    order = sure_enough(pool, ranking.order)
    if not pool.by_date:
        order = balanced(order, ranking.scores, pool.langs, request.balance)
    shown = order[: request.limit]
    if request.sort is Sort.DATE and not pool.by_date:
        until = latest(request.filters.at or datetime.now(UTC))
        shown = newest_first(shown, pool.found.retrieved.published(shown), until)
    return Ordered(shown, ranking, left_out, known)


def _joined(
    copies: Mapping[str, Sequence[str]], equal: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return all that is left out per article: its copies, and of articles that equal it theirs."""
    joined = {one: list(own) for one, own in copies.items()}
    for one, others in equal.items():
        own = joined.setdefault(one, [])
        for other in others:
            own += [other, *copies.get(other, ())]
    return joined


def sure_enough(pool: Pool, order: Sequence[str]) -> list[str]:
    """Leave out what is less likely right than the request wants, where that is known."""
    least = pool.request.min_confidence
    if least is None or not is_known(pool):
        return list(order)
    confidence = confidence_of(pool, order)
    return [one for one in order if confidence[one] >= least]


def _most_read(pool: Pool, reranking: Reranking | None) -> int:
    """Return how many articles, from the best on, have a part in what is shown."""
    request = pool.request
    if request.balance is not Balance.RELEVANCE:
        return len(pool)
    reread = reranking.top if request.rereads and reranking is not None else 0
    return max(request.limit, reread)


def reranked(pool: Pool, order: Sequence[str], reranking: Reranking | None) -> Ranking:
    """Let the reranker read the first articles of an order, where the request asks for it.

    Raises `search.reranking.errors.BadScores`.
    """
    request = pool.request
    ranking = Ranking(order, pool.scores)
    if not request.rereads or reranking is None:
        return ranking
    read: dict[str, Article] = fetched(pool, order[: reranking.top], reranking.passages)
    scores = judged(reranking.model, request.said, read)
    published = pool.found.retrieved.published(read)
    return placed(ranking, scores, reranking.model.bounded, published, request.recency)


def reranker_used(ranking: Ranking, reranking: Reranking | None) -> RerankUsed | None:
    """Tell what was reranked; None where nothing was."""
    if reranking is None or not ranking.places:
        return None
    return RerankUsed(reranking.model.name, len(ranking.places), reranking.passages)
