"""How many items of agencies are read as they are, on real files: see `benchmarks.formats`."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from indexer.article.records import Defaults
from indexer.ingest.dry_run import line_of, looked_at
from indexer.sources.reader import read_stream
from indexer.text.cleaning import clean_line
from indexer.text.encoding import MAX_ARTICLE_BYTES
from indexer.text.language import default_identifier
from indexer.text.paragraphs import MAX_COLUMNS

WIRE = Path(__file__).parents[2] / "shared" / "formats" / "wire"
FORMATS = ("newsml-g2", "newsml-1", "nitf", "ninjs-1", "ninjs-2", "ninjs-3")


def wire() -> dict[str, Any]:
    """Return the shares (0 to 1) of items with a text that are right, by what is compared.

    Guids are compared letter by letter. Of a paragraph that is too long for a passage and was cut,
    the first or last piece counts. White space is not compared: the answers have none at line
    breaks within a paragraph.
    """
    counts: dict[str, Counter[str]] = {}
    for line in (WIRE / "wire.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        if gold["format"] in FORMATS:
            found = _read(WIRE / gold["file"])
            tally = counts.setdefault(gold["format"], Counter())
            for item in gold["items"] or ():
                if bodies := _bodies(item):
                    _note(tally, item, bodies, _named(found, str(item.get("guid") or "")))
    whole = sum(counts.values(), Counter())
    return {name: _shares(tally) for name, tally in [*sorted(counts.items()), ("all", whole)]}


def _read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a look before an ingest (`polywire ingest --dry-run --jsonl`)."""
    with path.open("rb") as file:
        items = list(read_stream(file, path.name, MAX_ARTICLE_BYTES))
    looked = looked_at(items, default_identifier(), Defaults(advisories=True))
    return [line for one in looked if "refused" not in (line := line_of(one))]


def _named(found: Sequence[dict[str, Any]], guid: str) -> dict[str, Any]:
    """Return the item of just this guid; of one that has none, the first."""
    return next((one for one in found if not guid or one.get("guid") == guid), {})


def _bodies(item: dict[str, Any]) -> list[list[str]]:
    given = [item.get("body") or [], *(one["paragraphs"] for one in item.get("bodies") or ())]
    plain = [[_plain(text) for text in one if _plain(text)] for one in given]
    return [one for one in plain if one]


def _note(
    tally: Counter[str], item: dict[str, Any], bodies: list[list[str]], found: dict[str, Any]
) -> None:
    given = (item.get(key) for key in ("pub_status", "status", "management_status"))
    status = str(next(filter(None, given), "usable")).rpartition(":")[2]
    headlines = [_plain(one["text"]) for one in item.get("headlines") or ()]
    paragraphs = [_plain(text) for text in found.get("paragraphs", ())] or [""]
    lang = str(item.get("lang") or (item.get("content_lang") or [""])[0])
    right = {
        "guid": bool(found),
        "version": str(item.get("version") or found.get("version") or "")
        == str(found.get("version") or ""),
        "status": status.lower() == found.get("status", status.lower()),
        "headline": not headlines or _plain(found.get("title", "")) in headlines,
        "language": not lang or lang[:2].lower() == str(found.get("lang", ""))[:2].lower(),
        "first": any(
            _is_cut(paragraphs[0], one[0], one[0][: len(paragraphs[0])]) for one in bodies
        ),
        "last": any(
            _is_cut(paragraphs[-1], one[-1], one[-1][-len(paragraphs[-1]) :]) for one in bodies
        ),
    }
    tally["items"] += 1
    tally.update(key for key, value in right.items() if value)
    tally["whole"] += all(right.values())


def _is_cut(found: str, whole: str, piece: str) -> bool:
    """Tell whether a paragraph is the one of the answer, or its piece where that is a long one."""
    return found == whole or (len(whole) > MAX_COLUMNS / 2 and found == piece != "")


def _shares(tally: Counter[str]) -> dict[str, float]:
    items = tally["items"]
    keys = ("guid", "version", "status", "headline", "language", "first", "last", "whole")
    return {"items": items, **{key: round(tally[key] / items, 4) for key in keys}}


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", clean_line(text or ""))
