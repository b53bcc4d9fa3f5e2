"""Texts that were UTF-8 and that somebody read in another encoding: `KÃ¶ln`, `Itâ€™s`, `РќРёС€`.

They are valid text, so that no reader finds a fault. What shows them is that all letters beyond
ASCII of a line, turned back into bytes, are UTF-8 again. Nobody writes such a line: of the
characters that may look like it (`JOSÉ…`), a single one proves nothing.
"""

from __future__ import annotations

import re
from functools import cache

MOST_TIMES = 3
"""How often a text may have been read wrongly, once on top of the other."""

_SIGNS = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What windows-1252 makes of bytes that go on with a character in UTF-8."""

_SUSPICIOUS = re.compile(rf"[Â-ô][{_SIGNS}]|[РС][°µѕ»ЅѓЃЂ‚]")
"""Pairs that hardly any line has, but every line that was read wrongly."""

_PROOF = re.compile(rf"[à-ô][{_SIGNS}]{{2}}|Ã[{_SIGNS}]")
"""Three bytes that fit one another, or an accented letter of Western Europe, in windows-1252."""

ENOUGH = 3
"""Characters of two bytes that prove as much."""


def mended(text: str) -> str:
    """Return a text with those of its lines read anew that were read in a wrong encoding."""
    if not _SUSPICIOUS.search(text):
        return text
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    for _ in range(MOST_TIMES):
        if not _SUSPICIOUS.search(line):
            break
        again = _read_anew(line, "cp1252") or _read_anew(line, "cp1251")
        if again is None:
            break
        line = again
    return line


def _read_anew(line: str, encoding: str) -> str | None:
    """Read a line as the UTF-8 that it was, None if it was none."""
    try:
        text = b"".join(map(_bytes_of(encoding).__getitem__, line)).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None
    beyond = sum(not char.isascii() for char in text)
    sure = encoding == "cp1252" and _PROOF.search(line)
    return text if sure or beyond >= ENOUGH else None


@cache
def _bytes_of(encoding: str) -> dict[str, bytes]:
    """Characters of an encoding -> bytes.

    Of a byte above 0x7F it may also be the control of that number, as ISO 8859-1 has it.
    """
    every = [bytes((number,)) for number in range(256)]
    found = {chr(one[0]): one for one in every[:0xA0]}
    return found | {char: one for one in every if (char := one.decode(encoding, "ignore"))}
