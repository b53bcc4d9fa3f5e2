"""The body of an article -> the paragraphs that are embedded and shown.

Paragraphs stay as the author wrote them; only those that are too long for an embedding to mean
one thing are cut, at the ends of sentences.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.text.boilerplate import LeftOut, boilerplate
from indexer.text.cleaning import clean_lines
from indexer.text.wrapping import columns, unwrap
from search.analysis.sentences import sentences

MAX_COLUMNS = 1200
"""Widest paragraph, in columns (an East Asian wide character takes two).

Some 300 tokens of a multilingual subword vocabulary in Latin script and 400 in Chinese or
Japanese, so that a model with a window of 512 tokens reads a paragraph whole; also four times the
median paragraph of news, beyond which one vector blurs several topics.
"""

# Where an overlong sentence may be cut, best first: clauses, then any space.
_CLAUSE_ENDS = (
    re.compile(r"(?<=[;:；：])\s*"),
    re.compile(r"(?<=[,、，،])\s*"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True)
class Split:
    """The paragraphs of a body, in order, and the lines that were left out as boilerplate."""

    paragraphs: tuple[str, ...]
    dropped: tuple[LeftOut, ...] = ()


def split_body(body: str | Sequence[str], max_columns: int = MAX_COLUMNS) -> Split:
    """Split running text, or clean the paragraphs that are given.

    Every character but white space and invisible ones is in a paragraph or in a dropped line; of
    paragraphs that are given none is dropped.
    Splitting the paragraphs again gives the same ones.
    """
    if isinstance(body, str):
        whole = unwrap(clean_lines(body))
    else:
        whole = [" ".join(clean_lines(text).split()) for text in body]
    whole = [paragraph for paragraph in whole if paragraph]
    out = boilerplate(whole) if isinstance(body, str) else {}
    kept = [part for i, text in enumerate(whole) if i not in out for part in cut(text, max_columns)]
    return Split(tuple(kept), tuple(LeftOut(whole[i], out[i]) for i in sorted(out)))


def cut(paragraph: str, max_columns: int = MAX_COLUMNS) -> list[str]:
    """Cut a paragraph that is wider than `max_columns` into parts of about the same width.

    Cuts are at the ends of sentences; inside a sentence that is too wide itself at clauses, then
    at spaces, then anywhere.
    """
    width = columns(paragraph)
    if width <= max_columns:
        return [paragraph]
    target = width / math.ceil(width / max_columns)
    parts: list[str] = []
    current, filled = "", 0
    for piece in _pieces(paragraph, max_columns):
        size = columns(piece)
        if current and (filled + size > max_columns or filled + size / 2 > target):
            parts.append(current)
            current, filled = "", 0
        current += piece
        filled += size
    return [part.strip() for part in [*parts, current] if part.strip()]


def _pieces(paragraph: str, max_columns: int) -> Iterator[str]:
    """Sentences with the white space after them, cut further where they are too wide."""
    starts = [start for start, _ in sentences(paragraph)]
    for start, end in zip(starts, [*starts[1:], len(paragraph)], strict=True):
        yield from _narrowed(paragraph[start:end], max_columns, 0)


def _narrowed(text: str, max_columns: int, level: int) -> Iterator[str]:
    if columns(text) <= max_columns:
        yield text
    elif level < len(_CLAUSE_ENDS):
        start = 0
        for boundary in _CLAUSE_ENDS[level].finditer(text):
            if boundary.end() > start:
                yield from _narrowed(text[start : boundary.end()], max_columns, level + 1)
                start = boundary.end()
        yield from _narrowed(text[start:], max_columns, level + 1)
    else:
        yield from _anywhere(text, max_columns // 8)


def _anywhere(text: str, step: int) -> Iterator[str]:
    """Pieces of up to `step` characters, an eighth so that the parts made of them are about equal.

    A combining mark stays with the character that it belongs to.
    """
    start = 0
    while start < len(text):
        end = start + max(step, 1)
        while end < len(text) and unicodedata.category(text[end]).startswith("M"):
            end += 1
        yield text[start:end]
        start = end
