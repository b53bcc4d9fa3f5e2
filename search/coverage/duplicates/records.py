"""What is stored of each article to compare it with others: a sketch and who carries it.

Records are stored many in one document, so that a hundred thousand are read in a moment. What
comes later counts: an article that was changed has a later record, one that was deleted a record
without a sketch.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.coverage.duplicates.sketch import Hashes, Sketch, sketched
from search.index.model import Article

FORM = 2
"""Raised when sketches are made otherwise: then those stored count no more."""


@dataclass(frozen=True, slots=True)
class Record:
    """An article and the sketch of its text; None where the article was deleted."""

    id: str
    content_hash: str
    source: str | None
    published: datetime | None
    sketch: Sketch | None


def recorded(article: Article) -> Record:
    """Make the record of an article."""
    return Record(
        article.id, article.content_hash, article.source, article.published, sketched(article)
    )


def deleted(identifier: str) -> Record:
    """Make the record of an article that is no longer there."""
    return Record(identifier, "", None, None, None)


def block(records: Sequence[Record]) -> dict[str, Any]:
    """Return many records as one document of JSON values."""
    arrays: list[Hashes] = []
    places: list[NDArray[np.uint8]] = []
    rows = []
    for one in records:
        row: list[Any] = [one.id]
        if one.sketch is not None:
            own = one.sketch
            parts = (own.taken, own.numbers, own.names)
            arrays += parts
            places.append(own.places)
            published = None if one.published is None else one.published.isoformat()
            row += [one.content_hash, one.source, published, own.digest, own.length, own.shingles]
            row += [len(part) for part in parts]
        rows.append(row)
    data = np.concatenate([np.empty(0, np.uint32), *arrays]).astype("<u4")
    where = np.concatenate([np.empty(0, np.uint8), *places])
    return {
        "form": FORM,
        "records": rows,
        "hashes": base64.b64encode(data.tobytes()).decode(),
        "places": base64.b64encode(where.tobytes()).decode(),
    }


def read_block(document: Mapping[str, Any]) -> list[Record]:
    """Read what `block` returned; nothing where another form was written."""
    if document.get("form") != FORM:
        return []
    data = np.frombuffer(base64.b64decode(document["hashes"]), "<u4")
    where = np.frombuffer(base64.b64decode(document["places"]), np.uint8)
    records: list[Record] = []
    at = place = 0
    for identifier, *row in document["records"]:
        if not row:
            records.append(deleted(identifier))
            continue
        content_hash, source, published, digest, length, shingles, *sizes = row
        ends = [at + sum(sizes[: n + 1]) for n in range(3)]
        taken, numbers, names = (data[a:b] for a, b in zip([at, *ends], ends, strict=False))
        places = where[place : place + sizes[0]]
        at, place = ends[-1], place + sizes[0]
        records.append(
            Record(
                identifier,
                content_hash,
                source,
                None if published is None else datetime.fromisoformat(published),
                Sketch(digest, length, shingles, taken, places, numbers, names),
            )
        )
    return records
