"""The method of a result: everything that is needed to repeat it, and what a repetition finds.

A method file is one JSON document beside the file of the result. It holds the request, how it was
understood, the index and the model, the settings of the fusion, counts, and the ranks that each
leg gave to the first articles. `search.results.method_file` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.answer import OffsetsUsed
from search.index.model import IndexStats
from search.query.dates import moment
from search.query.document import request_document
from search.ranking.fusion import Fusion
from search.request import Request
from search.reranking.port import Reranking
from search.results.document import offsets_document
from search.results.tally import Tally
from search.retrieval.legs import weights

VERSION = 1
"""Version of the method file's shape."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of a request: when, on which index, with which fusion and program.

    `reranking` is None where nothing was reranked, though the search may have a reranker, and
    `offsets` where no language offsets played a part.
    """

    now: datetime
    stats: IndexStats
    fusion: Fusion
    program: str
    everything: bool = False
    similar_to: str | None = None
    reranking: Reranking | None = None
    offsets: OffsetsUsed | None = None
    confidence: str | None = None
    """Digest of what the confidence of hits was read from; None where nothing is known."""


def method_document(
    request: Request,
    setting: Setting,
    tally: Tally,
    result: Mapping[str, Any],
) -> dict[str, Any]:
    """Build the method file; `result` adds what only the caller knows."""
    stats, fusion = setting.stats, setting.fusion
    return {
        "method_version": VERSION,
        "polywire": setting.program,
        "asked_at": moment(setting.now),
        "similar_to": setting.similar_to,
        **request_document(request),
        "rerank": _reranker(setting.reranking),
        "limit": None if setting.everything else request.limit,
        "fusion": {
            "method": str(fusion.method),
            "k": fusion.k,
            "weights": weights(fusion),
            "pool": fusion.pool,
            "offset_share": fusion.offset_share,
            "feedback_share": fusion.feedback_share,
            "confidence_share": fusion.confidence_share,
        },
        **offsets_document(setting.offsets),
        "confidence": setting.confidence,
        "index": {
            "location": stats.location,
            "engine": stats.engine,
            "articles": stats.articles,
            "passages": stats.passages,
            "schema_version": stats.identity.schema_version,
            "vector_index": stats.vector_index,
            "unindexed_passages": stats.unindexed_passages,
        },
        "model": {
            "name": stats.identity.model_name,
            "fingerprint": stats.identity.model_fingerprint,
            "dimension": stats.identity.dimension,
        },
        "result": {
            **result,
            "articles": tally.count,
            "languages": dict(sorted(tally.languages.items())),
            "found_by": dict(sorted(tally.legs.items())),
            "ids_sha256": tally.digest,
        },
        "hits": [
            {
                "id": listed.id,
                "score": listed.score,
                "confidence": listed.confidence,
                "ranks": dict(listed.ranks),
            }
            for listed in tally.listed
        ],
        "hits_listed": len(tally.listed),
    }


def _reranker(reranking: Reranking | None) -> dict[str, Any] | None:
    if reranking is None:
        return None
    return {
        "model": reranking.model.name,
        "fingerprint": reranking.model.fingerprint,
        "top": reranking.top,
        "passages": reranking.passages,
    }
