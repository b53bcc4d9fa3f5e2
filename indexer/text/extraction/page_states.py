"""Texts in the data from which a program draws a page: `__NEXT_DATA__`, `__NUXT__`, Apollo's cache.

An article stands there as one long text, or as a list of blocks, as its editor keeps it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

from indexer.article.rich_text import paragraphs_of

SCRIPT_BODY = 600
"""Characters that a text in a script must have to be taken for an article."""

_DEPTH = 30
_REFERENCES = 8
"""Levels at which what is only named is looked up."""

_ASSIGNED = re.compile(r"[\w$\]]\s*=\s*(?:JSON\.parse\(\s*)?(?=[\[{\"])")
_MOST_ASSIGNED = 200
"""Values that are looked at in a script."""

_ANGULAR = {"&q;": '"', "&s;": "'", "&l;": "<", "&g;": ">", "&a;": "&"}
"""What Angular writes for signs that mean something in HTML."""

_STATE = re.compile(r"__\w+__|\bstate\b", re.IGNORECASE)
_LITERAL = re.compile(r'"((?:[^"\\]|\\.){600,})"', re.DOTALL)
_OF_TEXT = re.compile(r"body|content|text|paragraph|block|story|article|document", re.IGNORECASE)
"""What a key has in its name whose list is the text; others list what the page is made of."""

_RUNNING, _MOSTLY = 80, 0.5
"""Characters of a paragraph of running text, and the share of a text that has to be such."""

_MOST_LOOKED_UP = 20_000
"""Values that are put in place of their names: lists that name each other would have no end."""

_INNERMOST = 0.7
"""Share of the running text of a list from which on the part that has it is the text."""


def texts_of(tree: HtmlElement) -> Iterator[list[str]]:
    """Yield the texts in scripts that hold data: a long one alone (as it is), or its blocks."""
    for text in _data(tree):
        values = list(_values(text))
        for value in values:
            for found in (value, _hydrated(value), _referred(value)):
                if found is not None:
                    yield from _long_texts(found, _DEPTH)
                    yield from _block_texts(found, "", _DEPTH)
        if not values and _STATE.search(text[:400]):
            yield from ([one] for one in _literals(text) if _is_prose(one))


def _data(tree: HtmlElement) -> Iterator[str]:
    """Yield what may hold data: scripts, and attributes that programs read theirs from."""
    for script in tree.iter("script"):
        text = script.text or ""
        kind = (script.get("type") or "").lower()
        if len(text) >= SCRIPT_BODY and ("json" in kind or re.search(r"[{\[(]", text[:400])):
            yield text
    for element in tree.iter("div", "main", "section", "article"):
        for key, value in element.attrib.items():
            long = key.startswith("data-") and len(value) >= SCRIPT_BODY
            if long and value.lstrip()[:1] in ("{", "["):
                yield value


def _values(text: str) -> Iterator[object]:
    """Yield the objects and lists of a script: its one value, or what it assigns to names."""
    if "&q;" in text:
        for written, sign in _ANGULAR.items():
            text = text.replace(written, sign)
    whole = text.strip().rstrip(";")
    for candidate in (whole, text[text.find("{") : text.rfind("}") + 1]):
        try:
            yield json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
        return
    decoder = json.JSONDecoder(strict=False)
    end = 0
    for _ in range(_MOST_ASSIGNED):
        found = _ASSIGNED.search(text, end)
        if found is None:
            return
        end = found.end()
        try:
            value, end = decoder.raw_decode(text, end)
            yield json.loads(value, strict=False) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            continue


def _literals(text: str) -> Iterator[str]:
    """Yield the long texts of a script that is no JSON, as Nuxt's, which is a call."""
    for found in _LITERAL.finditer(text):
        try:
            yield json.loads(f'"{found[1]}"', strict=False)
        except ValueError:
            continue


def _long_texts(value: object, depth: int) -> Iterator[list[str]]:
    if isinstance(value, str):
        if len(value) >= SCRIPT_BODY and _is_prose(value):
            yield [value]
    elif depth and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _long_texts(inner, depth - 1)


