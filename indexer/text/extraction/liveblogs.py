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

_LEAST_OF_ENTRY, _MOST_LINKED = 60, 0.3
"""Characters of an entry, and the share of them that may be links."""

_CLOCK = re.compile(r"\d{1,2}\s?[:.h]\s?\d{2}(?!\d)|\d{1,2}\s?[ap]\.?m\b", re.IGNORECASE)
_BEGIN = 40
"""Characters of an entry among which its time stands."""

_ENTRIES = frozenset({"article", "div", "section", "li"})
_OWN_ARTICLES = ".//article | .//*[@itemprop='liveBlogUpdate']"
_OF_BODY = re.compile(
    r"\b(?:entry|article|post|page|text|art|story)[-_]*(?:content|body|text|entry)\b|"
    r"^(?:post|entry|text|story)$",
    re.IGNORECASE,
)
"""What the text of an article is called, of which a page should have one."""

_OF_READERS = re.compile(r"comment|reply|review|card|teaser|related", re.IGNORECASE)

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

    An item of a list is one paragraph otherwise. Of entries that are articles each, the first one
    would be the text: they are made sections of one. The tree is changed and returned.
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
    parents = (one.getparent() for one in tree.xpath(_OWN_ARTICLES))
    for parent in dict.fromkeys(one for one in parents if one is not None):
        entries = [one for one in parent if one.tag in _ENTRIES]
        if len(entries) >= LEAST_ENTRIES and all(map(_is_dated, entries)):
            _make_one(parent, entries)
    return tree


def _make_one(parent: HtmlElement, entries: list[HtmlElement]) -> None:
    """Make one article of its entries, which are articles of their own, or have bodies."""
    if parent.tag != "body":
        parent.tag = "article"
    for entry in entries:
        entry.tag = "div"
        for one in entry.iter():
            if one.get("itemprop") == "articleBody":
                del one.attrib["itemprop"]
            if _OF_BODY.search(one.get("class") or ""):
                del one.attrib["class"]


def _is_dated(item: HtmlElement) -> bool:
    """Tell an entry: a time above a text that is no link; comments and teasers are none."""
    if _OF_READERS.search(f"{item.get('class') or ''} {item.get('id') or ''}"):
        return False
    if any(one.find(".//a[@href]") is not None for one in item.iter(*_HEADS)):
        return False
    if item.find(".//h1") is not None or item.xpath("boolean(.//a[.//img])"):
        return False
    text = line(" ".join(item.itertext()))
    timed = item.find(".//time") is not None or _CLOCK.search(text[:_BEGIN]) is not None
    links = sum(len(line(one.text_content())) for one in item.iter("a"))
    return timed and len(text) > _LEAST_OF_ENTRY and links < _MOST_LINKED * len(text)


def _is_entry(item: HtmlElement) -> bool:
    heads = [one for one in item.iter(*_HEADS) if line(one.text_content())]
    if not heads or any(one.find(".//a[@href]") is not None for one in heads):
        return False
    if item.find(".//p") is None and item.find(".//div") is None:
        return False
    begins = line(" ".join(item.itertext()))[:_BEGIN]
    return item.find(".//time") is not None or _CLOCK.search(begins) is not None
