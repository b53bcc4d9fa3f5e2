"""From text to the terms that are matched: the same for what is indexed and for queries.

A term is the folded stem of a word, or a number without its separators; a word that may bear
clitics has a term for each reading. In scripts without spaces it is a pair of neighbouring
characters (bigrams: Nie et al. 2000, "On the use of words and n-grams for Chinese information
retrieval"), or a lone character where there is no neighbour.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from search.analysis import clitics, numbers
from search.analysis.folding import fold
from search.analysis.joining import merged
from search.analysis.languages import language
from search.analysis.stemming import stem
from search.analysis.words import Piece, characters


class Token(NamedTuple):
    """One thing that can be matched in a text.

    `term` is the folded stem, `word` the folded word as it stands. `text[start:end]` is what
    was written there.
    """

    term: str
    word: str
    start: int
    end: int


def analyze(text: str, lang: str) -> tuple[Token, ...]:
    """Analyse a text in a language (ISO 639-1; any other code is folded but not stemmed).

    Stop words of the language are left out. A word whose unaccented spelling has another stem
    has two tokens (Turkish `toplandı` is `topla` and `toplandi`), so that either finds it.
    """
    return tuple(_tokens(text, lang))


def _tokens(text: str, lang: str) -> Iterator[Token]:
    for piece in pieces_in(text, lang):
        if piece.is_run:
            yield from run_tokens(piece)
        else:
            word = word_of(piece.text, lang)
            for term in terms_of(piece.text, lang):
                yield Token(term, word, piece.start, piece.end)


def pieces_in(text: str, lang: str) -> list[Piece]:
    """Cut a text into words and runs as its language does."""
    known = language(lang)
    return merged(text, spaced=known.spaced_thousands, half=known.half_space_is_silent)


@lru_cache(maxsize=131_072)
def word_of(written: str, lang: str) -> str:
    """Return a word as phrases find it: folded, a number without its separators."""
    if numbers.is_marked(written):
        return numbers.number(written, language(lang)) or fold(written)
    return fold(written)


@lru_cache(maxsize=131_072)
def terms_of(word: str, lang: str) -> tuple[str, ...]:
    """Terms of one word: those of its spelling first, then that of the unaccented spelling.

    Nothing for a stop word, or a word that folds to nothing.
    """
    typed, known = typed_terms(word, lang), language(lang)
    if not typed or numbers.is_marked(word) or known.code in clitics.WRITTEN_ON:
        return typed
    folded = fold(word)
    return tuple(dict.fromkeys((*typed, fold(stem(folded, known)) or folded)))


@lru_cache(maxsize=131_072)
def typed_terms(word: str, lang: str) -> tuple[str, ...]:
    """Terms of one word as it is spelt: what is looked for in a query."""
    folded, known = fold(word), language(lang)
    if not folded or folded in known.stopwords:
        return ()
    if numbers.is_marked(word):
        return (word_of(word, lang),)
    # A stemmer may leave nothing of a word that is all ending.
    return clitics.forms(word, known.code) or (fold(stem(word, known)) or folded,)


_TAKE_OFF_BEGINNINGS = frozenset(
    ("dutch", "indonesian", "irish", "serbian", "tamil", "turkish", "yiddish")
)
"""Snowball stemmers that may change the first letter of a word (of a short one, in Turkish)."""


def keeps_first_letter(lang: str) -> bool:
    """Tell whether all terms of a word in this language begin as the folded word does."""
    known = language(lang)
    return known.stemmer not in _TAKE_OFF_BEGINNINGS and known.code not in clitics.WRITTEN_ON


def run_tokens(run: Piece) -> Iterator[Token]:
    """Yield pairs of neighbouring characters of a run, or its only character."""
    found = folded_characters(run)
    if len(found) == 1:
        yield found[0]
    for left, right in itertools.pairwise(found):
        pair = left.term + right.term
        yield Token(pair, pair, left.start, right.end)


def folded_characters(run: Piece) -> list[Token]:
    """Return each character of a run as a token; one that folds to several letters is several."""
    return [
        Token(letter, letter, character.start, character.end)
        for character in characters(run)
        for letter in _letters(fold(character.text))
    ]


def _letters(folded: str) -> list[str]:
    """Part what one perceived character was folded to, unless it is a base with its marks."""
    return [folded] if len(folded) <= 1 else [p.text for p in characters(Piece(folded, 0, 0, True))]
