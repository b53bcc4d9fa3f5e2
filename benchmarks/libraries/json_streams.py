"""JSON files of any length: `indexer.sources.json_values` beside ijson."""

from __future__ import annotations

import contextlib
import io
import json
import resource
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from indexer.article.draft import RawArticle
from indexer.sources.json_values import read_json_values

LIMIT = 64_000_000
"""Bytes of one article."""

ODD = {
    "plain list": b'[{"a": 1}, {"a": 2}]',
    "values in a row": b'{"a": 1}\n{"a": 2}',
    "lists in a row": b'[{"a": 1}]\n[{"a": 2}]',
    "byte order mark": b'\xef\xbb\xbf[{"a": 1}, {"a": 2}]',
    "UTF-16": '\ufeff[{"a": 1}, {"a": 2}]'.encode("utf-16-le"),
    "half a surrogate pair": b'[{"a": "\\ud800"}, {"a": 2}]',
    "a number of 30 digits": b'[{"a": 123456789012345678901234567890}, {"a": 2}]',
    "no comma": b'[{"a": 1} {"a": 2}]',
    "cut off": b'[{"a": 1}, {"a": 2}, {"a"',
    "broken in the middle": b'[{"a": 1}, {"a": 2}, {"a": }, {"a": 3}]',
    "NaN": b'[{"a": 1}, {"a": 2}, {"a": NaN}]',
}
"""Files in which two articles can be read, all of `ARTICLES`."""

ARTICLES = ({"a": 1}, {"a": 2}, {"a": "\ud800"}, {"a": 123456789012345678901234567890})

Read = Callable[[BinaryIO], list[object]]


def compare() -> dict[str, Any]:
    """Return how many of the two articles are read whole from each odd file, times and memory."""
    words = "Der Fluss trat über die Ufer und riss eine Brücke mit sich. " * 6
    article = {"id": 1, "title": words[:60], "paragraphs": [words] * 8}
    files = {
        "5,000 articles": [article] * 5000,
        "800,000 tiny values": [{"id": 1, "text": "x"}] * 800_000,
        "one text of 20 MB": [{"id": 1, "text": words * (20_000_000 // len(words))}],
    }
    figures: dict[str, Any] = {"articles_of_two": {name: _odd(data) for name, data in ODD.items()}}
    for name, values in files.items():
        data = json.dumps(values, ensure_ascii=False).encode()
        figures[name] = {
            "mega_bytes": round(len(data) / 1e6, 1),
            "ours_s": _seconds(_ours, data),
            "ijson_s": _seconds(_ijson, data),
        }
    deep = b"[" * 20_000 + b"]" * 20_000
    figures["20,000 brackets"] = {"ours_mb": _grown(_ours, deep), "ijson_mb": _grown(_ijson, deep)}
    return figures


def _ours(stream: BinaryIO) -> list[object]:
    found = read_json_values(stream, "a.json", LIMIT)
    return [item.record for item in found if isinstance(item, RawArticle)]


def _ijson(stream: BinaryIO, prefix: str = "item") -> list[object]:
    import ijson

    found: list[object] = []
    with contextlib.suppress(ijson.JSONError, UnicodeError):
        found.extend(ijson.items(stream, prefix, use_float=True, multiple_values=True))
    return found


def _odd(data: bytes) -> dict[str, int]:
    prefix = "" if data.startswith(b"{") else "item"
    return {
        "ours": sum(value in ARTICLES for value in _ours(io.BytesIO(data))),
        "ijson": sum(value in ARTICLES for value in _ijson(io.BytesIO(data), prefix)),
    }


def _seconds(read: Read, data: bytes) -> float:
    start = time.process_time()
    read(io.BytesIO(data))
    return round(time.process_time() - start, 2)


def _grown(read: Read, data: bytes) -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read(io.BytesIO(data))
    return round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
