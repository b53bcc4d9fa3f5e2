"""Parts of a body that stand in containers of their own, with advertisements or widgets between.

Systems that put a text together of widgets, and sites that part it for advertisements, repeat what
holds its paragraphs: the same elements with the same classes, one within the other. Of these a
finder of bodies may take one for the text and the others for what stands around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from indexer.text.extraction.headline import letters

_LEVELS = 3
"""Elements around a paragraph that are compared, with their classes."""

_LONG, _RUNNING = 80, 150
"""Characters of a paragraph and of a part that are running text."""

_LEAST, _MOST = 0.05, 3.0
"""How much of the text that was found the other parts together have, at least and at most."""

_MAIN = 0.5
"""Share of the paragraphs that were found that stand in containers of one kind."""

_MOST_PARAGRAPHS, _MOST_LETTERS = 1_000, 200_000
"""Of a page and of its text: each paragraph is looked for in all of it."""

_BEGINNING = 60
"""Letters by which a paragraph is known that was found in other words, without what is hidden."""

_LINKED = 0.5
"""Share of a part that is links where it is none of the text."""

_IN_PARTS = ("p", "h2", "h3", "h4", "blockquote", "ul", "ol")
_WHOLE = ("article", "main")

Signature = tuple[tuple[str, str], ...]


def with_other_parts(tree: HtmlElement, kept: Sequence[str]) -> list[str]:
    """Return the paragraphs that were found with those of the other parts, in order.

    What was found may be a text in one piece: then it is parted as the page parts it.
    """
    paragraphs = [one for one in tree.iter("p") if one.getparent() is not None]
    whole = "".join(map(letters, kept))
    if len(paragraphs) > _MOST_PARAGRAPHS or len(whole) > _MOST_LETTERS:
        return list(kept)
    texts = {one: _text(one) for one in paragraphs}
    bare = {one: letters(text) for one, text in texts.items()}
    own = [one for one, text in texts.items() if len(text) >= _LONG and bare[one] in whole]
    around = {one: _signature(one) for one in paragraphs}
    kinds = Counter(around[one] for one in own)
    kind, often = next(iter(kinds.most_common(1)), ((), 0))
    if often < _MAIN * len(own) or not any(classes for _, classes in kind[:2]):
        return list(kept)
    taken = {one.getparent() for one in own}
    articles = {_article(one) for one in own}
    parts: list[HtmlElement] = []
    for one in paragraphs:
        parent = one.getparent()
        if parent is None or parent in taken or around[one] != kind:
            continue
        if _article(one) not in articles or bare[one][:_BEGINNING] in whole:
            continue
        if _is_running(parent):
            taken.add(parent)
            parts.append(parent)
    more = sum(len(_text(one)) for one in parts)
    size = sum(map(len, kept))
    if not _LEAST * size <= more <= _MOST * size:
        return list(kept)
    return _merged(tree, _parted(kept, [texts[one] for one in own if around[one] == kind]), parts)


def _parted(kept: Sequence[str], own: Sequence[str]) -> list[str]:
    """Part a text in one piece where it is nothing but paragraphs of the page."""
    parted: list[str] = []
    texts = [(one, letters(one)) for one in own]
    for one in kept:
        whole = letters(one)
        within = [text for text, bare in texts if bare in whole] if len(one) > _RUNNING else []
        is_all = len(within) > 1 and "".join(map(letters, within)) == whole
        parted += within if is_all else [one]
    return parted


def _signature(element: HtmlElement) -> Signature:
    """Return what stands around a paragraph, from the inside."""
    found: list[tuple[str, str]] = []
    for one in element.iterancestors():
        found.append((str(one.tag), one.get("class") or ""))
        if len(found) == _LEVELS:
            break
    return tuple(found)


def _article(element: HtmlElement) -> HtmlElement | None:
    return next(element.iterancestors(*_WHOLE), None)


def _is_running(part: HtmlElement) -> bool:
    texts = [_text(one) for one in part.iterchildren("p")]
    size = sum(map(len, texts))
    linked = sum(len(_text(one)) for one in part.iter("a"))
    is_long = any(len(one) >= _LONG for one in texts)
    return is_long and size >= _RUNNING and linked <= _LINKED * size


def _merged(tree: HtmlElement, kept: Sequence[str], parts: Sequence[HtmlElement]) -> list[str]:
    """Put the texts of parts where they stand between the paragraphs that were found."""
    place = {one: number for number, one in enumerate(tree.iter())}
    known: dict[str, int] = {}
    for one, number in place.items():
        if one.tag in _IN_PARTS:
            known.setdefault(letters(_text(one)), number)
    at = -1
    ordered: list[tuple[int, int, str]] = []
    for number, text in enumerate(kept):
        at = max(at, known.get(letters(text), at))
        ordered.append((at, number, text))
    there = {letters(one) for one in kept}
    for part in parts:
        texts = [one for one in _blocks(part) if letters(one) not in there]
        ordered += [(place[part], number, one) for number, one in enumerate(texts)]
    return [text for _, _, text in sorted(ordered, key=lambda one: one[:2])]


def _blocks(part: HtmlElement) -> Iterator[str]:
    for one in part.iterchildren(*_IN_PARTS):
        inner = one.iterchildren("li") if one.tag in ("ul", "ol") else [one]
        yield from (text for each in inner if (text := _text(each)))


def _text(element: HtmlElement) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
