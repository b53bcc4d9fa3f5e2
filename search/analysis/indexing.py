"""What an index stores of a passage: terms and words.

The terms are those of `analyze`, and lone characters of runs besides, so that a query of
one Chinese character finds something. The words are the stream that phrases are matched in:
unstemmed, stop words and all, each character of a run a word of its own. Behind them stand the
joined forms of words with signs in them (COVID-19 as covid19), each behind a `BREAK` that no phrase
reaches across. The words depend on the language in numbers only (1.000 is 1000 in German): for the
words of a query there are as many readings as it may have in any language.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search.analysis import clitics, numbers
from search.analysis.analyzer import folded_characters, pieces_in, terms_of, word_of
from search.analysis.folding import fold
from search.analysis.joining import Joined, hyphenated, joined, merged, stored, written_apart
from search.analysis.words import Piece

BREAK = "|"
"""Stands between words of the stream that are not next to each other in the text."""


_SOUTH_EAST_ASIAN = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\uaa7f]"


class Indexed(NamedTuple):
    """Terms of a passage with repetitions, and its words in order. No spaces in any."""

    terms: list[str]
    words: list[str]


def indexed(text: str, lang: str) -> Indexed:
    """Analyse a passage in its language, for the index."""
    found = pieces_in(text, lang)
    terms: list[str] = []
    words: list[str] = []
    for piece in found:
        if piece.is_run:
            letters = [token.term for token in folded_characters(piece)]
            terms.extend(letters)
            terms.extend(left + right for left, right in itertools.pairwise(letters))
            words.extend(letters)
        elif word := word_of(piece.text, lang):
            terms.extend(terms_of(piece.text, lang))
            words.append(word)
    for form in dict.fromkeys(join.form for join in stored(text, found, lang)):
        terms.append(form)
        words += (BREAK, form)
    return Indexed(terms, words)


def shared_words(text: str, lang: str) -> list[str]:
    """Analyse a passage for a field that all languages share, and whose words are not stemmed.

    These are the words of `indexed`, and behind them, parted in the same way, the pairs of
    neighbouring Chinese, Japanese and Korean characters, and the stems of words that may bear
    clitics. Thai, Lao, Khmer and Burmese have no pairs here: such languages have fields of their
    own, where they are cut better.
    """
    others: list[str] = []
    for piece in pieces_in(text, lang):
        if piece.is_run and not re.match(_SOUTH_EAST_ASIAN, piece.text):
            letters = [token.term for token in folded_characters(piece)]
            others.extend(left + right for left, right in itertools.pairwise(letters))
        elif not piece.is_run and lang in clitics.WRITTEN_ON:
            word = fold(piece.text)
            others.extend(term for term in terms_of(piece.text, lang) if term != word)
    return [*indexed(text, lang).words, *(word for other in others for word in (BREAK, other))]


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a phrase in each reading that it may have, as `indexed` stores them.

    Most have one. `COVID-19` is two words or one, 1.000 is 1000 in German and 1.000 in English,
    1 000 is one word in French. Nothing for a text without words.
    """
    cuts = dict.fromkeys(
        tuple(merged(text, spaced=spaced, half=half))
        for spaced, half in itertools.product((False, True), repeat=2)
    )
    marked = any(numbers.is_marked(piece.text) for found in cuts for piece in found)
    cuts |= dict.fromkeys(tuple(_parted(found)) for found in cuts)
    readings = [
        _words(found, joins, decimal)
        for found in cuts
        for joins in _choices(text, found)
        for decimal in (numbers.MARKS if marked else numbers.MARKS[:1])
    ]
    return tuple(dict.fromkeys(reading for reading in readings if reading))


def _parted(found: Sequence[Piece]) -> Iterator[Piece]:
    """Part letters from figures behind them: F16 is F-16 in a text."""
    for piece in found:
        letters = piece.text.rstrip("0123456789")
        if letters.isalpha() and letters != piece.text:
            middle = piece.start + len(letters)
            yield Piece(letters, piece.start, middle, is_run=False)
            yield Piece(piece.text[len(letters) :], middle, piece.end, is_run=False)
        else:
            yield piece


def _choices(text: str, found: Sequence[Piece]) -> Iterator[Sequence[Joined]]:
    """Yield what may be joined in a phrase: nothing, or all. A `Canal+` alone means itself."""
    joins = [*joined(text, found), *hyphenated(text, found, nouns=True)]
    if near := list(written_apart(text, found)):
        yield near
    if not joins or len(found) > 1:
        yield ()
    if joins:
        yield joins


def _words(found: Sequence[Piece], joins: Sequence[Joined], decimal: str) -> tuple[str, ...]:
    """Read the pieces of a phrase in one way: parts joined or not, numbers by one habit."""
    by_first = {join.first: join for join in reversed(joins)}
    words: list[str] = []
    n = 0
    while n < len(found):
        piece, join = found[n], by_first.get(n)
        n = n + 1 if join is None else join.last + 1
        if join is not None:
            words.append(join.form)
        elif piece.is_run:
            words.extend(token.term for token in folded_characters(piece))
        elif numbers.is_marked(piece.text):
            words.append(numbers.read(piece.text, decimal) or fold(piece.text))
        else:
            words.append(fold(piece.text))
    return tuple(word for word in words if word)
