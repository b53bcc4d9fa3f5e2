"""Which articles have to be written: what comes in, compared with what the index has. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.ingest.batches import Incoming, Pending, Settled
from indexer.ingest.outcomes import settle
from search.index.model import ArticleState, EmbeddedArticle, Outcome, WriteResult

Vectors = Mapping[str, NDArray[np.float32]]
"""The vectors of texts, each of shape (dimension,)."""


def changed(
    incoming: Sequence[Incoming], states: Mapping[str, ArticleState]
) -> tuple[list[Incoming], list[Settled]]:
    """Settle unchanged and older articles; return the others, which have to be written, first.

    `states` are those of the articles that are in the index. An id that comes twice in a batch is
    left to the index, which knows the rule.
    """
    left: list[Incoming] = []
    settled: list[Settled] = []
    repeated = _repeated(item.article.id for item in incoming)
    for item in incoming:
        state = states.get(item.article.id)
        if state is None or item.article.id in repeated:
            left.append(item)
        elif state.content_hash == item.article.content_hash:
            settled.append(settle(item, WriteResult(item.article.id, Outcome.UNCHANGED)))
        elif item.article.version < state.version:
            settled.append(settle(item, WriteResult(item.article.id, Outcome.STALE)))
        else:
            left.append(item)
    return left, settled


def pending(
    incoming: Iterable[Incoming], stored: Mapping[str, EmbeddedArticle]
) -> tuple[Pending, ...]:
    """Give the articles that have to be written the vectors of those texts that stay."""
    known = {name: _vectors(article) for name, article in stored.items()}
    return tuple(Pending(item, known.get(item.article.id, {})) for item in incoming)


def _vectors(stored: EmbeddedArticle) -> Vectors:
    return {
        passage.text: vector
        for passage, vector in zip(stored.article.passages, stored.vectors, strict=True)
    }


def _repeated(ids: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name, count in Counter(ids).items() if count > 1)
