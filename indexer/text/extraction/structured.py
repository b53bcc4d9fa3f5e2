"""What a page says of itself for machines: JSON-LD (schema.org), `meta` elements, microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

ARTICLE_TYPES = frozenset(
    {
        "AdvertiserContentArticle",
        "AnalysisNewsArticle",
        "Article",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "NewsArticle",
        "OpinionNewsArticle",
        "Report",
        "ReportageNewsArticle",
        "ReviewNewsArticle",
        "SatiricalArticle",
        "ScholarlyArticle",
        "TechArticle",
    }
)
"""Types of schema.org that are an article."""

MAX_DEPTH = 40
_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!\[CDATA\[|<!--)|(?://)?\s*(?:\]\]>|-->)\s*$")
_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:https?://schema\.org/)?(\w+)"')
_TEXT = r'"((?:[^"\\\n]|\\.){1,500}+)"(?=\s*[,}\]])'
_MEMBER = re.compile(
    rf'"(headline|datePublished|dateModified|dateCreated|articleSection|inLanguage)"\s*:\s*{_TEXT}'
)
_AUTHOR = re.compile(rf'"author"\s*:\s*\[?\s*(?:\{{[^{{}}]{{0,300}}?"name"\s*:\s*)?{_TEXT}')
_MOST_MEMBERS = 100
MOST_OBJECTS = 10_000
"""Objects of JSON-LD that are looked at: 200,000 of them took 14 s, and a page has tens."""

_CONTROL = re.compile(r"[\x00-\x1f]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]+")
"""Where a word may be parted: soft hyphens and the like, which a reader does not see."""


def line(text: object) -> str:
    """One line of text: entities decoded (also twice escaped ones), white space made single."""
    if not isinstance(text, str):
        return ""
    once = unescape(text)
    whole = unescape(once) if "&" in once else once
    return " ".join((whole if whole.isascii() else _INVISIBLE.sub("", whole)).split())


@dataclass(frozen=True)
class Structured:
    """Objects of JSON-LD, and what `meta` elements say: name in lower case -> values in order."""

    objects: tuple[Mapping[str, Any], ...]
    meta: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, tree: HtmlElement) -> Structured:
        """Read a page."""
        return cls(tuple(islice(_objects(tree), MOST_OBJECTS)), _meta(tree))

    @cached_property
    def articles(self) -> tuple[Mapping[str, Any], ...]:
        """The objects that are articles, the longest text or most telling one first.

        Entries of a liveblog are none.
        """
        entries = {id(one) for blog in self.objects for one in updates_of(blog)}
        found = [
            one for one in self.objects if types_of(one) & ARTICLE_TYPES and id(one) not in entries
        ]
        return tuple(sorted(found, key=lambda one: -sum(key in one for key in _TELLING)))

    def first(self, *names: str) -> str:
        """Return the first value that one of the `meta` names has, "" if none has any."""
        return next((value for name in names for value in self.meta.get(name, ())), "")


_TELLING = ("headline", "datePublished", "author", "articleBody", "mainEntityOfPage")


def updates_of(blog: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the entries of a `LiveBlogPosting`, none where an object is no liveblog."""
    listed = blog.get("liveBlogUpdate")
    listed = listed if isinstance(listed, list) else [listed]
    return [one for one in listed if isinstance(one, Mapping)]


def types_of(one: Mapping[str, Any]) -> set[str]:
    """Return the types of an object, without a vocabulary before their names."""
    given = one.get("@type")
    names = given if isinstance(given, list) else [given]
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names if isinstance(name, str)}


def _objects(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            yield from _walk(_parsed(script.text or ""), MAX_DEPTH)


def _parsed(text: str) -> object:
    cleaned = _WRAPPING.sub("", text).strip().rstrip(";")
    if '"' not in cleaned:
        cleaned = unescape(cleaned)
    for candidate in (cleaned, _CONTROL.sub(" ", cleaned), re.sub(r",\s*([}\]])", r"\1", cleaned)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return _legible(cleaned)


def _legible(text: str) -> dict[str, Any] | None:
    """Return what can be read of an article in JSON that is broken, as by quotes in a headline."""
    article = next((one for one in _TYPE.finditer(text) if one[1] in ARTICLE_TYPES), None)
    if article is None:
        return None
    found: dict[str, Any] = {"@type": article[1]}
    for one in islice(_MEMBER.finditer(text), _MOST_MEMBERS):
        found.setdefault(one[1], _unquoted(one[2]))
    author = _AUTHOR.search(text)
    if author:
        found["author"] = _unquoted(author[1])
    return found


def _unquoted(written: str) -> str:
    try:
        return str(json.loads(f'"{written}"', strict=False))
    except ValueError:
        return written


def _walk(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, depth - 1)


def _meta(tree: HtmlElement) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = line(element.get("content"))
        if content:
            for key in ("property", "name", "itemprop", "http-equiv"):
                for name in (element.get(key) or "").lower().split():
                    found.setdefault(name, []).append(content)
    return {name: tuple(values) for name, values in found.items()}
