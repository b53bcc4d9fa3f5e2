"""The text of an XML document -> text that a parser takes: mended, and without traps."""

from __future__ import annotations

import re
from html.entities import html5

from indexer.sources.xml_tree import with_escaped_ampersands
from indexer.text.xml_encoding import NO_XML

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}>", re.IGNORECASE)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
"""An entity that is not one of XML: of those, escaped markup has millions."""

_ENTITY = re.compile(
    r"""<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[^\s"'>]+)\s+
    (?:(?P<external>SYSTEM|PUBLIC)\b|"(?P<double>[^"]*)"|'(?P<single>[^']*)')""",
    re.VERBOSE,
)
_DOCTYPE = re.compile(
    r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+(<!DOCTYPE\b(?:[^\[>]|\[[^\]]*\])*+>)",
    re.DOTALL | re.IGNORECASE,
)
"""A document type, where one may stand."""

_NESTED_CDATA = "<![CDATA[<![CDATA["

_NESTED = re.compile(r"&(?!#)(?!(?:amp|lt|gt|quot|apos);)")

LONGEST_ENTITY = 1000
MOST_EXPANDED = 10_000_000
"""Characters that one entity has, and that all of them add: no feed needs a thousandth."""

_ITEM = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_TAG = re.compile(
    r"<(?:[\w-]+:)?(?:category|subject|enclosure|link|content|thumbnail)\b", re.IGNORECASE
)
_TAG_LIST = re.compile(r"<(?:[\w-]+:)?(?:keywords|tags)\b[^<]*", re.IGNORECASE)

_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{8000,}")

MOST_TAGS, MOST_ENTITIES, MOST_ATTRIBUTES = 1_000, 1_000, 1_000
MOST_ITEMS = 100_000
MOST_SOUND, MOST_BROKEN = 600_000, 250_000
"""Tags of a feed. feedparser takes 70 µs per item and 12 µs per tag; what is no XML it reads a
second time, with a slower parser that stops at every entity, too (25 µs per mark)."""


def too_many(items: int) -> str:
    """Say that a feed has more items than any has, "" where it has not."""
    return f"more than {MOST_ITEMS:,} items; split it" if items > MOST_ITEMS else ""


def trap(text: str) -> str | None:
    """Return the sentence that refuses a document that is a trap, None for any other.

    Entities that are read from another file, that are made of entities, or that are long, are how
    XML is used to read files of the reader or to fill its memory. No feed needs them, nor thousands
    of tags for an item, which feedparser compares with one another, or of enclosures (70 µs each).
    """
    too_much = _too_much(text)
    if too_much:
        return f"The feed is refused: it has {too_much}."
    doctype = _DOCTYPE.match(text)
    added = 0
    for number, found in enumerate(_ENTITY.finditer(doctype[1] if doctype else "")):
        if number == MOST_ENTITIES:
            return f"The XML is refused: it defines more than {MOST_ENTITIES:,} entities."
        if found["parameter"]:
            continue  # the parser does not expand these
        name = found["name"][:40]
        value = found["double"] or found["single"] or ""
        if found["external"]:
            return f"The XML is refused: its entity {name!r} is read from elsewhere."
        added += len(value) * text.count(f"&{found['name']};")
        if len(value) > LONGEST_ENTITY or added > MOST_EXPANDED or _NESTED.search(value):
            return f"The XML is refused: its entity {name!r} is made of others or is too long."
    return None


def _too_much(text: str) -> str:
    """Say what a feed has more of than any has, "" for most feeds."""
    items = _ITEM.split(text)
    if more := too_many(len(items)):
        return more
    if any(_tags_in(item) > MOST_TAGS for item in items):
        return f"an item with more than {MOST_TAGS:,} tags, links or enclosures"
    if any(found[0].count("=") > MOST_ATTRIBUTES for found in _LONG_TAG.finditer(text)):
        return f"an element with more than {MOST_ATTRIBUTES:,} attributes"
    return ""


def too_many_marks(text: str) -> str | None:
    """Return the sentence that refuses a document with more tags than are read, None for others.

    The text of `mended`. What stands in sections (CDATA) or is escaped is text to feedparser.
    """
    first, *others = text.split("<![CDATA[")
    outside = first.count("<") + sum(one.partition("]]>")[2].count("<") for one in others)
    if outside + len(others) + text.count("&") <= MOST_BROKEN:
        return None
    if outside > MOST_SOUND:  # which alone would fill the memory of the parser that tells
        kind, most = "tags", MOST_SOUND
    elif not _is_sound(text):
        kind, most = "tags, sections and entities, some of them broken", MOST_BROKEN
    else:
        return None
    return f"The feed is refused: it has more than {most:,} {kind}; split it."


def _is_sound(text: str) -> bool:
    """Tell whether a document is XML, as feedparser's first parser sees it."""
    from xml.parsers import expat

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError:
        return False
    return True


def _tags_in(item: str) -> int:
    lists = sum(found[0].count(",") for found in _TAG_LIST.finditer(item))
    return lists + sum(1 for _ in _TAG.finditer(item))


def mended(text: str) -> str:
    """Return a document that declares UTF-8, without what a strict parser stumbles over.

    That is what stands before the declaration, the document type, characters that XML forbids,
    and entities: those that are declared and those of HTML are expanded. Other ampersands stand for
    themselves. For a document without a `trap`.
    """
    found = _DECLARATION.search(text, 0, 2000)
    body = (text[found.end() :] if found else text).translate(NO_XML)
    doctype = _DOCTYPE.match(body)
    if doctype:
        body = body[doctype.end() :]
    declared = {
        one["name"]: one["double"] or one["single"] or ""
        for one in _ENTITY.finditer(doctype[1] if doctype else "")
        if not (one["parameter"] or one["external"])
    }

    def expanded(name: re.Match[str]) -> str:
        if name[1] in declared:
            return declared[name[1]]
        value = html5.get(f"{name[1]};")
        if value is None:
            return name[0]
        return "".join(f"&#{ord(char)};" for char in value)

    body = with_escaped_ampersands(_NAMED.sub(expanded, body))
    if _NESTED_CDATA in body:  # of a text that had been in such a section before
        body = body.replace(_NESTED_CDATA, "<![CDATA[").replace("]]]]><![CDATA[>]]>", "]]>")
    return '<?xml version="1.0" encoding="utf-8"?>' + body.lstrip()
