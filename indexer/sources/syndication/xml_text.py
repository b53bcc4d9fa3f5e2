"""Bytes of an XML document -> text that a parser takes: decoded, mended, and without traps.

What a document declares of its encoding is often wrong; how the bytes can be read decides.
"""

from __future__ import annotations

import re
from html.entities import html5

from indexer.text.encoding import decode, marked_encoding
from indexer.text.encoding_names import known_encoding

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}>", re.IGNORECASE)
_STARTS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),  # "<?xm" in EBCDIC
)
"""How a document without a byte order mark begins (XML 1.0, appendix F)."""

_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
"""What is meant by these encodings (https://encoding.spec.whatwg.org/#names-and-labels)."""

_STATEFUL = ("iso2022", "hz", "utf-7")
"""Encodings whose bytes are all ASCII."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML document may have (XML 1.0, production 2)."""

_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})

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


def decoded(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """Return the text and Python's name of its encoding; what cannot be read is U+FFFD.

    `charset` is what the server said, None where that is unknown. Bytes that are valid UTF-8 are
    read as such whatever is declared, since text in another encoding hardly ever is.
    """
    known = marked_encoding(data) or next(
        (n for start, n in _STARTS if data.startswith(start)), None
    )
    if known:
        return data.decode(known, "replace").removeprefix("\ufeff"), known
    declared = _DECLARED.search(data[:2000])
    given = (charset, declared[1].decode() if declared else None)
    names = [name for one in given if one and (name := known_encoding(one))]
    if data.isascii():
        name = next((name for name in names if name.startswith(_STATEFUL)), None)
        return data.decode(name or "ascii", "replace"), name or (names or ["utf-8"])[0]
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # cut off within the last character
            return data.decode("utf-8", "replace"), "utf-8"
    return _other(data, names)


def _other(data: bytes, names: list[str]) -> tuple[str, str]:
    """Read bytes that are not valid UTF-8, in one of the encodings named or as detected."""
    for name in names:
        if name.startswith(("utf-16", "utf-32", "utf-8")):
            continue
        for one in (name, _WIDER.get(name, name)):
            try:
                return data.decode(one), name
            except UnicodeDecodeError:
                continue
    text = data.decode("utf-8", "replace")
    # UTF-8 with a few broken bytes is still UTF-8.
    if text.count("\ufffd") * 50 < len(re.findall(r"[^\x00-\x7f]", text)):
        return text, "utf-8"
    try:
        # Tags are no language, by which encodings are told.
        found = decode(re.sub(rb"<[^<>]*>", b" ", data)).encoding
    except UnicodeError:
        found = "utf-8"
    if found == "utf-8":
        found = next((one for one in names if not one.startswith("utf")), "cp1252")
    return data.decode(_WIDER.get(found, found), "replace"), found


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
    if outside <= MOST_BROKEN and outside + text.count("&") <= MOST_BROKEN:
        return None
    if not _is_sound(text):
        kind, most = "tags and entities, some of them broken", MOST_BROKEN
    elif outside > MOST_SOUND:
        kind, most = "tags", MOST_SOUND
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
    and entities: those that are declared and those of HTML are expanded. For a document without a
    `trap`.
    """
    found = _DECLARATION.search(text, 0, 2000)
    body = _FORBIDDEN.sub("", text[found.end() :] if found else text)
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
        if value is None or name[1] in _OF_XML:
            return name[0]
        return "".join(f"&#{ord(char)};" for char in value)

    body = _NAMED.sub(expanded, body)
    if _NESTED_CDATA in body:  # of a text that had been in such a section before
        body = body.replace(_NESTED_CDATA, "<![CDATA[").replace("]]]]><![CDATA[>]]>", "]]>")
    return '<?xml version="1.0" encoding="utf-8"?>' + body.lstrip()
