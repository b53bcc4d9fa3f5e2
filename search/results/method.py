"""The method of a result: everything that is needed to repeat it, and what a repetition finds.

A method file is one JSON document beside the file of the result. It holds the query, how it was
understood, the index and the model, the settings of the fusion, counts, and the ranks that each
leg gave to the first articles.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from search.answer import Hit, OffsetsUsed
from search.errors import PolywireError
from search.index.model import IndexStats
from search.query.dates import moment
from search.query.document import clause_document, filters_document
from search.query.parsing import parse
from search.ranking.fusion import Fusion, FusionMethod
from search.request import Balance, Mode, Recency, Request, Sort
from search.reranking.port import Reranking
from search.results.document import offsets_document

VERSION = 1
"""Version of the method file's shape."""

LISTED = 1000
"""Articles whose ranks are in the method file; the result itself has those of all."""


class MethodError(PolywireError):
    """The method file cannot be read, or is of a newer program."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of a result as the method file names it: its id, score and ranks."""

    id: str
    score: float
    ranks: Mapping[str, int]


class Record:
    """Notes what goes by while a result is written.

    It counts articles, those of each language and those that each leg found, keeps the first
    ranks, and makes a digest of the ids.
    """

    def __init__(self) -> None:
        self.count = 0
        self.languages: Counter[str] = Counter()
        self.legs: Counter[str] = Counter()
        self.listed: list[Listed] = []
        self._digest = hashlib.sha256()

    def note(self, hit: Hit) -> None:
        """Take one hit down."""
        self.count += 1
        self.languages[hit.article.lang] += 1
        self.legs.update(hit.legs.keys())
        self._digest.update(hit.article.id.encode("utf-8", "replace") + b"\n")
        if self.count <= LISTED:
            ranks = {leg: place.rank for leg, place in sorted(hit.legs.items())}
            if hit.rerank is not None:
                ranks["before_rerank"] = hit.rerank.rank_before
            self.listed.append(Listed(hit.article.id, hit.score, ranks))

    @property
    def digest(self) -> str:
        """SHA-256 over the ids in their order, a line each: equal digests, equal results."""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Setting:
    """What stood around a request: when, on which index, with which fusion and program.

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


def method_document(
    request: Request,
    canonical: str,
    setting: Setting,
    record: Record,
    result: Mapping[str, Any],
) -> dict[str, Any]:
    """Build the method file; `result` adds what only the caller knows of it."""
    stats, fusion = setting.stats, setting.fusion
    return {
        "method_version": VERSION,
        "polywire": setting.program,
        "asked_at": moment(setting.now),
        "similar_to": setting.similar_to,
        "query": request.written if request.written is not None else request.question,
        "understood": {
            "query": canonical,
            "question": request.question,
            "clause": clause_document(request.matching),
            "filters": filters_document(request.filters),
        },
        "mode": str(request.mode),
        "sort": str(request.sort),
        "balance": str(request.balance),
        "names": request.names,
        "recency": (
            {"half_life_s": request.recency.half_life.total_seconds()} if request.recency else None
        ),
        "rerank": _reranker(setting.reranking),
        "limit": None if setting.everything else request.limit,
        "fusion": {
            "method": str(fusion.method),
            "k": fusion.k,
            "weights": {
                "lexical": fusion.lexical_weight,
                "vector": fusion.vector_weight,
                "names": fusion.names_weight,
            },
            "pool": fusion.pool,
            "offset_share": fusion.offset_share,
        },
        **offsets_document(setting.offsets),
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
            "articles": record.count,
            "languages": dict(sorted(record.languages.items())),
            "found_by": dict(sorted(record.legs.items())),
            "ids_sha256": record.digest,
        },
        "hits": [
            {"id": listed.id, "score": listed.score, "ranks": dict(listed.ranks)}
            for listed in record.listed
        ],
        "hits_listed": len(record.listed),
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


@dataclass(frozen=True, slots=True)
class RerankAsked:
    """Which reranker a method file names, and how much it reads; all None where none was used."""

    model: str | None = None
    top: int | None = None
    passages: int | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A method file, read."""

    request: Request
    canonical: str
    everything: bool
    similar_to: str | None
    fusion: Fusion
    location: str
    model: str
    document: Mapping[str, Any]
    now: datetime
    rerank: RerankAsked = RerankAsked()


def read_method(path: Path) -> Method:
    """Read a method file. Raises `MethodError`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MethodError(f"The method file {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise MethodError(f"The method file {path} is not JSON.") from None
    if not isinstance(document, dict) or "method_version" not in document:
        raise MethodError(
            f"{path} is not a method file; give the FILE.method.json that --output wrote."
        )
    if document["method_version"] != VERSION:
        raise MethodError(
            f"The method file {path} is of version {document['method_version']}, and this program "
            f"reads version {VERSION}; use the Polywire that wrote it ({document.get('polywire')})."
        )
    try:
        return _method(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MethodError(f"The method file {path} is not complete ({error}).") from None


def _method(document: Mapping[str, Any]) -> Method:
    now = datetime.fromisoformat(document["asked_at"])
    canonical = str(document["understood"]["query"])
    parsed = parse(canonical, now)
    recency = document["recency"]
    request = Request(
        question=parsed.question,
        filters=parsed.filters,
        mode=Mode(document["mode"]),
        limit=int(document["limit"] or 1),
        clause=parsed.clause,
        written=str(document["query"]),
        sort=Sort(document["sort"]),
        balance=Balance(document["balance"]),
        # Before there was a names leg, files did not say so.
        names=bool(document.get("names", False)),
        recency=Recency(timedelta(seconds=recency["half_life_s"]), now) if recency else None,
    )
    rerank = document.get("rerank")  # files of the first programs have no such key
    fusion = document["fusion"]
    weights = fusion["weights"]
    return Method(
        request=request,
        canonical=canonical,
        everything=document["limit"] is None,
        similar_to=document["similar_to"],
        fusion=Fusion(
            int(fusion["k"]),
            float(weights["lexical"]),
            float(weights["vector"]),
            int(fusion["pool"]),
            FusionMethod(fusion["method"]),
            float(weights.get("names", 0.0)),
            # Nor did files say so before there were language offsets.
            offset_share=float(fusion.get("offset_share", 0.0)),
        ),
        location=str(document["index"]["location"]),
        model=str(document["model"]["name"]),
        document=document,
        now=now,
        rerank=RerankAsked(str(rerank["model"]), int(rerank["top"]), int(rerank["passages"]))
        if rerank
        else RerankAsked(),
    )
