"""A body in trafilatura's TEI -> its paragraphs, with the line breaks that end some of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from indexer.text.extraction.structured import line

_BLOCKS = frozenset({"p", "head", "item", "quote", "row", "code", "fw", "ab", "list", "table"})

_BREAK = "\ue000"
"""Stands where two line breaks do, of which trafilatura may leave one: no page has it as text."""

_EMPTY_LINE_BETWEEN = re.compile(r"(?<=[.!?…。！？」』”»।])[ \t\u3000]*\n[ \t\u3000]*\n\s*(?=\S)")

_EMPTY_LINE = re.compile(rf"\n[ \t\xa0]*\n|{_BREAK}")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, which share of its characters (0 to 1) belongs to links, and its lines."""

    text: str
    linked: float = 0.0
    lines: int = 1
    is_head: bool = False


def with_breaks(tree: HtmlElement) -> HtmlElement:
    """Mark where a paragraph ends by two line breaks, or by an empty line between sentences.

    Such a line is shown where a style sheet says so. The tree is changed and returned.
    """
    for one in tree.iter("br"):
        after = one.getnext()
        if after is not None and after.tag == "br" and not (one.tail or "").strip():
            after.tail = _BREAK + (after.tail or "")
    for paragraph in tree.iter("p"):
        for one in paragraph.iter():
            if one.text and "\n" in one.text:
                one.text = _EMPTY_LINE_BETWEEN.sub(_BREAK, one.text)
            if one.tail and "\n" in one.tail and one is not paragraph:
                one.tail = _EMPTY_LINE_BETWEEN.sub(_BREAK, one.tail)
    return tree


def blocks_of(parent: etree._Element) -> Iterator[Block]:
    """Part a body in trafilatura's TEI into paragraphs: a row of a table or an item is one.

    Two line breaks end one. A row that has paragraphs in its cells only lays out the page.
    """
    for child in parent:
        inner = [one for one in child.iter() if one is not child and one.tag in _BLOCKS]
        if child.tag in ("list", "table") or (inner and child.tag == "quote"):
            yield from blocks_of(child)
            continue
        if child.tag == "row" and sum(one.tag in ("p", "head") for one in inner) > 1:
            for cell in child.iter("cell"):
                yield from _laid_out(cell)
            continue
        written = " | ".join(_cells(child)) if child.tag == "row" else _joined(child)
        links = sum(len(line("".join(map(str, one.itertext())))) for one in child.iter("ref"))
        linked = links / max(1, len(line(written)))
        for part in _EMPTY_LINE.split(written):
            lines = sum(bool(one.strip()) for one in part.splitlines())
            yield Block(line(part), linked, lines, child.tag == "head")


def _laid_out(cell: etree._Element) -> Iterator[Block]:
    """Part a cell that holds a part of a page into paragraphs: also the text between them."""
    parts = etree.Element("body")
    before = etree.SubElement(parts, "p")
    before.text = cell.text
    for child in list(cell):
        behind, child.tail = child.tail, None
        if child.tag in _BLOCKS:
            parts.append(child)
            before = etree.SubElement(parts, "p")
            before.text = behind
        else:
            child.tail = behind
            before.append(child)
    yield from blocks_of(parts)


def _cells(row: etree._Element) -> Iterator[str]:
    for cell in row.iter("cell"):
        text = line(_joined(cell))
        if text:
            yield text


def _joined(element: etree._Element) -> str:
    for gap in element.iter("lb"):
        gap.tail = f"\n{gap.tail or ''}"
    return "".join(str(part) for part in element.itertext())
