"""Characters that carry no text: what is taken out of every title and paragraph."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from indexer.text.mojibake import mended

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# C0 and C1 controls, soft hyphen, zero-width space, word joiner, byte order mark, direction marks
# and isolates, interlinear annotation. The zero-width joiners stay: Persian and Indic scripts
# spell with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


MOST_MARKS = 30
"""What the Stream-Safe Text Format allows (Unicode Standard Annex 15): no language needs more, and
normalising takes time with the square of their number."""

_MANY_SIGNS = re.compile(rf"[^\w\s]{{{MOST_MARKS + 1}}}")
"""What is neither a letter nor a number, as no mark is: such rows are rare and quickly found, while
looking for marks takes as long as all else that a rerun does with an article."""

_MARKS_WITHIN = ((0x0300, 0x2000), (0x20D0, 0x3100), (0xA600, 0xAC00), (0xFB00, 0xFE30))
_MARKS_BEYOND = ((0x10100, 0x11E00), (0x16A00, 0x17000), (0x1BC00, 0x1EA00))
"""Where the characters stand that combine with the one before."""


@cache
def _too_many_marks() -> re.Pattern[str]:
    """What finds a row of more than `MOST_MARKS` marks; group 1 is those that stay."""
    within = [*_MARKS_WITHIN, *_MARKS_BEYOND]
    marks = "".join(
        chr(point)
        for first, last in within
        for point in range(first, last)
        if unicodedata.combining(chr(point))
    )
    # The first one by itself, which lets `re` look for it quickly.
    return re.compile(f"([{marks}][{marks}]{{{MOST_MARKS - 1}}})[{marks}]+")


def clean_lines(text: str) -> str:
    """Return the text in Unicode form NFC, invisible characters removed, all line ends one form.

    What was UTF-8 and was read in another encoding is read anew (`indexer.text.mojibake`).
    Half surrogate pairs become U+FFFD, so that the text can be written as UTF-8. Of the marks
    upon one letter the first `MOST_MARKS` stay.
    """
    # First of all: the characters that are taken out or are line ends may be half of a letter.
    text = text if text.isascii() else mended(text)
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    if _MANY_SIGNS.search(text) and any(map(unicodedata.combining, set(text))):
        text = _too_many_marks().sub(r"\1", text)
    return unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", text))


def clean_line(text: str) -> str:
    """Return the text as one line, each run of white space one space, none at the ends."""
    return " ".join(clean_lines(text).split())
