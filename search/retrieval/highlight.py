"""Which places of a passage made it match: the words of the query, or the closest sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from search.analysis.analyzer import (
    folded_characters,
    keeps_first_letter,
    pieces_in,
    terms_of,
    word_of,
)
from search.analysis.folding import fold
from search.analysis.indexing import phrases
from search.analysis.joining import stored
from search.analysis.query_terms import QueryTerms, query_terms
from search.analysis.sentences import sentences
from search.analysis.telling import shortened
from search.analysis.words import Piece, pieces
from search.answer import ShownPassage, Span
from search.embedding.port import Embedder, Vectors
from search.index.bounds import MOST_WORDS
from search.index.clauses import Leaf, Match, Matching, Near, Prefix, Scope, Wildcard, leaves
from search.index.model import HEADLINE, Article, Passage
from search.index.wildcards import Place, elements, in_a_row, near_one_another
from search.names.tokens import keys_of, may_be_name, names_in_run


class Highlighter:
    """Marks what a query asks for in passages of any language.

    A word is marked where its analysed form, in the passage's own language, is an analysed
    form of one of the query's words: the same test that made the passage match. Phrases and
    prefixes are marked where they stand, names where their key is one of those asked for.
    """

    def __init__(self, matching: Matching | None, name_keys: Collection[str] = ()) -> None:
        """`name_keys` are the keys of names that are marked in whatever spelling."""
        self._names = frozenset(name_keys)
        found = list(leaves(matching)) if matching is not None else []
        self._words = [leaf for leaf in found if isinstance(leaf, Match)]
        self._phrases = [
            (places, leaf.scope)
            for leaf in found
            if not isinstance(leaf, Match)
            for places in _places_of(leaf)
        ]
        self._wanted: dict[tuple[str, bool], _Wanted] = {}
        self._anywhere = all(leaf.scope is Scope.ANYWHERE for leaf in self._words)

    def __call__(self, passage: Passage) -> tuple[Span, ...]:
        """Spans of what matches, in order; words that touch (CJK bigrams) become one span."""
        return self._spans(passage.text, passage.lang, passage.position == HEADLINE)

    def may_mark(
        self, passage: Passage, terms: Iterable[str], words: Iterable[str], names: Iterable[str]
    ) -> bool:
        """Tell whether there may be something to mark, of a passage that was analysed before.

        The terms and words are those of `indexed`, the names those of `name_keys`.
        """
        if self._phrases:
            return True
        wanted = self._wanted_in(passage.lang, headline=passage.position == HEADLINE)
        return wanted.are_among(terms, words, names)

    def title(self, article: Article) -> tuple[Span, ...]:
        """Spans of what matches in the headline, analysed in the article's language."""
        return self._spans(article.title, article.lang, headline=True)

    def _spans(self, text: str, lang: str, headline: bool) -> tuple[Span, ...]:
        spans = self._wanted_in(lang, headline=headline).spans(text)
        sought = [places for places, at in self._phrases if headline or at is Scope.ANYWHERE]
        if sought:
            words, joins = _words(text, lang)
            rows = [words, *([join] for join in joins)]
            spans += [span for places in sought for row in rows for span in _standing(places, row)]
        return _merged(spans)

    def _wanted_in(self, lang: str, *, headline: bool) -> _Wanted:
        key = (lang, headline or self._anywhere)  # often both look for the same
        wanted = self._wanted.get(key)
        if wanted is None:
            asked = [one for one in self._words if headline or one.scope is Scope.ANYWHERE]
            texts = [shortened(leaf.text, MOST_WORDS) for leaf in asked]
            wanted = self._wanted[key] = _Wanted(texts, lang, self._names)
        return wanted


