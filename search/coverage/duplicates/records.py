"""What is stored of each article to compare it with others: a sketch and who carries it.

Records are stored many in one document, so that a hundred thousand are read in a moment. What
comes later counts: an article that was changed has a later record, one that was deleted a record
without a sketch.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.coverage.duplicates.sketch import Sketch, sketched
from search.coverage.facts import Hashes
from search.index.model import Article, EmbeddedArticle

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


def record_of(embedded: EmbeddedArticle) -> Record:
    """Make the record of an article that is written."""
    return recorded(embedded.article)


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
    plain: list[Hashes] = []
    told = []
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
            told.append(None if own.plain is None else [len(own.plain), own.lang])
            plain += [] if own.plain is None else [own.plain]
        rows.append(row)
    where = np.concatenate([np.empty(0, np.uint8), *places])
    return {
        "form": FORM,
        "records": rows,
        "hashes": _written(arrays),
        "places": base64.b64encode(where.tobytes()).decode(),
        "told": told,
        "plain": _written(plain),
    }


def _written(arrays: Sequence[Hashes]) -> str:
    data = np.concatenate([np.empty(0, np.uint32), *arrays]).astype("<u4")
    return base64.b64encode(data.tobytes()).decode()


def read_block(document: Mapping[str, Any]) -> list[Record]:
    """Read what `block` returned; nothing where another form was written.

    Earlier versions wrote no plain words.
    """
    if document.get("form") != FORM:
        return []
    data = np.frombuffer(base64.b64decode(document["hashes"]), "<u4")
    where = np.frombuffer(base64.b64decode(document["places"]), np.uint8)
    records: list[Record] = []
    at = place = 0
    told = _read_told(document)
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
                Sketch(digest, length, shingles, taken, places, numbers, names, *next(told)),
            )
        )
    return records


def _read_told(document: Mapping[str, Any]) -> Iterator[tuple[Hashes | None, str]]:
    """Yield the plain words and the language of each sketch of a block, then of none."""
    plain = np.frombuffer(base64.b64decode(document.get("plain", "")), "<u4")
    at = 0
    for one in document.get("told", ()):
        size, lang = one or (0, "")
        yield (None if one is None else plain[at : at + size]), lang
        at += size
    while True:
        yield None, ""
