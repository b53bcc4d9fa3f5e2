"""Where words begin and end, in any script and without knowing the language.

Scripts that put spaces between words follow Unicode Standard Annex 29 in what holds a word
together: digits with separators (3.5), letters with dots (U.S.), apostrophes inside Cyrillic
words (м'яч) and quotation marks inside Hebrew ones. Elsewhere an apostrophe parts two words
(l'énergie, Ankara'da, Ukraine's), so that the word itself is found in every language alike.

Scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) and Korean, whose
particles cling to words, come as runs of characters as people perceive them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0"
    "\u0816-\u082d\u08ca-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09d7"
    "\u09e2\u09e3\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0ae2\u0ae3"
    "\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bd7\u0c00-\u0c04\u0c3c-\u0c56\u0c81-\u0c83"
    "\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0d82\u0d83\u0dca-\u0df3\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f18\u0f19\u0f35\u0f37\u0f39\u0f3e\u0f3f"
    "\u0f71-\u0f84\u0f8d-\u0fbc\u102b-\u103e\u1056-\u1059\u135d-\u135f\u17b4-\u17d3\u18a9"
    "\u1ab0-\u1aff\u1b00-\u1b04\u1b34-\u1b44\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
"""Combining marks (general category M) of scripts in use, which `\\w` leaves out."""

_INVISIBLE = "\u00ad\u200c\u200d"
"""Soft hyphen and joiners: they stand inside words."""

_RUNS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0ecd\u0edc-\u0edf"  # Lao
    "\u1000-\u103f\u1050-\u108f\ua9e0-\ua9ef\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17d3"  # Khmer
    "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa1-\uffdc"  # Hangul
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u3105-\u312f"  # Bopomofo
)

_WORD = re.compile(
    rf"""
      (?<!\w) [^\W\d_] (?: \.[^\W\d_] )+ (?!\w)
    | [^\W_]
      (?: [\w{_MARKS}{_INVISIBLE}]
        | (?<=\d) [.,] (?=\d)
        | (?<=[\u0400-\u052f]) ['’ʼ] (?=[\u0400-\u052f])
        | (?<=[\u05d0-\u05ea]) ["'״׳] (?=[\u05d0-\u05ea])
      )*
    """,
    re.VERBOSE,
)
_RUN = re.compile(f"[{_RUNS}]+")
_JOINED = re.compile(f"[{_MARKS}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uff9e\uff9f]")


class Piece(NamedTuple):
    """A word, or a run of characters without spaces, at `start:end` of the text."""

    text: str
    start: int
    end: int
    is_run: bool


def pieces(text: str) -> list[Piece]:
    """Cut a text into words and runs, in order; what is neither is left out."""
    return list(_cut(text))


# Words, names and highlights of one passage are looked for one after the other.
@lru_cache(maxsize=16)
def _cut(text: str) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for match in _WORD.finditer(text):
        word = match[0]
        if word.isascii() or not _RUN.search(word):
            found.append(Piece(word, match.start(), match.end(), is_run=False))
        else:
            found.extend(_parted(word, match.start()))
    return tuple(found)


def _parted(mixed: str, offset: int) -> Iterator[Piece]:
    """Cut text without spaces where a run meets a word (`G7サミット`)."""
    at = 0
    for run in _RUN.finditer(mixed):
        if at < run.start():
            yield Piece(mixed[at : run.start()], offset + at, offset + run.start(), is_run=False)
        yield Piece(run[0], offset + run.start(), offset + run.end(), is_run=True)
        at = run.end()
    if at < len(mixed):
        yield Piece(mixed[at:], offset + at, offset + len(mixed), is_run=False)


def characters(run: Piece) -> list[Piece]:
    """Cut a run into characters as perceived: a base with its marks, a whole Hangul syllable.

    These are the extended grapheme clusters of Unicode Standard Annex 29.
    """
    if not _JOINED.search(run.text):
        return [Piece(c, run.start + n, run.start + n + 1, True) for n, c in enumerate(run.text)]
    import regex

    return [
        Piece(found[0], run.start + found.start(), run.start + found.end(), is_run=True)
        for found in regex.finditer(r"\X", run.text)
    ]
