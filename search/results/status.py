"""The state of an index as a document."""

from __future__ import annotations

from typing import Any

from search.calibration.offsets import Offsets
from search.index.model import IndexStats


def stats_document(stats: IndexStats, offsets: Offsets | None) -> dict[str, Any]:
    """Return JSON values only; `offsets` are those stored in the index."""
    return {
        "location": stats.location,
        "engine": stats.engine,
        "articles": stats.articles,
        "passages": stats.passages,
        "languages": dict(stats.languages),
        "size_bytes": stats.size_bytes,
        "model": {
            "name": stats.identity.model_name,
            "fingerprint": stats.identity.model_fingerprint,
            "dimension": stats.identity.dimension,
        },
        "schema_version": stats.identity.schema_version,
        "vector_index": stats.vector_index,
        "unindexed_passages": stats.unindexed_passages,
        "offsets": None if offsets is None else _offsets_document(offsets),
    }


def _offsets_document(offsets: Offsets) -> dict[str, Any]:
    return {
        "digest": offsets.digest,
        "model": offsets.fingerprint,
        "source": offsets.source,
        "languages": sorted(offsets.shifts),
    }
