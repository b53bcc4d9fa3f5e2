"""Characters that carry no text: what is taken out of every title and paragraph."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# C0 and C1 controls, soft hyphen, zero-width space, word joiner, byte order mark, direction marks
# and isolates, interlinear annotation. The zero-width joiners stay: Persian and Indic scripts
# spell with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_lines(text: str) -> str:
    """Return the text in Unicode form NFC, invisible characters removed, all line ends one form.

    Half surrogate pairs become U+FFFD, so that the text can be written as UTF-8.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", text))


def clean_line(text: str) -> str:
    """Return the text as one line, each run of white space one space, none at the ends."""
    return " ".join(clean_lines(text).split())
