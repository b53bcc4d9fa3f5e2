"""The scripts of India as sounds.

Unicode lays Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada and Malayalam
out alike, after ISCII (Indian Standard 13194), so that one table by the place within the block
serves all of them.
"""

from __future__ import annotations

import unicodedata

from search.names.reading import VOWEL, Alternatives, Reading

BLOCKS = range(0x0900, 0x0D80)

_BLOCK = 0x80
_NUKTA = 0x3C
_VIRAMA = 0x4D
_NASALS = (0x01, 0x02)
_VOWELS = (*range(0x05, 0x15), *range(0x3E, 0x4D), 0x57, 0x60, 0x61, 0x62, 0x63)

_CONSONANTS: dict[int, Alternatives] = {
    0x15: ("k",), 0x16: ("k", "K"), 0x17: ("g",), 0x18: ("g",), 0x19: ("n",),
    # j stands for z, too, where the dot below is left out.
    0x1A: ("x",), 0x1B: ("x",), 0x1C: ("x", "s"), 0x1D: ("x",), 0x1E: ("n",),
    0x1F: ("t",), 0x20: ("t",), 0x21: ("d",), 0x22: ("d",), 0x23: ("n",),
    0x24: ("t",), 0x25: ("Q",), 0x26: ("d",), 0x27: ("d",), 0x28: ("n",), 0x29: ("n",),
    0x2A: ("p",), 0x2B: ("f", "p"), 0x2C: ("b",), 0x2D: ("b",), 0x2E: ("m",),
    0x2F: ("",), 0x30: ("r",), 0x31: ("r",), 0x32: ("l",), 0x33: ("l",), 0x34: ("l",),
    0x35: ("v",), 0x36: ("x",), 0x37: ("x",), 0x38: ("s",), 0x39: ("h",),
}  # fmt: skip

_DOTTED: dict[int, Alternatives] = {
    0x15: ("k",), 0x16: ("K",), 0x17: ("g",), 0x1C: ("s",), 0x21: ("r",), 0x22: ("r",),
    0x2B: ("f",), 0x2F: ("",),
}  # fmt: skip
"""Consonants with a nukta: q, kh, gh, z, the flapped r, f."""


def read(word: str) -> Reading:
    """Read a word; a consonant has a vowel behind it unless a virama says otherwise."""
    places = [ord(c) % _BLOCK for c in unicodedata.normalize("NFD", word) if ord(c) in BLOCKS]
    sounds: list[Alternatives] = []
    for at, place in enumerate(places):
        dotted = places[at + 1 : at + 2] == [_NUKTA]
        behind = places[at + 2 : at + 3] if dotted else places[at + 1 : at + 2]
        if place in _CONSONANTS:
            consonant = _DOTTED.get(place, _CONSONANTS[place]) if dotted else _CONSONANTS[place]
            bare = behind == [_VIRAMA]
            sounds.append(consonant if bare else tuple(f"{sound}:" for sound in consonant))
        elif place in _NASALS:
            sounds.append(("n",))
        elif place in _VOWELS:
            sounds.append(VOWEL)
    return tuple(sounds)
