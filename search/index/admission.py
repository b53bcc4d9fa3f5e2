"""Which articles of a batch are to be written: the rules of `SearchIndex.write`, pure.

Both engines ask here, so that one article has one outcome on both.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta

import numpy as np

from search.index.credible import is_suspicious
from search.index.model import (
    MOST_VERSIONS,
    Article,
    ArticleState,
    EmbeddedArticle,
    Outcome,
    WriteReport,
    WriteResult,
)
from search.values import dataclass

MAX_ID_BYTES = 512
"""Elasticsearch's limit on `_id`, the same on every engine, so that an index can change engines."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Admission:
    """The outcome of a batch if it is written now.

    `to_write` holds each id at most once, in the order of the batch; `skipped` has, by id, the
    versions that a later one of the same batch replaces, in their order.
    """

    to_write: tuple[EmbeddedArticle, ...]
    report: WriteReport
    skipped: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)


def admit(
    batch: Sequence[EmbeddedArticle],
    states: Mapping[str, ArticleState],
    dimension: int,
    now: datetime,
) -> Admission:
    """Decide article by article, as if each were written before the next is looked at.

    `states` tells what the index holds now of the ids in the batch; `now` (aware) tells dates of
    the future from others.
    """
    current = dict(states)
    winners: dict[str, EmbeddedArticle] = {}
    skipped: dict[str, tuple[Article, ...]] = {}
    results = []
    for embedded in batch:
        article = embedded.article
        reason = objection(embedded, dimension)
        if reason is not None:
            results.append(WriteResult(article.id, Outcome.REJECTED, reason))
            continue
        state = ArticleState(article.content_hash, article.version)
        outcome = _outcome(state, current.get(article.id), now)
        results.append(WriteResult(article.id, outcome))
        if outcome in (Outcome.ADDED, Outcome.UPDATED):
            current[article.id] = state
            if article.id in winners:
                former = winners.pop(article.id).article
                skipped[article.id] = (*skipped.get(article.id, ()), former)
            winners[article.id] = embedded
    return Admission(tuple(winners.values()), WriteReport(tuple(results)), skipped)


def is_older(new: ArticleState, stored: ArticleState, now: datetime) -> bool:
    """Tell whether the source itself says that a version is older than the stored one.

    It does where it gives both a credible date of their last edit, or both a number. In any other
    case what arrives later replaces what was there: a date that is missing or of the future never
    keeps a correction out.
    """
    ours, theirs = _credible(new.version, now), _credible(stored.version, now)
    if not ours or not theirs or _is_number(ours) != _is_number(theirs):
        return False
    return ours < theirs


def _is_number(version: int) -> bool:
    return 0 < version <= MOST_VERSIONS


def _credible(version: int, now: datetime) -> int:
    """Return a version, or 0 for a date that is suspicious."""
    if _is_number(version):
        return version
    edited = _EPOCH + timedelta(milliseconds=version)
    return 0 if is_suspicious(edited, now) else version


def _outcome(new: ArticleState, stored: ArticleState | None, now: datetime) -> Outcome:
    if stored is None:
        return Outcome.ADDED
    if new.content_hash == stored.content_hash:
        return Outcome.UNCHANGED
    return Outcome.STALE if is_older(new, stored, now) else Outcome.UPDATED


def objection(embedded: EmbeddedArticle, dimension: int) -> str | None:
    """Say in a sentence why the article cannot be stored, or None if it can."""
    article, vectors = embedded.article, embedded.vectors
    if not article.id or len(article.id.encode("utf-8", "replace")) > MAX_ID_BYTES:
        return f"The id must have between 1 and {MAX_ID_BYTES} bytes."
    positions = [passage.position for passage in article.passages]
    if not positions:
        return "The article has no passages."
    if positions[0] < 0 or any(b <= a for a, b in itertools.pairwise(positions)):
        return "The positions of the passages are not ascending."
    if vectors.shape[1] != dimension:
        return f"The vectors have {vectors.shape[1]} dimensions; the index has {dimension}."
    if not np.isfinite(vectors).all() or not np.linalg.norm(vectors, axis=1).all():
        return "A vector is zero or not finite."
    return _unkeepable_content(embedded)


def _unkeepable_content(embedded: EmbeddedArticle) -> str | None:
    article = embedded.article
    for moment in (article.published, article.updated):
        if moment is not None and moment.tzinfo is None:
            return f"The date {moment.isoformat()} has no time zone."
    try:
        _all_text(embedded).encode()
    except UnicodeEncodeError:
        return "The text holds half of a surrogate pair, which is not a character."
    try:
        json.dumps(dict(article.meta), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        return f"The metadata cannot be stored as JSON ({error})."
    return None


def _all_text(embedded: EmbeddedArticle) -> str:
    article = embedded.article
    optional = (article.source, article.url, article.section)
    return "".join(
        [
            article.id,
            article.title,
            article.lang,
            *(text for text in optional if text),
            *article.authors,
            *article.tags,
            *(passage.lang + passage.text for passage in article.passages),
        ]
    )
