"""The vectors of articles that have to be written: each text of a batch is embedded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from indexer.article.draft import Reject
from indexer.ingest.batches import Pending, Ready
from search.embedding.errors import BadVectors
from search.embedding.port import Embedder, Vectors
from search.index.model import EmbeddedArticle


def embed(embedder: Embedder, pending: Sequence[Pending]) -> tuple[list[Ready], list[Reject]]:
    """Compute the vectors that are not known yet.

    Where the model fails on a batch (`BadVectors`), the articles are tried one by one, and only
    those that it fails on are rejected.
    """
    try:
        return _embed(embedder, pending), []
    except BadVectors:
        ready: list[Ready] = []
        rejects: list[Reject] = []
        for item in pending:
            try:
                ready += _embed(embedder, (item,))
            except BadVectors as error:
                incoming = item.incoming
                rejects.append(Reject(incoming.origin, str(error), incoming.article.id))
        return ready, rejects


def _embed(embedder: Embedder, pending: Sequence[Pending]) -> list[Ready]:
    wanted = dict.fromkeys(
        passage.text
        for item in pending
        if item.incoming.prepared is None
        for passage in item.incoming.article.passages
        if passage.text not in item.known
    )
    fresh = _vectors(embedder, list(wanted))
    row = {text: i for i, text in enumerate(wanted)}
    return [_ready(item, row, fresh) for item in pending]


def _vectors(embedder: Embedder, texts: list[str]) -> Vectors:
    if not texts:
        return np.empty((0, embedder.dimension), dtype=np.float32)
    return embedder.embed_paragraphs(texts)


def _ready(item: Pending, row: Mapping[str, int], fresh: Vectors) -> Ready:
    article, prepared = item.incoming.article, item.incoming.prepared
    vectors = np.empty((len(article.passages), fresh.shape[1]), dtype=np.float32)
    embedded = 0
    for i, passage in enumerate(article.passages):
        known = item.known.get(passage.text)
        if known is not None:
            vectors[i] = known
            continue
        vectors[i] = fresh[row[passage.text]] if prepared is None else prepared.vectors[i]
        embedded += 1
    # Vectors that are stored are rounded: something else may be made of them.
    made = prepared.made if prepared is not None and embedded == len(vectors) else {}
    incoming = replace(item.incoming, prepared=None)
    stored = EmbeddedArticle(article, vectors, incoming.draft_hash, made)
    return Ready(incoming, stored, embedded)