def _block_texts(value: object, key: str, depth: int) -> Iterator[list[str]]:
    """Yield the texts that are lists of blocks, the innermost of those that are nearly the same."""
    if not depth or not isinstance(value, dict | list):
        return
    parts = value.items() if isinstance(value, dict) else ((key, one) for one in value)
    inner = [found for name, one in parts for found in _block_texts(one, str(name), depth - 1)]
    yield from inner
    own = _blocks(value) if _OF_TEXT.search(key) else []
    if _is_running(own) and all(_running(one) < _INNERMOST * _running(own) for one in inner):
        yield own


def _blocks(value: Mapping[str, Any] | list[Any]) -> list[str]:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return list(value)
    return paragraphs_of(value) or []


def _is_running(texts: list[str]) -> bool:
    size = sum(map(len, texts))
    return size >= SCRIPT_BODY and _running(texts) >= _MOSTLY * size and _is_prose(" ".join(texts))


def _running(texts: list[str]) -> int:
    """Return the characters of running text."""
    return sum(len(one) for one in texts if len(one) >= _RUNNING)


def _is_prose(text: str) -> bool:
    """Tell whether a text is sentences rather than code, addresses or style sheets."""
    plain = re.sub(r"<[^>]*>", " ", text)
    letters = sum(one.isalpha() or one.isspace() for one in plain)
    return letters > 0.8 * len(plain) and not re.search(r"function\s*\(|\{\s*[\w-]+\s*:", plain)


def _hydrated(value: object) -> object:
    """Return what Nuxt's list of values means, in which numbers stand for others; None for others.

    [{"data": 1}, {"body": 2}, [3, 4], "The weir ...", "Nobody ..."]
    """
    if not isinstance(value, list) or len(value) < 3 or not isinstance(value[1], dict | list):
        return None

    left = iter(range(_MOST_LOOKED_UP))

    def at(index: object, depth: int) -> object:
        if type(index) is not int or not 0 <= index < len(value) or not depth:
            return None
        if next(left, None) is None:
            return None
        found = value[index]
        if isinstance(found, dict):
            return {key: at(inner, depth - 1) for key, inner in found.items()}
        if isinstance(found, list):
            listed = found[1:] if found and isinstance(found[0], str) else found
            return [at(inner, depth - 1) for inner in listed]
        return found

    tops = [n for n, one in enumerate(value) if isinstance(one, list) and len(one) > 1]
    return {f"content{n}": at(n, _REFERENCES) for n in tops} or None


def _referred(value: object) -> object:
    """Return the lists of Apollo's cache with what they only name, None where there is no cache."""
    cache = _cache(value, 6)
    if cache is None:
        return None

    left = iter(range(_MOST_LOOKED_UP))

    def resolved(one: object, depth: int) -> object:
        if next(left, None) is None:
            return None
        if isinstance(one, dict):
            name = one.get("__ref") or (one.get("id") if one.get("type") == "id" else None)
            if isinstance(name, str) and isinstance(cache.get(name), dict):
                return resolved(cache[name], depth - 1) if depth else None
            return (
                {key: resolved(inner, depth - 1) for key, inner in one.items()} if depth else None
            )
        if isinstance(one, list):
            return [resolved(inner, depth - 1) for inner in one] if depth else None
        return one

    return {
        f"{name}.{key}": resolved(inner, _REFERENCES)
        for name, entry in cache.items()
        if isinstance(entry, dict)
        for key, inner in entry.items()
        if isinstance(inner, list) and _OF_TEXT.search(f"{name}.{key}")
    }


def _cache(value: object, depth: int) -> Mapping[str, Any] | None:
    """Return the object that has Apollo's entries by name, which is within others."""
    if not isinstance(value, dict) or not depth:
        return None
    if "ROOT_QUERY" in value:
        return value
    found = (_cache(inner, depth - 1) for inner in value.values())
    return next((one for one in found if one is not None), None)
