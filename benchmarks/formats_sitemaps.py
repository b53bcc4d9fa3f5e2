"""How well sitemaps are read: `python -m benchmarks.formats_sitemaps [FOLDER]`.

Compared with `sitemaps.jsonl` of the folder: every address that is listed and what is said of it.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from benchmarks.record import record
from indexer.article.draft import RawArticle
from indexer.sources import compression
from indexer.sources.reader import read_stream
from indexer.sources.sitemap.entries import Entry, Kind
from indexer.sources.sitemaps import sitemap_of
from indexer.text.encoding import MAX_ARTICLE_BYTES

_BASE = "https://site.example/robots.txt"
DATA = Path(__file__).parents[2] / "shared" / "formats" / "sitemaps"


def main() -> None:
    """Measure, show what is wrong, and store the figures."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else DATA
    counts = dict.fromkeys(("files", "files_right", "records", "records_right"), 0)
    for line in (folder / "sitemaps.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        wanted = gold.get("urls") or gold.get("sitemaps") or []
        stream: io.BufferedReader = io.BufferedReader(io.FileIO(folder / gold["file"]))
        right, why = _compared(gold, stream)
        stream.close()
        counts["files"] += 1
        counts["records"] += len(wanted)
        counts["records_right"] += right
        counts["files_right"] += not why
        if why:
            print(gold["file"], why)
    print(json.dumps(counts, indent=2))
    record("formats_sitemaps", "sitemaps and robots.txt in ../shared/formats/sitemaps", counts)


def _compared(gold: Mapping[str, Any], stream: io.BufferedReader) -> tuple[int, str]:
    """Return how many records are right, and what is wrong, "" where nothing is."""
    wanted = gold.get("urls") or gold.get("sitemaps") or []
    if gold["kind"] == "atom":  # a feed, and read as one
        found = list(read_stream(stream, gold["file"], MAX_ARTICLE_BYTES))
        urls = [one.record["url"] for one in found if isinstance(one, RawArticle)]
        right = sum(a["loc"] == b for a, b in zip(wanted, urls, strict=False))
        return right, "" if right == len(wanted) == len(urls) else f"{urls}"
    sitemap = sitemap_of(compression.plain(stream).read(), _BASE)
    if isinstance(sitemap, str):
        return 0, sitemap
    entries = [_as_gold(one) for one in sitemap.entries]
    wanted = [
        {"loc": urljoin(_BASE, one)} if isinstance(one, str) else _said(one) for one in wanted
    ]
    expected = Kind.SITEMAPS if gold["kind"] in ("index", "robots") else Kind.PAGES
    if sitemap.kind is not expected and wanted:
        return 0, f"listed as {sitemap.kind}"
    right = sum(a == b for a, b in zip(wanted, entries, strict=False))
    whole = right == len(wanted) == len(entries)
    return right, "" if whole else f"{entries[:3]} for {wanted[:3]}"


def _as_gold(entry: Entry) -> dict[str, Any]:
    news = {
        "publication": entry.source,
        "language": entry.lang,
        "published": entry.published,
        "title": entry.title,
        "keywords": entry.keywords,
    }
    return _said(
        {
            "loc": entry.url,
            "lastmod": entry.lastmod,
            "news": _said(news),
            "images": list(entry.images),
            "videos": entry.videos,
            "alternates": dict(entry.alternates),
        }
    )


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not said, and what is not read (how often a page changes)."""
    return {key: value for key, value in values.items() if value and key != "changefreq"}


if __name__ == "__main__":
    main()
