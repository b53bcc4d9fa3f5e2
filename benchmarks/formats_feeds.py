"""How well feeds are read: `python -m benchmarks.formats_feeds [FOLDER]`.

Compared with `feeds.jsonl.xz` of the folder, which has the items of each feed as a second reader
finds them, and with the checks of feedparser's own tests that concern text, times, links and
encodings. A feed counts as right where all of its items are.
"""

from __future__ import annotations

import html
import io
import json
import lzma
import re
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.record import record
from indexer.article.dates import parse_date
from indexer.article.draft import RawArticle, Reject
from indexer.sources.reader import read_stream
from indexer.sources.syndication.feed import Feed, Item
from indexer.sources.syndication.xml_feed import xml_feed
from indexer.text.encoding import MAX_ARTICLE_BYTES

DATA = Path(__file__).parents[2] / "shared" / "formats" / "feeds"
_TAG = re.compile(r"<[^<>]*>")
_HTTP_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


def gold_feeds(folder: Path, wrong: list[str]) -> dict[str, Any]:
    """Compare every feed with its gold; append what is wrong to `wrong`."""
    counts = dict.fromkeys(("feeds", "items", "titles", "times", "links", "all"), 0)
    size, seconds = 0, 0.0
    with lzma.open(folder / "feeds.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            gold = json.loads(line)
            data = lzma.decompress((folder / gold["file"]).read_bytes())
            start = time.perf_counter()
            found = list(read_stream(_stream(data), "x.xml", MAX_ARTICLE_BYTES))
            seconds += time.perf_counter() - start
            size += len(data)
            right = _compared(gold, {one.origin.line: one for one in found})
            counts["feeds"] += 1
            for key, reason in right.items():
                counts[key] += not reason
                if reason:
                    wrong.append(f"{gold['file']}: {key}: {reason}")
            counts["all"] += not any(right[key] for key in ("items", "titles", "times"))
    shares = {key: round(value / counts["feeds"], 4) for key, value in counts.items()}
    return {**shares, "feeds": counts["feeds"], "seconds": round(seconds, 1), "bytes": size}


def _stream(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(data))


def _compared(
    gold: Mapping[str, Any], found: Mapping[int | None, RawArticle | Reject]
) -> dict[str, str]:
    """Per quality the first difference, "" where there is none.

    An item that is refused with its reason, such as a draft or a picture, is read.
    """
    pairs, missing = [], []
    for number, entry in enumerate(gold["entries"], start=1):
        item = found.get(number)
        if isinstance(item, RawArticle) and not item.unpublished:
            pairs.append((entry, item.record))
        elif item is None or (_is_empty(item) and _line(entry["title"])):
            missing.append(number)
    if missing or len(found) > max(len(gold["entries"]), 1):
        reason = f"{len(found)} items for {len(gold['entries'])}"
        return dict.fromkeys(("items", "titles", "times", "links"), reason)
    return {
        "items": "",
        "titles": _first((_line(e["title"]), r.get("title", "")) for e, r in pairs),
        "times": _first(
            (_moment(e["published"] or e["updated"]), _moment(r.get("published"))) for e, r in pairs
        ),
        "links": _first((e["link"], r.get("url")) for e, r in pairs),
    }


def _is_empty(item: RawArticle | Reject) -> bool:
    return isinstance(item, Reject) and "neither a title" in item.reason


def _first(pairs: Iterator[tuple[Any, Any]]) -> str:
    return next((f"{b!r} for {a!r}" for a, b in pairs if a != b), "")


def _line(text: object) -> str:
    return " ".join(html.unescape(text).split()) if isinstance(text, str) else ""


def _moment(text: object) -> str | None:
    try:
        return parse_date(text).isoformat() if isinstance(text, str) else None
    except ValueError:
        return None


def feedparser_checks(folder: Path, wrong: list[str]) -> dict[str, Any]:
    """Count the checks of feedparser's tests that hold, by what they are of."""
    held: dict[str, list[bool]] = {}
    archive = zipfile.ZipFile(folder / "feedparser-tests.zip")
    names = archive.namelist()
    with lzma.open(folder / "feedparser-tests.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            test = json.loads(line)
            member = next(name for name in names if name.endswith(test["file"]))
            headers = test["http_headers"] or {}
            charset = _HTTP_CHARSET.search(headers.get("content-type", "") or "")
            data = archive.read(member)
            place = headers.get("content-location") or f"http://127.0.0.1:8097/{test['file']}"
            feed = xml_feed(data, place, charset[1] if charset else None)
            for path, op, value in test["checks"] or ():
                kind, got = _at(feed, path)
                if kind is None or op != "==":
                    continue
                right = (
                    _same_text(data, got, value) if kind == "encodings" else _same(kind, got, value)
                )
                held.setdefault(kind, []).append(right)
                if not right:
                    wrong.append(f"{test['file']}: {path}: {got!r} for {value!r}")
    every = [one for kind in held.values() for one in kind]
    return {
        "checks": len(every),
        "share": round(sum(every) / len(every), 4),
        "by_kind": {kind: f"{sum(of)}/{len(of)}" for kind, of in sorted(held.items())},
    }


def _at(feed: Feed | str, path: str) -> tuple[str | None, Any]:
    """What a check is of (None for what Polywire does not read), and what was found there."""
    if path == "encoding":
        return "encodings", feed.encoding if isinstance(feed, Feed) else None
    whole = re.fullmatch(r"feed\.(title|link|language)", path)
    if whole:
        key = {"language": "lang"}.get(whole[1], whole[1])
        got = getattr(feed, key) if isinstance(feed, Feed) else None
        return ("links" if key == "link" else "text"), got
    item = re.fullmatch(
        r"entries\[(\d+)\]\.(title|link|id|guid|summary|description|content\[0\]\.value|"
        r"published|updated|author|authors\[0\]\.name|tags\[0\]\.term|source\.title)",
        path,
    )
    if not item:
        return None, None
    items = feed.items if isinstance(feed, Feed) else ()
    if int(item[1]) >= len(items):
        return "text", None
    return _of_item(items[int(item[1])], item[2])


def _of_item(item: Item, key: str) -> tuple[str | None, Any]:
    if key in ("summary", "description") and not item.is_summary:
        return None, None  # the text is read, not the summary
    text = " ".join(item.paragraphs)
    values: dict[str, tuple[str, Any]] = {
        "title": ("text", item.title),
        "summary": ("text", text),
        "description": ("text", text),
        "content[0].value": ("text", text),
        "published": ("times", item.published),
        "updated": ("times", item.published),
        "link": ("links", item.link),
        "id": ("links", item.id),
        "guid": ("links", item.id),
        "source.title": ("text", item.source),
        "tags[0].term": ("text", item.tags[0] if item.tags else None),
    }
    return values.get(key, ("text", item.authors[0] if item.authors else None))


def _same(kind: str, got: object, value: object) -> bool:
    if kind == "times":
        return got == _moment(value)
    return "".join(str(got).split()) == _bare(value)


def _same_text(data: bytes, got: object, value: object) -> bool:
    """Whether both encodings give the same text: one may be a part of the other."""
    try:
        return data.decode(str(got)) == data.decode(str(value))
    except (LookupError, UnicodeDecodeError):
        return False


def _bare(text: object) -> str:
    """Without tags and white space, which are no text."""
    plain = html.unescape(_TAG.sub("", str(text or "")))
    return "".join(plain.split())


def main() -> None:
    """Measure, show what is wrong, and store the figures."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else DATA
    wrong: list[str] = []
    figures = {"gold": gold_feeds(folder, wrong), "feedparser": feedparser_checks(folder, wrong)}
    print("\n".join(line[:300] for line in wrong))
    print(json.dumps(figures, indent=2))
    record("formats_feeds", "feeds in ../shared/formats/feeds", figures)


if __name__ == "__main__":
    main()
