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
from indexer.sources.markup_blocks import NOT_PUBLIC, plain_blocks
from indexer.sources.wire import FURTHER_NOTICE, NO_TEXT, wire_record
from indexer.sources.wire_ids import item_id
from indexer.text.encoding import read_whole

_IDENTIFIED = re.compile(rb'"(?:ur[in]|guid|altIds?|altids)"\s*:')
_TELLING = re.compile(
    rb'"(?:versioncreated|versionCreated|pubstatus|pubStatus|body_(?:text|x?html|main|richtext)|'
    rb'bodies|headlines|firstcreated|contentCreated|infosources|standard)"\s*:'
)
_VERSIONED = re.compile(r"etag|version|revision|record|sequence", re.IGNORECASE)
_MARKED = ("xhtml", "html", "richtext")
_PART = re.compile(
    r"teaser|summary|abstract|short|lead|caption|headline|description", re.IGNORECASE
)
"""Roles of bodies that have a part of the text, or another one."""


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
        for item in _items(found.record):
            kind = _text(item, "type").lower()
            if kind in NO_TEXT - {"composite"}:
                yield Reject(found.origin, f"The item is no text: its type is {kind}.")
            else:
                yield RawArticle(found.origin, _record(item), found.size)


def _items(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Take the items out of what an API answers with: `data`, `items` and `item` around each.

    AP's stands beside its text as that of another program (`nitf`), in the keys of ninjs.
    """
    if _text(found, "uri", "guid", "headline") and not isinstance(found.get("item"), dict):
        return [found]
    for key in ("data", "item"):
        inner = found.get(key)
        if isinstance(inner, dict):
            text = found.get("nitf")
            items = _items(inner)
            if len(items) == 1 and isinstance(text, dict):
                bodies = {name: value for name, value in text.items() if name.startswith("body_")}
                return [{**bodies, **items[0]}]
            return items
    listed = [one for key in ("items", "results") for one in _list(found, key)]
    inside = [item for one in listed if isinstance(one, dict) for item in _items(one)]
    return inside or [found]


_ELSEWHERE = {
    "headline": "headline",
    "byline": "byline",
    "bodytext": "body_text",
    "bodyhtml": "body_html",
    "bodyxhtml": "body_xhtml",
    "urn": "uri",
    "version_created": "versioncreated",
    "first_created": "firstcreated",
    "article_html": "body_html",
}
"""Keys in small letters without "_", as what is near to ninjs spells them (`bodyXhtml`): ours."""


def _in_our_spelling(item: Mapping[str, Any]) -> Mapping[str, Any]:
    known = {key: _ELSEWHERE.get(key.lower(), key) for key in item}
    return {
        known[key]: value
        for key, value in item.items()
        if known[key] == key or known[key] not in item
    }


def _record(given: Mapping[str, Any]) -> dict[str, Any]:
    item = _in_our_spelling(given)
    address = _text(item, "uri", "guid")
    others = _others(item)
    # AP's addresses say who asked and for what, its ids do not.
    version, title = _text(item, "version"), _title(item)
    guid = others.get("itemid") or address
    if version and _text(item, "versionedGuid") == guid:  # of Reuters' interface
        guid = guid.removesuffix(f":{version}")
    made = _text(item, "firstcreated", "firstCreated", "contentcreated", "contentCreated")
    return wire_record(
        guid=guid,
        known_by=item_id(guid, version, (*others.values(), made, title)),
        version=version,
        status=_code(item, "pubstatus", "pubStatus") or "usable",
        embargo=_embargo(item),
        title=title,
        paragraphs=_paragraphs(item),
        lang=_code(item, "language"),
        source=_source(item),
        authors=[_text(item, "byline", "by"), *_names(item, "bylines")],
        published=made or _text(item, "versioncreated", "versionCreated"),
        updated=_text(item, "versioncreated", "versionCreated"),
        genres=_names(item, "genre", "genres"),
        kinds=[
            *_codes(item, "signals", "signal", "editorialtypes", "updateaction", "updateAction"),
            _text(item, "profile"),
            _text(item, "type"),
        ],
        notes=[_text(item, "ednote", "edNote", "editorialnote"), *_strings(item, "ednotes")],
        tags=[*_names(item, "subject", "subjects"), *_names(item, "keywords", "keyword")],
        url=address if address.startswith(("http://", "https://")) else "",
    )


def _others(item: Mapping[str, Any]) -> dict[str, str]:
    """Return the other ids of an item by what they are: an object in version 1, a list since.

    Those of a single version (AP's `etag` and `recordid`) are left out.
    """
    given = item.get("altids")
    if isinstance(given, Mapping):
        return {
            key: text for key in given if not _VERSIONED.search(key) and (text := _text(given, key))
        }
    listed = [one for key in ("altids", "altIds") for one in _list(item, key)]
    return {
        _text(one, "role") or str(number): text
        for number, one in enumerate(listed)
        if isinstance(one, dict) and (text := _text(one, "value"))
    }


def _text(item: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        value = item.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _codes(item: Mapping[str, Any], *keys: str) -> list[str]:
    """Return codes, each written as a text or as an object, one of them or a list."""
    found = []
    for value in (item.get(key) for key in keys):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                given: object = _text(one, "code", "qcode", "uri", "name", "value")
            else:
                given = one
            found += [given] if isinstance(given, str) and given else []
    return found


def _code(item: Mapping[str, Any], *keys: str) -> str:
    return next(iter(_codes(item, *keys)), "")


_EMBARGO = ("embargoed", "embargoedUntil", "embargo", "embargoeduntil", "embargodate")


def _embargo(item: Mapping[str, Any]) -> str:
    """Return when an embargo ends; `true` means until further notice."""
    if any(item.get(key) is True for key in _EMBARGO):
        return _text(item, *_EMBARGO) or FURTHER_NOTICE
    return _text(item, *_EMBARGO)


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
    """Return the text of one body: a whole one, with paragraphs before one without.

    What is not for the public is never taken, whatever else is missing.
    """
    bodies = [(key[5:], value) for key, value in item.items() if key.startswith("body_")]
    for one in _list(item, "bodies"):
        if isinstance(one, dict):
            kind = f"{one.get('role') or ''} {one.get('contentType') or ''}"
            bodies.append((kind, one.get("value")))
    public = [body for body in bodies if not NOT_PUBLIC.search(body[0])]
    public.sort(
        key=lambda body: (
            bool(_PART.search(body[0])),
            not any(name in body[0] for name in _MARKED),
        )
    )
    for _, value in public:
        if isinstance(value, str) and (texts := _parted(value)):
            return texts
    return []


def _parted(value: str) -> list[str]:
    if not re.search(r"<\w+[^>]*>", value):
        return plain_blocks(value)
    from indexer.text.extraction.body import paragraphs_in

    return paragraphs_in(value)


def _source(item: Mapping[str, Any]) -> str:
    for key in ("provider", "source", "infosources", "infoSources", "copyrightholder",
                "copyrightHolder"):  # fmt: skip
        value = item.get(key)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict):
            first = _text(first, "name")
        if isinstance(first, str) and first:
            return first
    return ""


def _strings(item: Mapping[str, Any], *keys: str) -> list[str]:
    listed = [one for key in keys for one in _list(item, key)]
    return [one for one in listed if isinstance(one, str)]


def _names(item: Mapping[str, Any], *keys: str) -> list[str]:
    listed = [one for key in keys for one in _list(item, key)]
    keyed = ("name", "by", "literal")
    named = (_text(one, *keyed) if isinstance(one, dict) else one for one in listed)
    return [text for text in named if isinstance(text, str) and text]


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
