"""JSON Lines: one article per line, read line by line however long the file is."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from indexer.article.boundary import contained
from indexer.article.draft import Origin, RawArticle, Reject
from indexer.article.records import kind
from indexer.sources.format import Format, Told
from indexer.sources.json_shape import json_shape
from indexer.sources.json_text import parse
from indexer.sources.listings import unlisted
from indexer.text.encoding import as_utf8, decode, too_long

_UTF8_MARK = b"\xef\xbb\xbf"
_SKIPPED = 1 << 20
"""Bytes read at a time to get past a line that is too long."""


def read_json_lines(
    stream: io.BufferedReader, name: str, limit: int
) -> Iterator[RawArticle | Reject]:
    """Yield the article of every line that is not blank, or the reject that it is.

    UTF-8, or what the head of the file shows; a line that is neither is judged by itself. A line
    over `limit` bytes is skipped without being held in memory.
    """
    read_line = as_utf8(stream).readline
    number, empty = 0, True
    before: Mapping[str, Any] = {}
    while line := read_line(limit + 1):
        number += 1
        if line == b"\n":
            continue
        origin = Origin(name, number)
        if len(line) > limit and not line.endswith(b"\n"):
            while (rest := read_line(_SKIPPED)) and not rest.endswith(b"\n"):
                pass
            yield Reject(origin, too_long("The line", limit))
        elif line.strip(b" \t\r\n" + _UTF8_MARK):
            found = contained(origin, partial(_articles, line, origin))
            for one in [found] if isinstance(found, Reject) else found:
                told = _told_of_next(one)
                if told is None:
                    yield from unlisted(_with(one, before))
                before = told or {}
        else:
            continue
        empty = False
    if empty:
        yield Reject(Origin(name), "The file is empty.")


_BULK = ("index", "create", "update", "delete")


def _told_of_next(found: RawArticle | Reject) -> Mapping[str, Any] | None:
    """Return what a line of a bulk request of Elasticsearch says of the next one; None for others.

    {"index": {"_index": "news", "_id": "7"}} says its id.
    """
    if isinstance(found, Reject) or len(found.record) != 1:
        return None
    ((action, about),) = found.record.items()
    if action not in _BULK or not isinstance(about, dict):
        return None
    if not all(key.startswith("_") or key in ("routing", "version", "pipeline") for key in about):
        return None
    return {"_id": about["_id"]} if action != "delete" and "_id" in about else {}


def _with(found: RawArticle | Reject, before: Mapping[str, Any]) -> RawArticle | Reject:
    if isinstance(found, Reject) or not before:
        return found
    return replace(found, record={**before, **found.record})


def _articles(line: bytes, origin: Origin) -> list[RawArticle | Reject] | Reject:
    """Return the article of a line, or the articles of the list that stands there."""
    if b"\x00" in line:
        return Reject(origin, "The line holds zero bytes, as a crashed writer leaves them.")
    try:
        decoded = decode(line)
    except UnicodeError as error:
        return Reject(origin, str(error))
    try:
        value = parse(decoded.text)
    except ValueError as error:
        return Reject(origin, f"The line is not valid JSON: {error}.".replace("?.", "?"))
    listed = isinstance(value, list) and any(isinstance(one, dict) for one in value)
    values = cast(list[object], value) if listed else [value]
    warning = decoded.warning(lines=(origin.line or 1) - 1)
    return [
        RawArticle(origin, one, len(line) // len(values), warning=warning)
        if isinstance(one, dict)
        else Reject(origin, f"The line is {kind(one)}, not an object.")
        for one in values
    ]


def _told(head: bytes) -> Told:
    # Lines are judged one by one: anything may be a file of them by its name.
    return Told.SURELY if json_shape(head) == "lines" else Told.FITS


FORMAT = Format(
    name="JSON Lines",
    suffixes=(".jsonl", ".ndjson"),
    media_types=("application/jsonl", "application/x-ndjson"),
    told=_told,
    read=read_json_lines,
)
