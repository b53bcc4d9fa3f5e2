"""Which language a text is in, as far as two texts can be told apart by it. Pure.

Translations may share most of their names, numbers and quotations. What they do not share are the
plain words of their languages. A label of the language is no help: it may be wrong, and of what is
in two languages it names one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise

from search.index.model import UNKNOWN_LANGUAGE

_OWN_SCRIPT = 1 / 3
"""Share of a text's plain letters from which on a script is its own and no quotation's."""

_FEW_SMALL = 1 / 4
"""Words in small letters to one in capitals, of a text that is in capitals throughout."""

_ALIKE = (("no", "nb", "nn"), ("sr", "hr", "bs", "sh", "cnr"))
"""Languages of which a text may be in several at once."""


UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Characters of scripts that are written without spaces, as a class of a regular expression."""

_SIGNS = "".join(
    chr(code)
    for code in (*range(0x300, 0xE00), *range(0xF00, 0x1000), *range(0x1700, 0x1C00))
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
"""Vowel signs and the like, which are no letters to a regular expression."""

_SIGN = re.compile(f"[{_SIGNS}]")
_WORDS = re.compile(r"[^\W\d_]+")
_SIGNED_WORDS = re.compile(f"[^\\W\\d_](?:[^\\W\\d_]|[{_SIGNS}\u200c\u200d])*")
_RUNS = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")


def has_unspaced(text: str) -> bool:
    """Tell whether a text has a character of a script that is written without spaces."""
    return not text.isascii() and _IS_UNSPACED.search(text) is not None


def plain_words(text: str, found: Collection[str] = ()) -> set[str]:
    """Return the words without a capital in the scripts that are a text's own.

    Where there are no spaces these are pairs of characters. A text in capitals throughout has all
    its words. `found` are its words where somebody has looked for them, with no regard to vowel
    signs, in a text that has nothing without spaces.
    """
    words = _words(text, found)
    small = {word for word in words if not word[0].isupper()}
    large = words - small
    capitals = {word for word in large if word.isupper()}
    latin = {word for word in small if word.isascii()}
    by_script = defaultdict(set, LATIN=latin)
    for word in small - latin:
        script = _script(word[0])
        by_script[script].update([word] if script else map("".join, pairwise(word)))
    plain = latin
    if len(by_script) > 1:
        letters = {script: sum(map(len, own)) for script, own in by_script.items()}
        least = sum(letters.values()) * _OWN_SCRIPT
        plain = set().union(*(own for script, own in by_script.items() if letters[script] >= least))
    loud = {word.casefold() for word in capitals}
    mixed = len(large) - len(capitals)
    return plain | loud if len(plain) + mixed < len(loud) * _FEW_SMALL else plain


def _words(text: str, found: Collection[str]) -> set[str]:
    """Return words, and what stands together in scripts that are written without spaces."""
    if not text.isascii() and _SIGN.search(text):
        words = set(_SIGNED_WORDS.findall(text))
    elif found:
        return set(found)
    else:
        words = set(_WORDS.findall(text))
    if not has_unspaced(text):
        return words
    return {run for word in words for run in _RUNS.findall(word)}


@lru_cache(maxsize=16_384)
def _script(letter: str) -> str:
    """Return the first word of a letter's name: its script. Empty for all without spaces."""
    return "" if _IS_UNSPACED.match(letter) else unicodedata.name(letter, "?").partition(" ")[0]


def told_by(lang: str) -> str:
    """Return a language, or the one of those alike that stands for them; empty if unknown."""
    if lang == UNKNOWN_LANGUAGE:
        return ""
    return next((group[0] for group in _ALIKE if lang in group), lang)
