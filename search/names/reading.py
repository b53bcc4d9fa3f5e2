"""How a written word may sound: sequences of sounds with alternatives, by rules of spelling.

A sound is one letter of a small alphabet of our own (ASCII, as narrow as any writing system
needs): consonants `b d f g h k l m n p r s t v w`, `x` for sh, zh, ch and j alike, `Q` for th,
`T` and `D` for t and d before i (which Japanese and Chinese write otherwise), `K` for kh, `H` for
an h that no vowel follows. `s` stands for s, z and ts. A vowel is `.`, whichever it is; `;` is a
place where the script does not show whether there is one (Arabic, Hebrew), `:` one where the
script must show a vowel even if the name has none (Japanese, Korean, Hindi). Vowels
differ most between languages, and most scripts and endings lose them, so that only a vowel at
the beginning of a word counts later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import itemgetter

Alternatives = tuple[str, ...]
"""Strings of sounds that one letter (or a few) may stand for, the likeliest first."""

Reading = tuple[Alternatives, ...]
"""A word from its beginning to its end."""

SILENT: Alternatives = ("",)
VOWEL: Alternatives = (".",)


class Spelling:
    """Rules of one script: patterns with what they sound like, the first that fits counts."""

    def __init__(self, rules: Sequence[tuple[str, Alternatives]]) -> None:
        """Patterns are regular expressions without groups; what fits none is silent."""
        self._written = "|".join(f"({pattern})" for pattern, _ in rules)
        self._sounds = [sounds for _, sounds in rules]

    def read(self, word: str) -> Reading:
        """Read a word in the form that the rules are written for."""
        return tuple(
            self._sounds[(found.lastindex or 1) - 1] for found in self._pattern.finditer(word)
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compiled when it is first used: a search reads one script or two."""
        return re.compile(self._written)


def ways(choices: Iterable[Alternatives], most: int) -> tuple[tuple[int, str], ...]:
    """Choose one of the alternatives at each place, the likeliest combinations first.

    Returns up to `most` of them as (how unlikely, joined): the sum of the places that the chosen
    ones have among their alternatives.
    """
    made = [(0, "")]
    certain = ""  # what follows all of them
    for alternatives in choices:
        if len(alternatives) == 1:
            certain += alternatives[0]
            continue
        longer = [
            (unlikely + place, before + certain + one)
            for unlikely, before in made
            for place, one in enumerate(alternatives)
        ]
        longer.sort(key=_UNLIKELY)
        made, certain = longer[:most], ""
    return tuple((unlikely, before + certain) for unlikely, before in made)


_UNLIKELY = itemgetter(0)
