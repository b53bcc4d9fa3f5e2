"""Tags with more attributes than any page has: the parser takes the square of their number.

libxml2 compares each attribute of a tag with all before it: 300,000 of them, 2 MB, keep it busy for
minutes.
"""

from __future__ import annotations

import re

MOST_ATTRIBUTES = 1_000
"""Attributes of a tag that are read; the parser compares these within 5 ms."""

MOST_TAGS = 300_000
"""Tags of a text within a document that are parsed; lxml takes some 350 bytes for each."""

SHORT = 20_000
"""Characters of a tag within which there cannot be so many that it matters."""

_TAG = re.compile(
    r"""(<(?:(script|style)\b|[A-Za-z])(?:[^=>]++|=\s*+(?:"[^"]*+"|'[^']*+')|=)*+)"""
    r"""(?(2)(?:>[^<]*+(?:<(?!/\2)[^<]*+)*+(?:</\2)?)?)""",
    re.IGNORECASE,
)
"""A tag up to its end; what is between those of a script has none.

A quotation mark counts only behind "=", as in a parser: one that stands alone in a tag of a real
page would make the text after it part of the tag.
"""
_ATTRIBUTE = re.compile(r"""[\s/]+[^\s=/>]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']*+))?""")


_ANY = re.compile(r"<[^<>]*+>")


def between_tags(text: str) -> list[str] | None:
    """Return what stands between the tags of more HTML than is parsed, None where it is parsed."""
    return _ANY.split(text) if text.count("<") > MOST_TAGS else None


def with_few_attributes(text: str) -> str:
    """Return HTML in which every tag has at most `MOST_ATTRIBUTES`, its first."""
    return _TAG.sub(_cut, text) if len(text) > SHORT else text


def _cut(tag: re.Match[str]) -> str:
    if tag.end(1) - tag.start() <= SHORT:
        return tag[0]
    for number, attribute in enumerate(_ATTRIBUTE.finditer(tag[1]), 1):
        if number == MOST_ATTRIBUTES:
            return tag[0][: attribute.end()] + tag[0][len(tag[1]) :]
    return tag[0]
