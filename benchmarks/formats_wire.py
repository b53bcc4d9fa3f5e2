"""How many items of agencies are read as they are, on real files: see `benchmarks.formats`."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from indexer.article.draft import RawArticle
from indexer.sources.format import Format
from indexer.sources.formats import detect

WIRE = Path(__file__).parents[2] / "shared" / "formats" / "wire"
LIMIT = 50_000_000
FORMATS = ("newsml-g2", "newsml-1", "nitf", "ninjs-1", "ninjs-2", "ninjs-3")


def wire() -> dict[str, Any]:
    """Return the shares (0 to 1) of items with a text that are right, by what is compared.

    White space is not compared: the answers have none at line breaks within a paragraph.
    """
    counts: dict[str, Counter[str]] = {}
    for line in (WIRE / "wire.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        if gold["format"] in FORMATS:
            found = _read(WIRE / gold["file"])
            tally = counts.setdefault(gold["format"], Counter())
            for item in gold["items"] or ():
                if bodies := _bodies(item):
                    _note(tally, item, bodies, _named(found, item.get("guid") or ""))
    whole = sum(counts.values(), Counter())
    return {name: _shares(tally) for name, tally in [*sorted(counts.items()), ("all", whole)]}


def _read(path: Path) -> dict[str, dict[str, Any]]:
    data = path.read_bytes()
    shape = detect(path.name, data[:8192])
    if not isinstance(shape, Format):
        return {}
    items = shape.read(io.BufferedReader(io.BytesIO(data)), path.name, LIMIT)
    records = [dict(one.record) for one in items if isinstance(one, RawArticle)]
    return {str(one.get("id") or ""): one for one in records}


def _named(found: dict[str, dict[str, Any]], guid: str) -> dict[str, Any]:
    """Return the record of an item, whose id has more than the guid where several share that."""
    longer = (one for name, one in found.items() if guid and name.startswith(f"{guid}:"))
    return found.get(guid) or next(longer, {})


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
        "first": any(paragraphs[0] == one[0] for one in bodies),
        "last": any(paragraphs[-1] == one[-1] for one in bodies),
    }
    tally["items"] += 1
    tally.update(key for key, value in right.items() if value)
    tally["whole"] += all(right.values())


def _shares(tally: Counter[str]) -> dict[str, float]:
    items = tally["items"]
    keys = ("guid", "version", "status", "headline", "language", "first", "last", "whole")
    return {"items": items, **{key: round(tally[key] / items, 4) for key in keys}}


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text or "")
