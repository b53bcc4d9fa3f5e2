"""Results as files: JSON, JSON Lines and CSV, written hit by hit as they come."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, Protocol, TextIO

from search.answer import Hit, LegScore
from search.printable import printable_json
from search.results.document import hit_document
from search.retrieval.legs import LEGS

Format = Literal["json", "jsonl", "csv"]

_TEXTS = ("id", "title", "lang", "source", "published", "updated", "url", "section")


def columns() -> list[str]:
    """Return the columns of CSV; `position` and `paragraph` are of the best passage."""
    return [
        "rank",
        *_TEXTS,
        "tags",
        "score",
        "confidence",
        *(f"{leg}_{what}" for leg in LEGS for what in ("rank", "score")),
        "rerank_score",
        "rank_before_rerank",
        "duplicates",
        "copies",
        "position",
        "paragraph",
    ]


BYTE_ORDER_MARK = "\ufeff"


class Export(Protocol):
    """Writes one result; what is known of it as a whole goes around the hits where it can."""

    def write(self, hits: Iterable[Hit], about: Mapping[str, Any], out: TextIO) -> Iterator[Hit]:
        """Write the hits and pass them on, each once it is written.

        `about` is what is known before the first hit; formats with one hit per line leave it out.
        """
        ...


class JsonLinesExport:
    """One JSON document per line, the shape of a hit in `search --json` and its rank."""

    def write(self, hits: Iterable[Hit], about: Mapping[str, Any], out: TextIO) -> Iterator[Hit]:
        """Write a line for each hit."""
        del about
        for rank, hit in enumerate(hits, start=1):
            out.write(_json({"rank": rank, **hit_document(hit)}) + "\n")
            yield hit


class JsonExport:
    """One JSON document, its hits written as they come."""

    def write(self, hits: Iterable[Hit], about: Mapping[str, Any], out: TextIO) -> Iterator[Hit]:
        """Write the document; `about` comes before the hits."""
        head = _json(dict(about))[:-1]
        out.write(f'{head}{", " if about else ""}"hits": [')
        for rank, hit in enumerate(hits, start=1):
            separator = ",\n" if rank > 1 else "\n"
            document = {"rank": rank, **hit_document(hit)}
            out.write(separator + _json(document))
            yield hit
        out.write("\n]}\n")


class CsvExport:
    """One row per article (RFC 4180), safe to open in a spreadsheet.

    A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV
    Injection"). With `mark`, the file begins with a byte order mark, by which Excel knows UTF-8.
    """

    def __init__(self, mark: bool = False) -> None:
        self._mark = mark

    def write(self, hits: Iterable[Hit], about: Mapping[str, Any], out: TextIO) -> Iterator[Hit]:
        """Write a header and a row for each hit."""
        del about
        if self._mark:
            out.write(BYTE_ORDER_MARK)
        writer = csv.writer(out)
        writer.writerow(columns())
        for rank, hit in enumerate(hits, start=1):
            writer.writerow(_row(rank, hit))
            yield hit


def export_as(form: Format, mark: bool = False) -> Export:
    """Return the writer of a format; `mark` is for CSV."""
    match form:
        case "json":
            return JsonExport()
        case "jsonl":
            return JsonLinesExport()
        case "csv":
            return CsvExport(mark)


def _json(document: object) -> str:
    return printable_json(json.dumps(document, ensure_ascii=False))


def safe_cell(text: str | None) -> str:
    """Return text that no spreadsheet takes for a formula, without characters CSV cannot have."""
    if not text:
        return ""
    whole = text.replace("\0", "")
    return f"'{whole}" if whole.lstrip(" ").startswith(_FORMULA) else whole


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _row(rank: int, hit: Hit) -> list[object]:
    document = hit_document(hit)
    best = hit.passages[0].passage if hit.passages else None
    return [
        rank,
        *(safe_cell(document[name]) for name in _TEXTS),
        safe_cell("; ".join(hit.article.tags)),
        hit.score,
        "" if hit.confidence is None else round(hit.confidence, 4),
        *(cell for leg in LEGS for cell in _leg(hit.legs.get(leg))),
        round(hit.rerank.score, 6) if hit.rerank else "",
        hit.rerank.rank_before if hit.rerank else "",
        hit.duplicates,
        safe_cell("; ".join(copy.id for copy in hit.copies)),
        best.position if best else "",
        safe_cell(best.text if best else None),
    ]


def _leg(place: LegScore | None) -> tuple[object, object]:
    return ("", "") if place is None else (place.rank, round(place.score, 4))
