"""Stems: Snowball where it has an algorithm, else the longest ending that fits is removed."""

from __future__ import annotations

import threading
import unicodedata
from typing import Protocol

from search.analysis.languages import Language

SHORTEST_STEM = 3
"""Letters that remain when an ending is removed."""

TURKIC = frozenset({"tr", "az"})
"""Languages with two letters i, one of them without a dot."""
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x0301))
"""Soft hyphens and the like, and the acute that marks stress in Cyrillic (NFKC has composed
every accent that belongs to a letter before)."""


class _Stemmer(Protocol):
    """What PyStemmer offers (it has no type stubs)."""

    def stemWord(self, word: str) -> str: ...  # noqa: N802


class _Stemmers(threading.local):
    """Snowball stemmers; each thread has its own, as they keep state while they work."""

    def __init__(self) -> None:
        self._known: dict[str, _Stemmer] = {}

    def __getitem__(self, algorithm: str) -> _Stemmer:
        if algorithm not in self._known:
            import Stemmer  # type: ignore[import-not-found]

            # No cache of its own: `analyzer` remembers words already.
            self._known[algorithm] = Stemmer.Stemmer(algorithm, 0)
        return self._known[algorithm]


_STEMMERS = _Stemmers()


def stem(word: str, language: Language) -> str:
    """Return the stem of a word, in lower case, its accents as the algorithm leaves them."""
    lowered = lower(word, language)
    for plural, singular in language.respelt:
        if lowered.endswith(plural):
            lowered = lowered.removesuffix(plural) + singular
            break
    if language.stemmer is not None:
        return _STEMMERS[language.stemmer].stemWord(lowered)
    for ending in language.endings:
        if lowered.endswith(ending) and len(lowered) - len(ending) >= SHORTEST_STEM:
            return lowered.removesuffix(ending)
    return lowered


def lower(word: str, language: Language) -> str:
    """Compose and lower-case as the language does: Turkish has two letters i."""
    composed = unicodedata.normalize("NFKC", word).translate(_INVISIBLE)
    if language.code in TURKIC:
        composed = composed.replace("I", "ı").replace("İ", "i")
    return composed.lower()
