"""Writing systems: which sounds each can tell apart, and the key of a name in each.

Arabic has no p, Japanese one liquid for l and r, Greek no sh. A name is indexed under what its own
script shows, and looked up under what each of the other scripts would show of it. So the key of a
word is its consonants (and whether it begins with a vowel) in the sounds of one writing system,
marked with the system's letter; keys of different systems never meet by chance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from functools import cache, lru_cache

from search.names.reading import ways
from search.values import dataclass

_SHARED: Mapping[str, tuple[str, ...]] = {
    "f": ("v",), "w": ("v",), "V": ("v",), "Q": ("t",), "T": ("t",), "D": ("d",), "K": ("h",),
    "H": ("",), "M": ("n",), "N": ("n", "m"), "R": ("r",), "G": ("",), "J": ("g", ""),
}  # fmt: skip
"""In most alphabets: f, v and w meet where languages devoice them (Lwow, Lviv; Orlow, Orlov)."""

_ABJAD: Mapping[str, tuple[str, ...]] = {
    "Q": ("t", "s"), "T": ("t",), "D": ("d",), "K": ("h",), "H": ("h", ""), "M": ("m",),
    "N": ("m",), "R": ("r",), "G": ("g", ""), "J": ("g",),
}  # fmt: skip

_SYLLABIC: Mapping[str, tuple[str, ...]] = {
    "x": ("s",), "Q": ("s", "t"), "r": ("l",), "R": ("l", ""), "T": ("t", "s"), "D": ("d", "s"),
    "K": ("h", "k"), "H": ("", "h"), "M": ("n",), "N": ("n", "m"), "G": ("",), "J": ("g", ""),
}  # fmt: skip
"""si and shi, ti and chi are one syllable, and an r that no vowel follows is often not heard."""


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """One writing system: the mark of its keys, and how it writes each sound.

    A sound that is not among `written` is written as it is; the likeliest way comes first.
    `several` says whether an indexed word has a key for each way to read it, or only one.
    """

    mark: str
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    several: bool = False


ALPHABET = System("", _SHARED, several=True)
GREEK = System("G", {**_SHARED, "x": ("s",)}, several=True)
ARABIC = System(
    "A",
    {
        **_ABJAD,
        "p": ("b", "p"),  # Persian has a letter for it
        "f": ("f",),
        "v": ("f", "w", ""),
        "V": ("f", ""),
        "w": ("w", ""),  # the letter stands for u and o as well
        "g": ("g", "x", "k"),
    },
)
HEBREW = System(
    "H",
    {
        **_ABJAD,
        "f": ("p",),
        "v": ("v", "b", ""),
        "V": ("b", "v", "p"),
        "w": ("v", ""),
        "h": ("h", "k"),
    },
)
JAPANESE = System(
    "J",
    {
        **_SYLLABIC,
        "v": ("v", "b", "f"),
        "V": ("f", "v", "b", ""),
        "w": ("v", ""),
        "h": ("h", "f"),
        "H": ("", "h", "f"),
    },
)
KOREAN = System(
    "K",
    {**_SYLLABIC, "f": ("p",), "v": ("b", "v", "p"), "V": ("p", "b", "v", ""), "w": ("v", "")},
)
CHINESE = System(
    "C",
    {**_SYLLABIC, "f": ("v",), "V": ("v",), "w": ("v", "h"), "h": ("h", "")},
    several=True,
)

SYSTEMS = (ALPHABET, GREEK, ARABIC, HEBREW, JAPANESE, KOREAN, CHINESE)

SHORTEST = 3
"""Sounds of a key: with two, half of all short words would share one."""

_CONTEXT = (
    (re.compile("^[.:;]+"), "a"),
    # ts is s, and dj is x, in every script.
    (re.compile("[tTdD][:;]?(?=[sx])"), ""),
    (re.compile("n:?(?=m)"), ""),
    # m before b and p is n in Japanese and Chinese; where a vowel may stand between, either.
    (re.compile("m(?=[pbfv])"), "M"),
    (re.compile("m[:;](?=[pbfv])"), "N:"),
    # Only before a vowel is the g of ng heard in every language.
    (re.compile("n[:]?g:?(?=[a-zA-Z]|$)"), "nG"),
    (re.compile("n;g;(?=[a-zA-Z]|$)"), "nJ"),
    (re.compile(r"r(?!\.)"), "R"),
    (re.compile("[vf][:;]?$"), "V"),
)
_REPEATED = re.compile(r"([a-z]):*(?:\1:*)+")


def keys(said: str, system: System, most: int) -> list[tuple[int, str]]:
    """Return up to `most` keys that a word, said so, may have in a writing system.

    With each comes how unlikely it is, as in `reading.ways`.
    """
    several, certain = _written(system)
    # What stands at odd places can be written in several ways.
    parts = several.split(_in_context(said))
    parts[::2] = [part.translate(certain) for part in parts[::2]]
    written = ways(
        [system.written[part][:most] if at % 2 else (part,) for at, part in enumerate(parts)], most
    )
    short = [(n, _REPEATED.sub(r"\1", key).translate(_UNHEARD)) for n, key in written]
    return [(n, system.mark + key) for n, key in short if len(key) >= SHORTEST]


@cache
def _written(system: System) -> tuple[re.Pattern[str], dict[int, str]]:
    """Return what finds the sounds that a system writes in several ways, and how it does others."""
    several = "".join(sound for sound, ways in system.written.items() if len(ways) > 1)
    certain = {ord(sound): ways[0] for sound, ways in system.written.items() if len(ways) == 1}
    return re.compile(f"([{several}])"), certain


@lru_cache(maxsize=1024)
def _in_context(said: str) -> str:
    for pattern, sound in _CONTEXT:
        said = pattern.sub(sound, said)
    return said


_UNHEARD = {ord(mark): None for mark in ".;:"}
