"""JSON Lines and JSON, told apart by what they begin with."""

from __future__ import annotations

import re
from typing import Literal

from indexer.sources.json_text import parse

HEAD = 8192
"""Bytes that are looked at."""


def json_shape(head: bytes) -> Literal["lines", "values"] | None:
    """Return which of the two a file is, None where it begins with neither a list nor an object."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"\[\s*(?:\{|\])", text):
        return "values"
    if not re.match(rb'\{\s*"', text):
        return None
    first, newline, rest = text.partition(b"\n")
    if not newline and len(text) < HEAD - 8:
        return "lines"  # one line, to its end or to where it breaks off
    try:
        parse(first.decode("utf-8", "replace"))
    except ValueError:
        # It does not end within the head: a long line, unless what follows is indented.
        return "values" if newline and rest[:1] in (b" ", b"\t", b"\r") else "lines"
    return "lines"
