"""Texts that were UTF-8 and that somebody read in another encoding: `KÃ¶ln`, `Itâ€™s`, `РќРёС€`.

They are valid text, so that no reader finds a fault. What shows them is that all letters beyond
ASCII of a line, turned back into bytes, are UTF-8 again. Nobody writes such a line: of the
characters that may look like it (`JOSÉ…`), a single one proves nothing.

So it is with texts of other old encodings that were read as Western European (`Íàâîäíåíèå`): hardly
a letter of theirs is plain, and as bytes they are a text in the encoding of some language.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MOST_TIMES = 3
"""How often a text may have been read wrongly, once on top of the other."""

_SIGNS = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What windows-1252 makes of bytes that go on with a character in UTF-8."""

_SUSPICIOUS = re.compile(rf"[Â-ô][{_SIGNS}]|[РС][°µѕ»ЅѓЃЂ‚]")
"""Pairs that hardly any line has, but every line that was read wrongly."""

_PROOF = re.compile(rf"[à-ô][{_SIGNS}]{{2}}|Ã[{_SIGNS}]")
"""Three bytes that fit one another, or an accented letter of Western Europe, in windows-1252."""

_ELSEWHERE = re.compile(r"(?P<sure>[√├][^\x00-\x7f]|‚Ä|ÔÇ|ΓÇ)|[–—≈ƒ╨╤┼ð][^\w\s]")
"""What a Mac (`K√∂ln`) and DOS (`K├Âln`, `K├╢ln`) make of UTF-8."""

_MAY_BE_ELSEWHERE = re.compile("[√├‚ÔΓ≈ƒ╨╤┼ð–—]")
"""What that begins with: most texts have none, which is found a dozen times as fast."""

_ON_OTHER_MACHINES = ("mac_roman", "cp850", "cp437")

_WESTERN = re.compile("[\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")

_ACCENTED = re.compile("[À-ÖØ-öø-ÿ]")

SAMPLE = 120
"""Characters by which such texts are told."""

MOST_PLAIN = 0.5
"""Share of plain signs from which on a text is in a language of Western Europe: Icelandic has 0.85,
and Russian in a wrong encoding none but what its figures and full stops are."""

LEAST = 20
"""Signs of a text of which the encoding is looked for."""

_NO_BYTE = 0x100
"""A character that Latin 1 has not."""

ENOUGH = 3
"""Characters of two bytes that prove as much."""


def mended(text: str) -> str:
    """Return a text with those of its lines read anew that were read in a wrong encoding."""
    if text.isascii():
        return text
    if _SUSPICIOUS.search(text) or _is_of_elsewhere(text):
        text = "\n".join(map(_line, text.split("\n")))
    return _of_other_encoding(text) or text


def _is_of_elsewhere(text: str) -> bool:
    return bool(_MAY_BE_ELSEWHERE.search(text) and _ELSEWHERE.search(text))


def _line(line: str) -> str:
    for _ in range(MOST_TIMES):
        again = None
        if _SUSPICIOUS.search(line):
            again = _read_anew(line, "cp1252") or _read_anew(line, "cp1251")
        if again is None and _is_of_elsewhere(line):
            found = (_read_anew(line, encoding) for encoding in _ON_OTHER_MACHINES)
            again = next(filter(None, found), None)
        if again is None:
            break
        line = again
    return line


def _of_other_encoding(text: str) -> str | None:
    """Read a text anew that was in an old encoding and read as Western European, else None."""
    sample = "".join(text[:SAMPLE].split())
    if len(sample) < LEAST or len(_WESTERN.findall(sample)) < (1 - MOST_PLAIN) * len(sample):
        return None
    from indexer.text.charsets import detected

    try:
        data = _as_bytes(text, "cp1252")
        encoding = detected(data)
        again = None if encoding is None else data.decode(encoding)
    except UnicodeError:
        return None
    return None if again is None or _ACCENTED.search(again) else again


def _read_anew(line: str, encoding: str) -> str | None:
    """Read a line as the UTF-8 that it was, None if it was none."""
    try:
        text = _as_bytes(line, encoding).decode("utf-8")
    except UnicodeError:
        return None
    if any(unicodedata.category(char) in ("Co", "Cn") for char in text):
        return None  # nobody's letters
    beyond = sum(not char.isascii() for char in text)
    if encoding in _ON_OTHER_MACHINES:
        sure = any(found["sure"] for found in _ELSEWHERE.finditer(line))
    else:
        sure = encoding == "cp1252" and _PROOF.search(line) is not None
    return text if sure or beyond >= ENOUGH else None


def _as_bytes(text: str, encoding: str) -> bytes:
    """Return a text in an encoding; raises `UnicodeEncodeError`.

    By way of Latin 1, whose characters are bytes: joining a piece per character takes ninety times
    the memory of the text.
    """
    return text.translate(_numbers_of(encoding)).encode("latin-1")


@cache
def _numbers_of(encoding: str) -> dict[int, int]:
    """Characters of an encoding -> their bytes; those of Latin 1 that it has not -> no byte.

    Of a byte above 0x7F it may also be the control of that number, as ISO 8859-1 has it.
    """
    found = {number: number if number < 0xA0 else _NO_BYTE for number in range(256)}
    every = ((number, bytes((number,)).decode(encoding, "ignore")) for number in range(256))
    return found | {ord(char): number for number, char in every if char}
