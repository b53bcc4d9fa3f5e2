"""JSON Lines and JSON, told apart by what they begin with."""

from __future__ import annotations

import json
import re
from typing import Literal

from indexer.sources.json_text import Lenient, is_unfinished, parse

HEAD = 8192
"""Bytes that are looked at."""


def json_shape(head: bytes) -> Literal["lines", "values"] | None:
    """Return which of the two a file is, None where it begins with neither a list nor an object."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"\[\s*(?:\{|\]|\[\s*\")", text):
        return "values"
    if not re.match(rb'\{\s*"', text):
        return None
    first, newline, rest = text.partition(b"\n")
    if not newline and len(text) < HEAD - 8:
        return "lines"  # one line, to its end or to where it breaks off
    try:
        parse(first.decode("utf-8", "replace"))
    except ValueError:
        # It does not end within the head: a long line, unless what follows goes on with it.
        indented = rest[:1] in (b" ", b"\t", b"\r")
        goes_on = indented or (not _is_cut_off(first, rest) and _goes_on(text))
        return "values" if newline and goes_on else "lines"
    return "lines"


def _is_cut_off(first: bytes, rest: bytes) -> bool:
    """Tell whether a line that does not end was cut off: an object of its own follows."""
    following = rest.partition(b"\n")[0]
    if first.rstrip().endswith(b"[") or not following.startswith(b"{"):
        return False
    try:
        parse(following.decode("utf-8", "replace"))
    except ValueError:
        return False
    return True


def _goes_on(text: bytes) -> bool:
    """Tell whether the first value of a text takes several lines: it ends in none, or later on."""
    try:
        Lenient().decode(text.decode("utf-8", "replace"), 0)
    except json.JSONDecodeError as error:
        # No text goes on in the next line: it was cut off.
        return not error.msg.startswith("Invalid control") and is_unfinished(error)
    except RecursionError:
        return False
    return True
