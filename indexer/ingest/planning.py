"""Which articles have to be written: what comes in, compared with what the index has. Pure.

They are compared twice. A draft that has not changed is known by its hash, and nothing more is
done with it. Of the others the languages are identified; then the articles are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from indexer.article.addresses import is_same_page
from indexer.article.composition import draft_hash
from indexer.ingest.batches import Incoming, Pending, Settled
from indexer.ingest.outcomes import settle, settle_unchanged
from indexer.text.language import Identifier
from search.index.admission import is_older
from search.index.model import (
    HEADLINE,
    MOST_VERSIONS,
    Article,
    ArticleState,
    EmbeddedArticle,
    Outcome,
    WriteResult,
)
from search.index.withdrawals import Withdrawal, keeps_out

Known = Mapping[str, NDArray[np.float32]]
"""The vectors of texts, each of shape (dimension,)."""


def without_withdrawn(
    items: Sequence[Incoming], withdrawn: Mapping[str, Withdrawal], now: datetime
) -> tuple[tuple[Incoming, ...], list[Incoming]]:
    """Part off versions that their sources withdrew; return the others first."""
    left: list[Incoming] = []
    out: list[Incoming] = []
    for item in items:
        found = withdrawn.get(item.article.id)
        is_out = found is not None and keeps_out(found, item.article.version, now)
        (out if is_out else left).append(item)
    return tuple(left), out


def withdrawn_result(item: Incoming, withdrawn: Mapping[str, Withdrawal]) -> Settled:
    """Settle a version that its source withdrew."""
    name = item.article.id
    return settle(item, WriteResult(name, Outcome.STALE, withdrawn[name].sentence))


def changed_drafts(
    composed: Sequence[Incoming], states: Mapping[str, ArticleState], identifier: Identifier
) -> tuple[list[Incoming], list[Settled]]:
    """Settle unchanged drafts; return the others first, with what is stored under their ids.

    `states` are those of the articles that are in the index. An id that comes twice in a batch is
    left to the index, which knows the rule.
    """
    left: list[Incoming] = []
    settled: list[Settled] = []
    repeated = _repeated(item.article.id for item in composed)
    for item in composed:
        name, hashed = item.article.id, draft_hash(item.article, identifier)
        state = states.get(name)
        if state is not None and state.draft_hash == hashed and name not in repeated:
            settled.append(settle_unchanged(item, state))
        else:
            left.append(replace(item, state=state, draft_hash=hashed))
    return left, settled


def changed_articles(
    incoming: Sequence[Incoming], now: datetime
) -> tuple[list[Incoming], list[Settled]]:
    """Settle unchanged and older articles; return the others, which have to be written, first.

    An id that comes twice in a batch is left to the index. `now` is as for `admit`.
    """
    left: list[Incoming] = []
    settled: list[Settled] = []
    repeated = _repeated(item.article.id for item in incoming)
    for item in incoming:
        state = item.state
        if state is None or item.article.id in repeated:
            left.append(item)
        elif state.content_hash == item.article.content_hash:
            settled.append(settle_unchanged(item, state))
        elif is_older(_state(item), state, now):
            settled.append(settle(item, WriteResult(item.article.id, Outcome.STALE)))
        else:
            left.append(item)
    return left, settled


def changed_besides_address(
    changed: Sequence[Incoming], stored: Mapping[str, EmbeddedArticle]
) -> tuple[list[Incoming], list[Settled]]:
    """Settle articles that only have another address of the same page; return the others first.

    Such are http and https, an AMP page, and parameters in another order: were they versions, each
    reading of the other link would push a real correction out of the history.
    """
    left: list[Incoming] = []
    settled: list[Settled] = []
    repeated = _repeated(item.article.id for item in changed)
    for item in changed:
        state, known = item.state, stored.get(item.article.id)
        if state is None or known is None or item.article.id in repeated:
            left.append(item)
        elif _is_at_another_address(item.article, known.article):
            settled.append(settle_unchanged(item, state))
        else:
            left.append(item)
    return left, settled


def _is_at_another_address(new: Article, stored: Article) -> bool:
    if new.url is None or stored.url is None or new.url == stored.url:
        return False
    if replace(new, url=stored.url).content_hash != stored.content_hash:
        return False
    return is_same_page(new.url, stored.url)


def without_summaries(
    changed: Sequence[Incoming], stored: Mapping[str, EmbeddedArticle]
) -> tuple[list[Incoming], list[Settled]]:
    """Settle summaries of articles whose whole text is there; return the others first.

    Feeds have the beginning of what a page has whole: were it a version, whoever reads both would
    lose the text. What is sent to the address of an article is what its sender wants there, and
    a source that numbers its versions or sets an embargo means what it says.
    """
    left: list[Incoming] = []
    settled: list[Settled] = []
    whole = {
        item.article.id: item.state
        for item in changed
        if item.state and item.article.id in stored and _is_whole(stored[item.article.id].article)
    }
    for item in changed:
        name = item.article.id
        if name in whole and _is_summary(item.article) and not _is_meant(item):
            outdone = replace(item, remarks=replace(item.remarks, outdone=True))
            settled.append(settle_unchanged(outdone, whole[name]))
            continue
        if _is_whole(item.article):
            whole[name] = _state(item)
        left.append(item)
    return left, settled


def _is_meant(item: Incoming) -> bool:
    article = item.article
    return item.addressed or article.embargo is not None or 0 < article.version <= MOST_VERSIONS


def _is_summary(article: Article) -> bool:
    return article.meta.get("summary") is True


def _is_whole(article: Article) -> bool:
    return not _is_summary(article) and any(one.position != HEADLINE for one in article.passages)


def _state(item: Incoming) -> ArticleState:
    article = item.article
    return ArticleState(article.content_hash, article.version, article.lang)


def with_known_vectors(
    changed: Iterable[Incoming], stored: Mapping[str, EmbeddedArticle]
) -> tuple[Pending, ...]:
    """Give the articles that have to be written the vectors of those texts that stay."""
    known = {name: _vectors(article) for name, article in stored.items()}
    return tuple(Pending(item, known.get(item.article.id, {})) for item in changed)


def _vectors(stored: EmbeddedArticle) -> Known:
    return {
        passage.text: vector
        for passage, vector in zip(stored.article.passages, stored.vectors, strict=True)
    }


def _repeated(ids: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name, count in Counter(ids).items() if count > 1)
