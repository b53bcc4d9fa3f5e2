"""What became of articles, and what is counted of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from indexer.article.draft import Reject, Remarks
from indexer.ingest.batches import Incoming, Ready, Settled
from search.index.credible import suspicious_dates
from search.index.model import Article, ArticleState, Outcome, WriteReport, WriteResult


def with_dates(remarks: Remarks, article: Article, now: datetime) -> Remarks:
    """Add what is to be said of the dates of an article, its embargo among them."""
    embargo = article.embargo if article.embargo and article.embargo > now else None
    return replace(
        remarks,
        suspicious=suspicious_dates(article, now),
        undated=article.published is None,
        embargo=embargo,
    )


def after_withdrawals(item: Settled, out: Collection[str], back: Collection[str]) -> Settled:
    """Say what a second look at withdrawals found: what is out after all, and what is back."""
    name = item.result.article_id
    if name in out:
        return replace(item, result=WriteResult(name, Outcome.WITHDRAWN))
    return replace(item, remarks=replace(item.remarks, returned=True)) if name in back else item


def settle(item: Incoming, result: WriteResult, embedded: int = 0) -> Settled:
    """Return what is counted of an article whose outcome is known and whose languages are."""
    return Settled(
        origin=item.origin,
        result=result,
        lang=item.article.lang,
        content_hash=item.article.content_hash,
        passages=len(item.article.passages),
        embedded=embedded,
        dropped=item.dropped,
        remarks=item.remarks,
    )


def settle_unchanged(item: Incoming, stored: ArticleState) -> Settled:
    """Return what is counted of an article that is the stored one, its languages known or not."""
    return Settled(
        origin=item.origin,
        result=WriteResult(item.article.id, Outcome.UNCHANGED),
        lang=stored.lang or item.article.lang,
        content_hash=stored.content_hash,
        passages=len(item.article.passages),
        dropped=item.dropped,
        remarks=item.remarks,
    )


def settle_written(
    ready: Sequence[Ready], report: WriteReport
) -> tuple[list[Settled], list[Reject]]:
    """Tell the articles that the index took from those that it refused, in their order."""
    settled: list[Settled] = []
    rejects: list[Reject] = []
    for item, result in zip(ready, report.results, strict=True):
        if result.outcome is Outcome.REJECTED:
            reason = result.reason or "The index refused it without saying why."
            rejects.append(Reject(item.incoming.origin, reason, item.incoming.article.id))
        else:
            settled.append(settle(item.incoming, result, item.embedded))
    return settled, rejects
