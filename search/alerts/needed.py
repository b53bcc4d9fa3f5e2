"""What of a word must be in an article: some form of it in the article's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from search.analysis.analyzer import typed_terms
from search.analysis.joining import hyphenated, joined, written_apart
from search.analysis.query_terms import query_terms
from search.analysis.spelt_out import is_spelt_otherwise
from search.analysis.words import Piece, pieces

WHOLE_RUN = 3
"""Pairs of neighbouring characters up to which all of a word in a script without spaces must be
there; of longer ones, which are several words, three in four."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Of `groups` of alternatives `least` must be there, or one of the `joined` forms."""

    groups: tuple[frozenset[str], ...]
    joined: frozenset[str]
    least: int

    def within(self, terms: frozenset[str]) -> bool:
        """Tell whether they are among the terms of a text."""
        if not self.joined.isdisjoint(terms):
            return True
        missing = len(self.groups) - self.least
        for group in self.groups:
            if group.isdisjoint(terms):
                missing -= 1
                if missing < 0:
                    return False
        return bool(self.groups)


@lru_cache(maxsize=262_144)
def needed(word: str, lang: str) -> Needed:
    """Return what of a word, as it stands between spaces in a query, a language needs."""
    if is_plain(word):
        return Needed((terms_of_query(word, lang),), frozenset(), 1)
    parted = _parted(word)
    forms = parted.forms
    for form in parted.with_stems:
        forms |= frozenset(terms_of_plain(form, lang))
    groups: list[frozenset[str]] = []
    least = 0
    for piece in parted.pieces:
        if piece.is_run:
            pairs = _pairs(piece.text)
            groups += pairs
            least += len(pairs) if len(pairs) <= WHOLE_RUN else -(-3 * len(pairs) // 4)
        else:
            groups.append(terms_of_query(piece.text, lang))
            least += 1
    return Needed(tuple(groups), forms, least)


def written_as_one(texts: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return, of words that are also written as one with their neighbour (iPhone 16), these forms.

    The words are those between spaces.
    """
    found: dict[str, set[str]] = {}
    for text in texts:
        parts = pieces(text)
        for join in written_apart(text, parts):
            start, end = parts[join.first].start, parts[join.last].end
            before = text[:start].rpartition(" ")[2]
            behind = text[end:].partition(" ")[0]
            for word in f"{before}{text[start:end]}{behind}".split():
                found.setdefault(word, set()).add(join.form)
    return {word: frozenset(forms) for word, forms in found.items()}


@lru_cache(maxsize=262_144)
def terms_of_query(text: str, lang: str) -> frozenset[str]:
    """Return the terms of a query in a language, as they are typed there."""
    if is_plain(text):  # what `query_terms` comes to, a tenth as dear
        return frozenset(terms_of_plain(text, lang))
    return frozenset(query_terms(text, [lang]).terms)


def terms_of_plain(word: str, lang: str) -> tuple[str, ...]:
    """Return the terms of a word that `is_plain`, some of them maybe twice."""
    return (*typed_terms(word, lang), *typed_terms(word, "und"))


class _Parted(NamedTuple):
    """What a word comes to in every language: its pieces, and its joined forms.

    Those `with_stems` are words that have a stem where a language has one.
    """

    pieces: tuple[Piece, ...]
    forms: frozenset[str]
    with_stems: tuple[str, ...]


@lru_cache(maxsize=16_384)
def _parted(word: str) -> _Parted:
    found = pieces(word)
    joins = joined(word, found)
    every = (*joins, *hyphenated(word, found, nouns=True))
    with_stems = tuple(join.form for join in every if join.form.isalpha() and not join.tight)
    return _Parted(tuple(found), frozenset(join.form for join in joins), with_stems)


@lru_cache(maxsize=16_384)
def _pairs(run: str) -> tuple[frozenset[str], ...]:
    """Return the pairs of neighbours in a run, which are the same in every language."""
    return tuple(frozenset((term,)) for term in query_terms(run, ["und"]).terms)


@lru_cache(maxsize=65_536)
def is_plain(word: str) -> bool:
    """Tell whether a word is one, with nothing in it that may be cut, joined or spelt otherwise."""
    found = pieces(word)
    alone = len(found) == 1 and found[0].text == word and not found[0].is_run
    sure = alone and word.isalpha() and "I" not in word  # which is two letters in Turkish
    return sure and not joined(word, found) and not is_spelt_otherwise(word)
