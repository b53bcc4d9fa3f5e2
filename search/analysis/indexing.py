"""What an index that cannot analyse text itself stores of a passage: terms and words.

The terms are those of `analyze`, and lone characters of runs besides, so that a query of
one Chinese character finds something. The words are the stream that phrases are matched in:
unstemmed, stop words and all, each character of a run a word of its own. The words do not
depend on the language, so that a phrase is found whatever language it is in.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

from search.analysis.analyzer import folded_characters, terms_of
from search.analysis.folding import fold
from search.analysis.words import pieces


class Indexed(NamedTuple):
    """Terms of a passage with repetitions, and its words in order. No spaces in any."""

    terms: list[str]
    words: list[str]


def indexed(text: str, lang: str) -> Indexed:
    """Analyse a passage in its language, for the index."""
    terms: list[str] = []
    words: list[str] = []
    for piece in pieces(text):
        if piece.is_run:
            letters = [token.term for token in folded_characters(piece)]
            terms.extend(letters)
            terms.extend(left + right for left, right in itertools.pairwise(letters))
            words.extend(letters)
        elif word := fold(piece.text):
            terms.extend(terms_of(piece.text, lang))
            words.append(word)
    return Indexed(terms, words)


def phrase_words(text: str) -> list[str]:
    """Words of a phrase, in order, as `indexed` returns those of a passage."""
    return indexed(text, "und").words
