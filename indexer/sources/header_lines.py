"""Lines above a text that say what it is, as archives of plain text and Pelican write them.

Title: The weir fails
Date: 2026-03-09 08:30
Author: Ada Fenn

The weir at Fenland failed on Monday night.
"""

from __future__ import annotations

import re
from itertools import takewhile

from indexer.article.key_lookup import field_of

_LINE = re.compile(r"(?P<key>[^\W\d_][^:：\n]{0,39}?)\s?[:：](?:\s+|(?<=：)|$)(?P<value>.*)")

_LISTED = re.compile(r"\s*[,;、，]\s*")

MOST_LINES = 40
"""Above one text."""

LEAST = 2
"""Different fields, a title among them or an empty line behind: one line may begin with any word
and a colon."""


def header_lines(text: str) -> tuple[dict[str, str | list[str]], str]:
    """Return the values by their keys as they are written, and the text below; {} without any.

    A title stands under `title`. Keys are those of a record in any format (docs/articles.md), in
    any language. With an empty line behind, all lines to there belong to them, of which two have to
    be known. Empty lines may part them as well, where the first is a title and all are known.
    """
    lines = _side_by_side(text.lstrip("\n")).split("\n", MOST_LINES)
    above = list(takewhile(str.strip, lines[:MOST_LINES]))
    found = [_LINE.fullmatch(line.strip()) for line in above]
    known = [found_one is not None and field_of(found_one["key"]) for found_one in found]
    named = list(takewhile(bool, known))
    is_parted = all(found) and 0 < len(above) < len(lines) - 1
    if not is_parted and "title" not in named:
        return {}, text
    end = len(above) if is_parted else len(named)
    if len({*known[:end]} - {None, False, "text", "paragraphs"}) < LEAST:
        return {}, text
    head: dict[str, str | list[str]] = {}
    begin: list[str] = []
    for field, one in zip(known[:end], found, strict=False):
        if field in ("text", "paragraphs") and one is not None:
            begin.append(one["value"])
        elif one is not None and one["value"].strip():
            value = one["value"].strip()
            key = "title" if field == "title" and "title" not in head else one["key"]
            head.setdefault(key, _LISTED.split(value) if field == "tags" else value)
    below = "\n".join([*filter(None, begin), *lines[end:]]).lstrip("\n")
    return (head, below) if below.strip() else ({}, text)


def _side_by_side(text: str) -> str:
    """Leave out the empty lines between lines of a head, as readers of pages write them (Jina)."""
    head: list[str] = []
    rest = text
    while len(head) < MOST_LINES:
        line, _, below = rest.partition("\n")
        found = _LINE.fullmatch(line.strip())
        field = field_of(found["key"]) if found else None
        if field is None or (not head and field != "title"):
            break
        if field in ("text", "paragraphs"):  # the last of them: what it has follows
            return "\n".join([*head, line, "", below.lstrip("\n")]) if len(head) > LEAST else text
        if below[:1] not in ("\n", ""):
            return text
        head.append(line)
        rest = below.lstrip("\n")
    return "\n".join([*head, "", rest]) if len(head) > LEAST else text
