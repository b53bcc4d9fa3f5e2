"""Names in texts: which words may be names, and the keys that an index finds them by.

Scripts with capitals show names (in German, nouns besides); katakana and the Chinese characters
of foreign names show them, too. Arabic, Hebrew, Hangul and the scripts of India do not, so there
every word is taken for one: most are never searched for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from search.analysis.folding import fold
from search.analysis.languages import language
from search.analysis.stemming import stem
from search.analysis.words import Piece, pieces
from search.names import keys
from search.names.east_asia import FOREIGN_NAME, without_particle
from search.names.keys import Script, index_keys, script_of

INFLECTING = frozenset(
    "be bg bs cs el et fi hr hu is lt lv mk pl ro ru sk sl sr tr uk".split()  # noqa: SIM905
)
"""Languages in which a name has endings (Trumpem, Трампа): its stem is a name, too. German is not
among them: of its few endings most are those of nouns (wmt-news, nDCG@10 of headlines 0.804 with
German stems, 0.806 without)."""

SHORTEST = 3
"""Letters of a word in an alphabet."""

CLINGING = 4
"""Letters that are left where an Arabic or Hebrew particle is taken off a word."""

_IN_RUN = re.compile(
    rf"[\u30a1-\u30fa\u30fc\uff66-\uff9f]{{2,}}|[\uac00-\ud7a3]{{2,}}|{FOREIGN_NAME}"
)
_PARTICLES = re.compile("^(?:[وفبكل]?ال|لل|[وفبكل]|[והבלמשכ])")


class Name(NamedTuple):
    """A word that may be a name, at `start:end` of its text, and its keys."""

    keys: tuple[str, ...]
    start: int
    end: int


def names(text: str, lang: str) -> Iterator[Name]:
    """Yield the names of a text in a language (ISO 639-1), with the keys of the index."""
    for piece in name_pieces(text):
        found = keys_of(piece.text, lang)
        if found:
            yield Name(found, piece.start, piece.end)


def name_keys(text: str, lang: str) -> list[str]:
    """Return the keys of all names of a text, with repetitions: what an index stores of it."""
    return [key for name in names(text, lang) for key in name.keys]


def name_pieces(text: str) -> Iterator[Piece]:
    """Cut out what may be a name, as far as its script shows."""
    for piece in pieces(text):
        if piece.is_run:
            yield from names_in_run(piece)
        elif may_be_name(piece.text):
            yield piece


def names_in_run(run: Piece) -> Iterator[Piece]:
    """Cut out of a run of characters without spaces what may be a name."""
    for found in _IN_RUN.finditer(run.text):
        start = run.start + found.start()
        yield Piece(found[0], start, start + len(found[0]), is_run=True)


def may_be_name(word: str) -> bool:
    """Tell whether a word that is no run may be a name, as far as its script shows."""
    return len(word) >= SHORTEST and not word[0].islower()


def is_shown(word: str) -> bool:
    """Tell whether the script of a word shows what is a name: by a capital, or its characters."""
    script = script_of(word[0])
    return script is not None and (script.cased or script in _SHOWING)


_SHOWING: tuple[Script, ...] = (keys.KANA, keys.HAN)


@lru_cache(maxsize=131_072)
def keys_of(word: str, lang: str) -> tuple[str, ...]:
    """Return the keys of one word that may be a name; nothing for a stop word of the language."""
    known = language(lang)
    if fold(word) in known.stopwords:
        return ()
    found = [*index_keys(word)]
    for form in forms(word, known.code):
        found += index_keys(form)
    return tuple(dict.fromkeys(found))


def forms(word: str, lang: str) -> Iterator[str]:
    """Yield what is left of a word without the endings and particles of a language."""
    script = script_of(word[0])
    if script is keys.HANGUL:
        yield without_particle(word)
    elif script in (keys.ARABIC, keys.HEBREW):
        bare = _PARTICLES.sub("", word)
        if len(bare) >= CLINGING:
            yield bare
    elif lang in INFLECTING:
        yield stem(word, language(lang))
