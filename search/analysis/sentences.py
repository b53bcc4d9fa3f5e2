"""Where sentences end, in any script, well enough to show the one closest to a query."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Closing quotes and brackets belong to the sentence that they close.
_CLOSERS = "\"'”’»›)\\]」』】）"
# After a Latin full stop a sentence ends only before white space and something that can begin
# one (no lower-case letter), so that "z. B. der", "3.5" and "e.g. this" stay whole. CJK, Thai-like
# and Indic marks end one anywhere.
_BOUNDARY = re.compile(
    rf"[.!?…؟۔]+[{_CLOSERS}]*\s+(?=[^a-zà-öø-ÿа-яёіїєґ])|[。！？｡]+[{_CLOSERS}]*\s*|[।॥။។]+\s*|\n+"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Nr|No|Bd|ca|bzw|vgl|usw|abs"
    r"|etc|vs|approx|art|Hr|Fr|Sr|Sra|Mme|ул|им|млн|млрд|руб|св))\.\s*$"
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences, in order, white space trimmed, none empty.

    Every character that is not white space is in exactly one span.
    """
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        if _ABBREVIATION.search(text, start, boundary.end()):
            continue
        yield from _trimmed(text, start, boundary.end())
        start = boundary.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
