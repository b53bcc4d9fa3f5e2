"""Method files, read: the request of an earlier result, to repeat it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from search.errors import PolywireError
from search.query.document import read_request
from search.ranking.fusion import Fusion, FusionMethod
from search.request import Request
from search.results.method import VERSION
from search.retrieval.legs import LEGS


class MethodError(PolywireError):
    """The method file cannot be read, or a newer program wrote it."""


@dataclass(frozen=True, slots=True)
class MethodReranker:
    """Which reranker a method file names, and how much it reads; all None where none was used."""

    model: str | None = None
    top: int | None = None
    passages: int | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A method file, read."""

    request: Request
    everything: bool
    similar_to: str | None
    fusion: Fusion
    location: str
    model: str
    document: Mapping[str, Any]
    now: datetime
    rerank: MethodReranker = MethodReranker()


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
            f"The method file {path} has version {document['method_version']}, and this program "
            f"reads version {VERSION}; use the Polywire that wrote it ({document.get('polywire')})."
        )
    try:
        return _method(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MethodError(f"The method file {path} is not complete ({error}).") from None


def _method(document: Mapping[str, Any]) -> Method:
    now = datetime.fromisoformat(document["asked_at"])
    everything = document["limit"] is None
    rerank = document.get("rerank")  # files of the first programs have no such key
    fusion = document["fusion"]
    # A leg that is not among the weights did not exist when the file was written.
    known = fusion["weights"]
    return Method(
        request=read_request({**document, "limit": document["limit"] or 1}, now),
        everything=everything,
        similar_to=document["similar_to"],
        fusion=Fusion(
            k=int(fusion["k"]),
            weights={leg: float(known.get(leg, 0.0)) for leg in LEGS},
            pool=int(fusion["pool"]),
            method=FusionMethod(fusion["method"]),
            # Files from before there was any of these have none.
            offset_share=float(fusion.get("offset_share", 0.0)),
            feedback_share=float(fusion.get("feedback_share", 0.0)),
            confidence_share=float(fusion.get("confidence_share", 0.0)),
        ),
        location=str(document["index"]["location"]),
        model=str(document["model"]["name"]),
        document=document,
        now=now,
        rerank=MethodReranker(str(rerank["model"]), int(rerank["top"]), int(rerank["passages"]))
        if rerank
        else MethodReranker(),
    )
