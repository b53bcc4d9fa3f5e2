"""The method file of a complete result, as `polywire search --output` writes it beside one."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

from search.api.requests.search import ExportRequest
from search.api.work.parts import Parts
from search.request import Mode
from search.results.method import Setting, method_document
from search.results.tally import Tally
from search.retrieval.complete import complete


def method_file(parts: Parts, query: ExportRequest) -> bytes:
    """Run the export without writing it, and return what is needed to repeat it.

    Of where the index lies it has the name only: the rest is for those who run the server.
    """
    search = parts.services.search
    request = query.request(parts.services.defaults)
    found = complete(search, request)
    tally = Tally()
    deque(map(tally.note, found.hits), maxlen=0)
    stats = search.index.stats()
    fitted = search.calibration.confidence
    setting = Setting(
        now=datetime.now(UTC),
        stats=replace(stats, location=stats.location.rstrip("/").rpartition("/")[2]),
        fusion=search.fusion,
        program=version("polywire"),
        everything=True,
        reranking=search.reranking if found.rerank is not None else None,
        offsets=found.offsets,
        confidence=fitted.digest if fitted and request.mode is Mode.HYBRID else None,
    )
    result = {"exhaustive": found.exhaustive, "holds": found.holds}
    document = method_document(replace(request, notes=found.notes), setting, tally, result)
    return json.dumps(document, ensure_ascii=True, indent=2).encode()
