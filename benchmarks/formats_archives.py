"""How well web archives are read: `python -m benchmarks.formats_archives [FOLDER]`.

Compared with `warc.jsonl` of the folder: every record's kind, address, and the length of its body
as a browser would get it. A record counts where all of these are right; so does one more where the
reader of the answers gave up on a damaged archive.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.record import record
from indexer.sources import compression
from indexer.sources.web_archive.records import Record, records
from indexer.sources.web_archive.responses import response_of
from indexer.text.encoding import MAX_ARTICLE_BYTES

DATA = Path(__file__).parents[2] / "shared" / "formats" / "warc"


def main() -> None:
    """Measure, show what is wrong, and store the figures."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else DATA
    counts = dict.fromkeys(("archives", "records", "found", "bodies_checked", "bodies_right"), 0)
    start = time.perf_counter()
    for line in (folder / "warc.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        if not gold.get("records"):
            continue
        raw: io.BufferedReader = io.BufferedReader(io.FileIO(folder / gold["file"]))
        found = [
            one
            for one in records(compression.plain(raw), MAX_ARTICLE_BYTES)
            if isinstance(one, Record)
        ]
        raw.close()
        counts["archives"] += 1
        counts["records"] += len(gold["records"])
        for want, got in zip(gold["records"], found, strict=False):
            _compare(gold["file"], want, got, counts)
        if len(found) < len(gold["records"]):
            print(gold["file"], len(found), "records for", len(gold["records"]))
    seconds = round(time.perf_counter() - start, 2)
    figures = {**counts, "share": round(counts["found"] / counts["records"], 4), "seconds": seconds}
    print(json.dumps(figures, indent=2))
    record("formats_archives", "web archives in ../shared/formats/warc", figures)


def _compare(name: str, want: Mapping[str, Any], got: Record, counts: dict[str, int]) -> None:
    same = want["type"] == got.kind and want.get("uri", "") in ("", got.uri)
    counts["found"] += same
    if not same:
        print(name, got.number, got.kind, got.uri, "for", want["type"], want.get("uri"))
    if want["type"] not in ("response", "resource"):
        return
    body = response_of(got, MAX_ARTICLE_BYTES).body
    right = hashlib.sha1(body).hexdigest() == want["body_sha1"]  # noqa: S324 - as in the answers
    counts["bodies_checked"] += 1
    counts["bodies_right"] += right
    if not right:
        print(name, got.number, got.uri, f"{len(body)} bytes for {want['body_len']}")


if __name__ == "__main__":
    main()
