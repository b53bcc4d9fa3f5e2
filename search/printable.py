"""Text that others wrote, as a terminal and a log may be given it.

Whoever writes an article, names a file or sends a request must not move the cursor, change the
title or colours of a terminal, hide a line or make one up: control characters do that (ECMA-48),
those of 7 bits (ESC, CR, BEL) and those of 8 (CSI, OSC).
"""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Everything but line feed and tab."""

_UNESCAPED = re.compile(r"[\x7f-\x9f]")


def printable(text: str) -> str:
    """Return the text with a space for each character that controls a terminal.

    Line feeds and tabs stay. The length does too, so that highlights still fit.
    """
    return _CONTROLS.sub(" ", text)


def on_one_line(text: str) -> str:
    """Return the same without line feeds and tabs, for names that stand within a line."""
    return printable(text).replace("\n", " ").replace("\t", " ")


def printable_json(text: str) -> str:
    """Escape what JSON leaves as it is and terminals obey; the values stay the same."""
    return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
