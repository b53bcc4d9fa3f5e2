"""Entries of liveblogs: what a page says of them for machines, and lists that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

from indexer.text.extraction.headline import letters
from indexer.text.extraction.structured import Structured, line, types_of, updates_of

LEAST_ENTRIES = 2
MISSED = 0.05
"""Share of the characters of the entries that may not have been found."""

_CLOCK = re.compile(r"\d{1,2}\s?[:.h]\s?\d{2}(?!\d)|\d{1,2}\s?[ap]\.?m\b", re.IGNORECASE)
_BEGIN = 40
"""Characters of an entry among which its time stands."""

_HEADS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"p", "div", "section", "blockquote", "ul", "ol"})


def entries_said(said: Structured) -> list[list[str]]:
    """Return the texts of each liveblog that the page describes: headline and body per entry."""
    blogs = (one for one in said.objects if "LiveBlogPosting" in types_of(one))
    found = ([text for entry in updates_of(blog) for text in _texts(entry)] for blog in blogs)
    return [texts for texts in found if texts]


def _texts(entry: Mapping[str, Any]) -> Iterator[str]:
    for key in ("headline", "articleBody"):
        value = entry.get(key)
        if isinstance(value, str) and line(value):
            yield value


def with_entries(kept: list[str], entries: list[str]) -> list[str]:
    """Return the paragraphs of a page with all entries that it describes, if some were not found.

    A page may describe the newest entries only: where more was found beside them, that counts.
    """
    found = letters(" ".join(kept))
    missed = sum(len(one) for one in entries if letters(one) not in found)
    if missed <= MISSED * sum(map(len, entries)):
        return kept
    said = letters(" ".join(entries))
    others = [one for one in kept if letters(one) not in said]
    return [*others, *entries] if _size(others) < _size(entries) else kept


def _size(texts: list[str]) -> int:
    return sum(map(len, texts))


def with_entries_apart(tree: HtmlElement) -> HtmlElement:
    """Make sections of the items of lists that are entries: each a time, a heading and a text.

    An item of a list is one paragraph otherwise. The tree is changed and returned.
    """
    for listed in tree.xpath(".//ul | .//ol"):
        items = [one for one in listed if one.tag == "li"]
        if len(items) >= LEAST_ENTRIES and all(map(_is_entry, items)):
            listed.tag = "div"
            for item in items:
                item.tag = "div"
                for child in item:
                    if isinstance(child.tag, str) and child.tag not in _HEADS | _BLOCKS:
                        child.tag = "p"
    return tree


def _is_entry(item: HtmlElement) -> bool:
    heads = [one for one in item.iter(*_HEADS) if line(one.text_content())]
    if not heads or any(one.find(".//a[@href]") is not None for one in heads):
        return False
    if item.find(".//p") is None and item.find(".//div") is None:
        return False
    begins = line(" ".join(item.itertext()))[:_BEGIN]
    return item.find(".//time") is not None or _CLOCK.search(begins) is not None
