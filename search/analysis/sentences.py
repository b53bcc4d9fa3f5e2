"""Where sentences end, in any script, well enough to show the one closest to a query.

Takes time in proportion to the length of a text, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKS = ".!?…؟۔"
# Closing quotes and brackets belong to the sentence that they close.
_CLOSERS = "\"'”’»›)\\]」』】）"
# Before white space these close, too, as in German and Danish; elsewhere they open.
_TURNED = "“‘«‹"
# A French quotation ends with a space and this.
_SPACED_CLOSER = r"[ \u00a0\u2009\u202f][»›](?=\s)"
# Vowel signs and other marks upon the letter before, which `re` takes for no part of a word.
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
# After a Latin full stop a sentence ends only before white space and something that can begin
# one (no lower-case letter), so that "z. B. der", "3.5" and "e.g. this" stay whole. CJK, Thai-like
# and Indic marks end one anywhere. No part gives back what it took (`++`), and a row of marks is
# looked at once: otherwise a page of dots would take minutes.
_BOUNDARY = re.compile(
    rf"(?<![{_MARKS}])[{_MARKS}]++[{_CLOSERS}{_TURNED}]*+(?:{_SPACED_CLOSER})?+"
    r"\s++(?=[^a-zà-öø-ÿа-яёіїєґ])"
    rf"|[。！？｡]+[{_CLOSERS}]*\s*|[।॥။។]+[{_CLOSERS}]*\s*|\n\s*+"
)
_ABBREVIATION = re.compile(
    rf"(?<![\w{_SIGNS}])(?:[^\W\d_][{_SIGNS}]*|Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Nr|No|Bd|ca|bzw"
    r"|vgl|usw|abs|etc|vs|approx|art|Hr|Fr|Sr|Sra|Mme|ул|им|млн|млрд|руб|св)\.$"
)
_LONGEST_ABBREVIATION = len("approx.")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences, in order, white space trimmed, none empty.

    Every character that is not white space is in exactly one span.
    """
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        first, last = _trimmed(text, start, boundary.end())
        if first == last or _ABBREVIATION.search(
            text, max(first, last - _LONGEST_ABBREVIATION), last
        ):
            continue
        yield first, last
        start = boundary.end()
    first, last = _trimmed(text, start, len(text))
    if first < last:
        yield first, last


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
