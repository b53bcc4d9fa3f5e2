"""ninjs, the IPTC's JSON for agencies, in its versions 1 to 3.

Source: ninjs 1.4, 2.1 and 3.0 (IPTC). Names changed between versions (`versioncreated`,
`versionCreated`; `headline`, `headlines`; `body_xhtml`, `bodies`): all are read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.json_values import read_json_values
from indexer.sources.markup_blocks import plain_blocks
from indexer.sources.wire import wire_record
from indexer.text.encoding import read_whole

_IDENTIFIED = re.compile(rb'"(?:uri|guid|altIds?|altids)"\s*:')
_TELLING = re.compile(
    rb'"(?:versioncreated|versionCreated|pubstatus|pubStatus|body_(?:text|x?html|main|richtext)|'
    rb'bodies|headlines|firstcreated|contentCreated|infosources|standard)"\s*:'
)
_MARKED = ("xhtml", "html", "richtext")
_TEXT_TYPES = ("text", "", "composite")


def read_ninjs(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the text items of a file: one, several one after the other, or a list of them."""
    data = read_whole(stream, limit)
    if isinstance(data, str):
        yield Reject(Origin(name), data)
        return
    for found in read_json_values(io.BytesIO(data), name, limit):
        if isinstance(found, Reject):
            yield found
            continue
        kind = _text(found.record, "type").lower()
        if kind not in _TEXT_TYPES:
            yield Reject(found.origin, f"The item is no text: its type is {kind}.")
        else:
            yield RawArticle(found.origin, _record(found.record), found.size)


def _record(item: Mapping[str, Any]) -> dict[str, Any]:
    guid = _text(item, "uri", "guid")
    return wire_record(
        guid=guid,
        version=_text(item, "version"),
        status=_text(item, "pubstatus", "pubStatus") or "usable",
        embargo=_text(item, "embargoed", "embargoedUntil"),
        title=_title(item),
        paragraphs=_paragraphs(item),
        lang=_text(item, "language"),
        source=_source(item),
        authors=[_text(item, "byline", "by")],
        published=_text(
            item, "firstcreated", "firstCreated", "contentcreated", "contentCreated",
            "versioncreated", "versionCreated",
        ),
        updated=_text(item, "versioncreated", "versionCreated"),
        genres=_names(item, "genre", "genres"),
        tags=[*_names(item, "subject", "subjects"), *_names(item, "keywords")],
        url=guid if guid.startswith(("http://", "https://")) else "",
    )  # fmt: skip


def _text(item: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        value = item.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _list(item: Mapping[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _title(item: Mapping[str, Any]) -> str:
    if headline := _text(item, "headline"):
        return headline
    listed = [one for one in _list(item, "headlines") if isinstance(one, dict)]
    listed.sort(key=lambda one: one.get("role") not in ("main", None, ""))
    found = next((text for one in listed if (text := _text(one, "value"))), "")
    keys = sorted(key for key in item if key.startswith("headline_"))
    return found or _text(item, "headline_main", *keys, "title", "name")


def _paragraphs(item: Mapping[str, Any]) -> list[str]:
    """Return the text of one body: one with paragraphs before one without."""
    bodies = [(key[5:], value) for key, value in item.items() if key.startswith("body_")]
    for one in _list(item, "bodies"):
        if isinstance(one, dict):
            kind = f"{one.get('role') or ''} {one.get('contentType') or ''}"
            bodies.append((kind, one.get("value")))
    bodies.sort(key=lambda body: not any(name in body[0] for name in _MARKED))
    for _, value in bodies:
        if isinstance(value, str) and (texts := _parted(value)):
            return texts
    return []


def _parted(value: str) -> list[str]:
    if not re.search(r"<\w+[^>]*>", value):
        return plain_blocks(value)
    from indexer.text.extraction.body import paragraphs_in

    return paragraphs_in(value)


def _source(item: Mapping[str, Any]) -> str:
    for key in ("provider", "source", "infosources", "copyrightholder"):
        value = item.get(key)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict):
            first = _text(first, "name")
        if isinstance(first, str) and first:
            return first
    return ""


def _names(item: Mapping[str, Any], *keys: str) -> list[str]:
    listed = [one for key in keys for one in _list(item, key)]
    return [text for one in listed if (text := _text(one, "name") if isinstance(one, dict) else "")]


def _told(head: bytes) -> Told:
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return Told.NO
    both = _IDENTIFIED.search(head) and _TELLING.search(head)
    return Told.EXACTLY if both else Told.NO


FORMAT = Format(
    name="ninjs",
    suffixes=(),
    media_types=("application/vnd.iptc.ninjs+json",),
    told=_told,
    read=read_ninjs,
)
