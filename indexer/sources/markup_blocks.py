"""The paragraphs of a text in XHTML, NITF or the like, within an agency's item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from indexer.sources.xml_tree import name_of

if TYPE_CHECKING:
    from lxml import etree

_BLOCKS = frozenset(
    """
    p para paragraph h1 h2 h3 h4 h5 h6 hl1 hl2 li dt dd tr pre blockquote fn note abstract
    """.split()  # noqa: SIM905
)
_OUTSIDE = frozenset(
    [
        "head",
        "header",
        "footer",
        "nav",
        "style",
        "script",
        "title",
        "media",
        "media-caption",
        "media-producer",
        "tagline",
        "bibliography",
        "byline",
        "dateline",
        "headline",
        "hedline",
        "copyrite",
        "distributor",
        "slugline",
        "nonpublic",
        "table-caption",
    ]
)
NOT_PUBLIC = re.compile(r"non-?public|hidden|editor(?:s|ial)?[-_ ]?note|internal", re.IGNORECASE)
"""What parts of an item are called that only editors are to read."""


def blocks_of(root: etree._Element) -> list[str]:
    """Return paragraphs, headings, items of lists and rows of tables, in order.

    Notes that are not for the public, heads, captions and bylines are left out. A text without any
    such element is parted at its empty lines, or lines.
    """
    found = [text for text in _blocks(root) if text]
    return found or plain_blocks("".join(map(str, root.itertext())))


def longest(texts: Iterable[list[str]]) -> list[str]:
    """Return the one of most characters, [] where there is none."""
    return max(texts, key=lambda paragraphs: sum(map(len, paragraphs)), default=[])


def plain_blocks(text: str) -> list[str]:
    """Part plain text at empty lines; where there are none, at the ends of lines."""
    whole = text.replace("\r\n", "\n").strip("\n")
    parts = re.split(r"\n[ \t]*\n", whole)
    if len(parts) == 1 or all("\n" not in part.strip() for part in parts):
        parts = whole.split("\n")
    elif any(re.search(r"\n[ \t]{2,}\S", part) for part in parts):
        parts = [piece for part in parts for piece in re.split(r"\n(?=[ \t]{2,}\S)", part)]
    return [line for part in parts if (line := _line(part))]


def _blocks(element: etree._Element) -> Iterator[str]:
    name = name_of(element).lower()
    if not name or (name in _OUTSIDE and not _is_heading(element)) or _is_hidden(element):
        return
    inner = any(name_of(one).lower() in _BLOCKS for one in element.iter() if one is not element)
    if (name in _BLOCKS or name == "head") and not inner:
        yield _line(" | ".join(_cells(element)) if name == "tr" else _joined(element))
        return
    if inner:
        yield _line(element.text or "")
        for one in element:
            yield from _blocks(one)
            yield _line(one.tail or "")


def _is_heading(element: etree._Element) -> bool:
    """Tell a `head` that is a line among paragraphs from that of a document, which has parts."""
    return name_of(element).lower() == "head" and not len(element)


def _cells(row: etree._Element) -> Iterator[str]:
    for cell in row:
        if text := _line(_joined(cell)):
            yield text


def _joined(element: etree._Element) -> str:
    for gap in element.iter():
        if name_of(gap).lower() == "br":
            gap.tail = f" {gap.tail or ''}"
    return "".join(map(str, element.itertext()))


def _is_hidden(element: etree._Element) -> bool:
    said = " ".join(element.get(key) or "" for key in ("class", "id", "role", "type", "noteclass"))
    return bool(NOT_PUBLIC.search(said))


def _line(text: str) -> str:
    return " ".join(text.split())
