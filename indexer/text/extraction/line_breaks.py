"""Texts whose paragraphs are only parted by line breaks, straight in their box: <br><br>."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import Element, HtmlElement

_BOXES = ("article", "div", "section", "td", "main", "span", "font")
_INLINE = frozenset(
    "a abbr b big br cite code em font i img mark q s small span strong sub sup time u wbr".split()  # noqa: SIM905
)
LEAST = 2
"""Double breaks in a box whose text is made paragraphs."""


def in_paragraphs(tree: HtmlElement) -> HtmlElement | None:
    """Make each piece between double breaks a `p`; None where no box has several.

    The tree is changed and returned.
    """
    boxes = [box for box in tree.iter(*_BOXES) if sum(map(_is_double, box)) >= LEAST]
    for box in boxes:
        _part(box)
    return tree if boxes else None


def _is_double(element: HtmlElement) -> bool:
    """Tell a line break with another one directly behind it."""
    after = element.getnext() if element.tag == "br" else None
    return after is not None and after.tag == "br" and not (element.tail or "").strip()


def _part(box: HtmlElement) -> None:
    pieces = list(_pieces(box))
    for child in list(box):
        box.remove(child)
    box.text = None
    box.extend(pieces)


def _pieces(box: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the content of a box: blocks as they are, and what is between them as paragraphs."""
    children = list(box)
    doubles = [_is_double(child) for child in children]
    piece = _paragraph(box.text)
    for child, is_first, is_second in zip(children, doubles, [False, *doubles], strict=False):
        tail, child.tail = child.tail, None
        if child.tag in _INLINE and not (is_first or is_second):
            child.tail = tail
            piece.append(child)
            continue
        if "".join(map(str, piece.itertext())).strip():
            yield piece
        if child.tag not in _INLINE:
            yield child
        piece = _paragraph(tail)
    if "".join(map(str, piece.itertext())).strip():
        yield piece


def _paragraph(text: str | None) -> HtmlElement:
    made = Element("p")
    made.text = text
    return made
