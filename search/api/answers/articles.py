"""An article as the API returns it: in the keys of the JSONL format, so that it can be put back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from search.index.credible import suspicious_dates
from search.index.filters import EVER
from search.index.history import ArticleVersion
from search.index.model import HEADLINE, Article, WriteResult
from search.index.withdrawals import Withdrawal
from search.query.dates import moment
from search.versions.document import listed


def article_document(
    article: Article, versions: Sequence[ArticleVersion] | None = None
) -> dict[str, Any]:
    """Return JSON values only; `version`, `content_hash` and `versions` are the server's.

    So is `suspicious`, which names dates that are most likely a mistake, where there are any.

    `paragraphs` has the body as it was split, `languages` the language of each paragraph.
    """
    body = [passage for passage in article.passages if passage.position != HEADLINE]
    document = {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "paragraphs": [passage.text for passage in body],
        "languages": [passage.lang for passage in body],
        "lang": article.lang,
        "source": article.source,
        "authors": list(article.authors),
        "published": moment(article.published),
        "updated": moment(article.updated),
        "section": article.section,
        "tags": list(article.tags),
        "meta": dict(article.meta),
        "version": article.version,
        "content_hash": article.content_hash,
    }
    if article.embargo is not None:
        is_lasting = article.embargo == EVER
        document["embargo"] = True if is_lasting else moment(article.embargo)
    if suspicious := suspicious_dates(article, datetime.now(UTC)):
        document["suspicious"] = list(suspicious)
    return document if versions is None else document | {"versions": listed(versions)}


def withdrawal_document(withdrawal: Withdrawal) -> dict[str, Any]:
    """Return JSON values: what is known of an article that its source withdrew.

    `withdrawn` is when it did, by its own time or else by when the message came; the text is that
    of an article that is withheld, and empty where it is gone for good.
    """
    return {
        "id": withdrawal.id,
        "status": str(withdrawal.status),
        "withdrawn": moment(withdrawal.when or withdrawal.seen),
        "why": withdrawal.why,
        "by": withdrawal.by,
        "version": withdrawal.number,
        "seen": moment(withdrawal.seen),
        "source": withdrawal.source,
        "title": withdrawal.title,
        "paragraphs": list(withdrawal.paragraphs),
    }


def outcome_document(result: WriteResult, line: int | None = None) -> dict[str, Any]:
    """Return what became of one article."""
    document: dict[str, Any] = {} if line is None else {"line": line}
    document |= {"id": result.article_id or None, "outcome": str(result.outcome)}
    if result.reason is not None:
        document["reason"] = result.reason
    if result.notes:
        document["notes"] = list(result.notes)
    return document