class _Wanted:
    """Words and names that are marked in texts of one language.

    Each word of a text is looked up as it is written, and analysed only where it is new: the texts
    of an answer share most of their words.
    """

    def __init__(self, texts: Sequence[str], lang: str, names: frozenset[str]) -> None:
        """`texts` are words of the query, `names` keys of names."""
        self._lang = lang
        asked = [_terms_of(text, lang) for text in texts]
        self._terms = frozenset(term for one in asked for term in one.terms)
        self._written = frozenset(_AS_WRITTEN + word for one in asked for word in one.words)
        self._forms = self._terms | self._written
        # Most words of a text begin otherwise than all that is wanted, and need no analysis.
        self._beginnings = (
            _Beginnings(form.removeprefix(_AS_WRITTEN)[0] for form in self._forms)
            if keeps_first_letter(lang)
            else None
        )
        self._figures = any(letter.isdecimal() for term in self._terms for letter in term)
        self._runs = any(piece.is_run for text in texts for piece in pieces(text))
        self._names = names
        self._asked = _Known(self._asks_for)
        self._named = _Known(self._is_name)
        self._either = _Known(self._is_wanted)

    def spans(self, text: str) -> list[Span]:
        """Where the words and names stand."""
        cut, found = pieces(text), pieces_in(text, self._lang)
        runs = [piece for piece in cut if piece[3]]
        if len(cut) != len(found):  # some pieces are one word in this language, each may be a name
            spans = [*_where(found, self._asked), *_where(cut, self._named)]
        elif self._beginnings is not None and unicodedata.is_normalized("NFC", text):
            begins = self._beginnings
            likely = [piece for piece in found if begins[piece[0][0]]]
            spans = _where(likely, self._either)
        else:
            spans = _where(found, self._either)
        for run in runs:
            spans += self._in_run(run)
        if self._terms:
            spans += (
                (found[join.first].start, found[join.last].end)
                for join in stored(text, found, self._lang, figures=self._figures)
                if join.form in self._terms
            )
        return spans

    def are_among(self, terms: Iterable[str], words: Iterable[str], names: Iterable[str]) -> bool:
        """Tell whether any of the words and names is among those of a text."""
        if not self._terms.isdisjoint(terms) or not self._names.isdisjoint(names):
            return True
        written = self._written
        return bool(written) and not written.isdisjoint(_AS_WRITTEN + one for one in words)

    def _asks_for(self, word: str) -> bool:
        if self._beginnings is not None and fold(word)[:1] not in self._beginnings.letters:
            return False
        return not self._forms.isdisjoint(_forms_of(word, self._lang))

    def _is_name(self, word: str) -> bool:
        if not self._names or not may_be_name(word):
            return False
        return not self._names.isdisjoint(keys_of(word, self._lang))

    def _is_wanted(self, word: str) -> bool:
        return self._asks_for(word) or self._is_name(word)

    def _in_run(self, run: Piece) -> Iterator[Span]:
        if self._runs:
            # A query of one character finds it wherever it stands.
            letters, terms = folded_characters(run), self._terms
            yield from [(one.start, one.end) for one in letters if one.term in terms]
            for left, right in pairwise(letters):
                if left.term + right.term in terms:
                    yield left.start, right.end
        for name in names_in_run(run) if self._names else ():
            if not self._names.isdisjoint(keys_of(name.text, self._lang)):
                yield name.start, name.end


_AS_WRITTEN = "\0"
"""Before a word as phrases find it, which is no term: no word has this character."""


@lru_cache(maxsize=131_072)
def _forms_of(word: str, lang: str) -> tuple[str, ...]:
    """All that a word of a text is found by; most words of an answer were met before."""
    return (*terms_of(word, lang), _AS_WRITTEN + word_of(word, lang))


@lru_cache(maxsize=8192)
def _terms_of(text: str, lang: str) -> QueryTerms:
    """Analyse words of a query; they come again with each page, and from many readers."""
    return query_terms(text, [lang])


