"""The keys of one word: by its own script for the index, by all scripts for a query."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from search.names import alphabets, east_asia, indic, latin, systems
from search.names.reading import Reading, ways
from search.names.systems import System

IN_INDEX = 3
"""Keys of a word in the index, at most. On wmt-news 2, 3, 4 and 8 give the same answers."""

PER_SYSTEM = 8
"""Keys that a word of a query has per writing system, at most: of the pairs of spellings in a table
of 44 well-known names, 86 % share a key with 6, 87 % with 8 and 88 % with 12."""


class Script(NamedTuple):
    """How words of a script are read, and which keys they are indexed under."""

    read: Callable[[str], Reading]
    system: System
    cased: bool = False


LATIN = Script(latin.read, systems.ALPHABET, cased=True)
CYRILLIC = Script(lambda word: alphabets.read(word, "CYRILLIC"), systems.ALPHABET, cased=True)
GREEK = Script(lambda word: alphabets.read(word, "GREEK"), systems.GREEK, cased=True)
HEBREW = Script(lambda word: alphabets.read(word, "HEBREW"), systems.HEBREW)
ARABIC = Script(lambda word: alphabets.read(word, "ARABIC"), systems.ARABIC)
INDIC = Script(indic.read, systems.ALPHABET)
KANA = Script(east_asia.read_kana, systems.JAPANESE)
HANGUL = Script(east_asia.read_hangul, systems.KOREAN)
HAN = Script(east_asia.read_han, systems.CHINESE)

_RANGES = (
    (0x0041, 0x036F, LATIN), (0x0370, 0x03FF, GREEK), (0x0400, 0x052F, CYRILLIC),
    (0x0531, 0x058F, LATIN), (0x0591, 0x05F4, HEBREW), (0x0600, 0x06FF, ARABIC),
    (0x0750, 0x077F, ARABIC), (0x0900, 0x0D7F, INDIC), (0x10A0, 0x10FF, LATIN),
    (0x1200, 0x137F, LATIN), (0x1C90, 0x1CBF, LATIN), (0x1E00, 0x1EFF, LATIN),
    (0x1F00, 0x1FFF, GREEK), (0x2C60, 0x2C7F, LATIN), (0x3005, 0x3007, HAN),
    (0x30A1, 0x30FF, KANA), (0x31F0, 0x31FF, KANA), (0x3400, 0x9FFF, HAN),
    (0xA720, 0xA7FF, LATIN), (0xAC00, 0xD7A3, HANGUL), (0xFB50, 0xFDFF, ARABIC),
    (0xFE70, 0xFEFC, ARABIC), (0xFF21, 0xFF5A, LATIN), (0xFF66, 0xFF9D, KANA),
)  # fmt: skip
"""Blocks of Unicode. Armenian, Georgian and Ethiopic are romanised by anyascii and then read as
Latin; the scripts of South-East Asia put no spaces between words and are not read."""


@lru_cache(maxsize=4096)
def script_of(letter: str) -> Script | None:
    """Return the script of a letter; None if words in it are not read as names."""
    code = ord(letter)
    return next((script for first, last, script in _RANGES if first <= code <= last), None)


@lru_cache(maxsize=131_072)
def index_keys(word: str) -> tuple[str, ...]:
    """Keys that a word is indexed under; none if it is too short or its script is not read."""
    script = script_of(word[:1]) if word else None
    if script is None:
        return ()
    most = IN_INDEX if script.system.several else 1
    return tuple(_likeliest(word, script, script.system, 2 * most if most > 1 else 1, 1)[:most])


@lru_cache(maxsize=4096)
def query_keys(word: str) -> tuple[str, ...]:
    """Keys that the same name may have, in whatever script and spelling."""
    script = script_of(word[:1]) if word else None
    if script is None:
        return ()
    found = [*index_keys(word)]
    for system in systems.SYSTEMS:
        found += _likeliest(word, script, system, PER_SYSTEM, PER_SYSTEM)[:PER_SYSTEM]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=65_536)
def spelling_keys(word: str, system: System, most: int = 2) -> tuple[str, ...]:
    """Return the likeliest keys of a name in a writing system that is not its own.

    Fewer than `query_keys` and several times as fast: for who compares all names of an article.
    """
    script = script_of(word[:1]) if word else None
    if script is None or script.system is system:
        return ()
    return tuple(_likeliest(word, script, system, most, most)[:most])


def _likeliest(word: str, script: Script, system: System, said: int, written: int) -> list[str]:
    """Keys of a word in a writing system, each once, the likeliest first."""
    ranked = [
        (unlikely + further, key)
        for unlikely, one in _said(word, script, said)
        for further, key in systems.keys(one, system, written)
    ]
    return list(dict.fromkeys(key for _, key in sorted(ranked)))


@lru_cache(maxsize=1024)
def _said(word: str, script: Script, most: int) -> tuple[tuple[int, str], ...]:
    """Return how a word may sound: the same for each system that it is written in."""
    return ways(script.read(word), most)
