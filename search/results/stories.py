"""Stories as files: JSON, JSON Lines and CSV, and the method that says how they were chosen."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from typing import Any, TextIO

from search.coverage.stories.listing import Selection
from search.coverage.stories.model import Story
from search.printable import printable_json
from search.query.dates import moment
from search.results.export import BYTE_ORDER_MARK, Format, safe_cell

COLUMNS = "id headline size languages sources first last cohesion articles".split()  # noqa: SIM905


def write(
    found: Sequence[Story], form: Format, lang: str | None, out: TextIO, *, mark: bool = False
) -> None:
    """Write stories in a format, headlines in a language where there are any."""
    documents = [story.document(lang) for story in found]
    if form == "json":
        whole = {"total": len(documents), "stories": documents}
        out.write(printable_json(json.dumps(whole, ensure_ascii=False, indent=2)) + "\n")
    elif form == "jsonl":
        lines = (json.dumps(document, ensure_ascii=False) for document in documents)
        out.write("".join(f"{printable_json(line)}\n" for line in lines))
    else:
        _write_csv(documents, out, mark=mark)


def method(
    found: Sequence[Story], selection: Selection, about: dict[str, Any], lang: str | None
) -> dict[str, Any]:
    """Return the method file; `about` is what only the caller knows of program and index."""
    ids = "\n".join(story.id for story in found)
    return {
        "method_version": 1,
        **about,
        "stories": {
            "lang": sorted(selection.langs),
            "source": sorted(selection.sources),
            "after": moment(selection.after) if selection.after else None,
            "before": moment(selection.before) if selection.before else None,
            "min_sources": selection.min_sources,
            "min_size": selection.min_size,
            "sort": selection.sort,
            "headline_lang": lang,
        },
        "result": {
            "stories": len(found),
            "articles": sum(story.size for story in found),
            "ids_sha256": hashlib.sha256(ids.encode()).hexdigest(),
        },
    }


def _write_csv(documents: Sequence[dict[str, Any]], out: TextIO, *, mark: bool) -> None:
    if mark:
        out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in documents:
        writer.writerow(
            [
                one["id"], safe_cell(one["headline"]), one["size"], _counts(one["languages"]),
                _counts(one["sources"]), one["first"] or "", one["last"] or "", one["cohesion"],
                safe_cell("; ".join(one["articles"])),
            ]
        )  # fmt: skip


def _counts(counts: dict[str, int]) -> str:
    return safe_cell("; ".join(f"{name} ({number})" for name, number in counts.items()))