class _Beginnings(dict[str, bool]):
    """Tells by the first letter of a word, as written, whether the word may be wanted.

    Small letters alone tell: a name begins with anything else. The letter must be composed, since
    a mark behind it may make another of it.
    """

    def __init__(self, letters: Iterable[str]) -> None:
        """`letters` are those that folded words begin with that are wanted."""
        super().__init__()
        self.letters = frozenset(letters)

    def __missing__(self, letter: str) -> bool:
        folded = fold(letter) if letter.islower() else ""
        known = self[letter] = not folded or folded[0] in self.letters
        return known


class _Known(dict[str, bool]):
    """What is known of words; whatever is not is found out."""

    def __init__(self, find_out: Callable[[str], bool]) -> None:
        super().__init__()
        self._find_out = find_out

    def __missing__(self, word: str) -> bool:
        known = self[word] = self._find_out(word)
        return known


def _where(found: Sequence[Piece], wanted: _Known) -> list[Span]:
    """Return where words stand that are wanted."""
    return [(start, end) for word, start, end, is_run in found if not is_run and wanted[word]]


class _Word(NamedTuple):
    word: str
    start: int
    end: int


def _words(text: str, lang: str) -> tuple[list[_Word], list[_Word]]:
    """Words of a text as phrases are compared with them, runs by the character; joined forms."""
    words: list[_Word] = []
    found = pieces_in(text, lang)
    for piece in found:
        if piece.is_run:
            words += (_Word(t.term, t.start, t.end) for t in folded_characters(piece))
        elif word := word_of(piece.text, lang):
            words.append(_Word(word, piece.start, piece.end))
    joins = [
        _Word(join.form, found[join.first].start, found[join.last].end)
        for join in stored(text, found, lang)
    ]
    return words, joins


Places = Callable[[Sequence[str]], Iterable[Place]]
"""Finds where something stands among the words of a text."""


def _standing(places: Places, words: Sequence[_Word]) -> Iterator[Span]:
    """Yield where something stands in a row of words."""
    for first, end in places([word.word for word in words]):
        yield words[first].start, words[end - 1].end


def _places_of(leaf: Leaf) -> Iterator[Places]:
    """Yield what finds a phrase or a prefix in each of its readings, or words with wildcards."""
    match leaf:
        case Near(text, gaps):
            yield partial(near_one_another, elements(text), gaps)
        case Wildcard(text):
            yield partial(in_a_row, elements(text))
        case _:
            for words in phrases(leaf.text):
                yield partial(_phrase_places, words, isinstance(leaf, Prefix))


def _phrase_places(phrase: Sequence[str], goes_on: bool, words: Sequence[str]) -> Iterator[Place]:
    """Find words in a row, the last of which may go on."""
    size = len(phrase)
    for first in range(len(words) - size + 1 if size else 0):
        *begun, last = words[first : first + size]
        ends = last.startswith(phrase[-1]) if goes_on else last == phrase[-1]
        if ends and begun == list(phrase[:-1]):
            yield first, first + size


def mark_closest_sentences(
    passages: Sequence[Passage], query: Vectors, embedder: Embedder
) -> list[ShownPassage]:
    """Mark, in every passage, the sentence whose vector is closest to the query's.

    `query` has shape (1, dimension). A passage of one sentence gets no mark: marking all
    of it would say nothing. All sentences are embedded in one call.
    """
    spans = [list(sentences(passage.text)) for passage in passages]
    several = [n for n, found in enumerate(spans) if len(found) > 1]
    texts = [passages[n].text[start:end] for n in several for start, end in spans[n]]
    closest: dict[int, Span] = {}
    if texts:
        scores = np.vecdot(embedder.embed_paragraphs(texts), query[0])
        offset = 0
        for n in several:
            own = scores[offset : offset + len(spans[n])]
            closest[n] = spans[n][int(np.argmax(own))]
            offset += len(spans[n])
    return [
        ShownPassage(passage, (closest[n],) if n in closest else ())
        for n, passage in enumerate(passages)
    ]


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
