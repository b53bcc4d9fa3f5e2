"""Whether an article has what an alert looks for by words and names. Pure.

A search ranks what has any of the words; an alert must decide. So words side by side must all be
there, somewhere in the article, each in some form of its language; function words are left out.
What a search requires (phrases, titles, AND) an alert requires in the same way, what it excludes is
excluded in the same way. A word that is a name by its capital, or in a script without any, may be
there in any script and spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial

from search.alerts.batch import Batch, Bits, Lookup
from search.alerts.needed import needed, terms_of_query, written_as_one
from search.alerts.texts import Part, Text
from search.analysis.folding import fold
from search.analysis.indexing import phrases
from search.analysis.languages import languages
from search.analysis.query_terms import function_words
from search.analysis.words import pieces
from search.index.clauses import (
    AllOf,
    AnyOf,
    Clause,
    InArticle,
    Leaf,
    Match,
    Matching,
    Near,
    Phrase,
    Prefix,
    Scope,
    Wildcard,
    leaves,
)
from search.index.model import HEADLINE
from search.index.wildcards import elements, in_a_row, near_one_another
from search.names.keys import script_of
from search.names.query_names import NameWord, name_words
from search.request import Mode, Request

Test = Callable[[Text], bool]


class Words:
    """What a request looks for by words; compiled when an article is first tested for it."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._names = _names_of(request)
        self.listing = request.matching is None

    @property
    def names(self) -> Mapping[str, frozenset[str]]:
        """The words that are looked for as names, in any spelling, with their keys."""
        return {token: self._keys_of(token) for token in self._names}

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the names that are looked for in any spelling."""
        return frozenset(key for keys in self.names.values() for key in keys)

    def candidates(self, batch: Batch) -> Bits:
        """Return the articles that may match: those that have all words, wherever they stand."""
        if self._matching is None:
            return batch.all if self.listing else 0
        found, left = batch.all, list[tuple[str, Bits]]()
        for token in self._demanded:
            having = self._written(token, batch.whole)
            if token in self._names:
                left.append((token, having))
            else:
                found &= having
        # Keys of names are dear: they are worked out for what only a name can decide.
        for token, having in left:
            missing = found & ~having
            named = batch.whole.named(self._keys_of(token)) if missing else 0
            found &= having | named
        return found

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """All words that say something, whichever of them must be there."""
        matching = self._request.matching
        found = () if matching is None else (telling(leaf.text) for leaf in leaves(matching))
        return tuple(dict.fromkeys(token for tokens in found for token in tokens))

    def having(self, token: str, lookup: Lookup) -> Bits:
        """Return the articles that have a word, as a name in any spelling if it is one."""
        found = self._written(token, lookup)
        return found | lookup.named(self._keys_of(token)) if token in self._names else found

    def _written(self, token: str, lookup: Lookup) -> Bits:
        """Return the articles that have a word, or it and its neighbour as one."""
        found = lookup.having(token)
        for form in self._as_one.get(token, ()):
            found |= lookup.having(form)
        return found

    def admits(self, text: Text) -> bool:
        """Tell whether the filters let the article pass."""
        return self._request.filters.admits(text.article) and not any(
            test(text) for test in self._excluded
        )

    def match(self, text: Text) -> bool:
        """Tell whether all that is looked for is there; without words, whether there is a list."""
        if self._matching is None:
            return self.listing
        return all(test(text) for test in self._tests)

    @property
    def _matching(self) -> Matching | None:
        return None if self._request.mode is Mode.VECTOR else self._request.matching

    @cached_property
    def _tests(self) -> list[Test]:
        return [self._test(one) for one in self._clauses]

    @cached_property
    def _excluded(self) -> list[Test]:
        return [self._excluding(one) for one in self._request.filters.excluding]

    @cached_property
    def _clauses(self) -> Sequence[Clause]:
        """What must all be there."""
        matching = self._matching
        if matching is None:
            return ()
        if isinstance(matching, InArticle):
            return (*matching.required, *matching.optional)
        if isinstance(matching, AnyOf) and not _HAS_OR.search(self._request.canonical or ""):
            return matching.clauses
        return (matching,)

    @cached_property
    def _as_one(self) -> Mapping[str, frozenset[str]]:
        """The words that are also written as one with a neighbour, and how."""
        matching = self._matching
        texts = () if matching is None else (one.text for one in leaves(matching))
        return written_as_one(tuple(texts))

    @cached_property
    def _demanded(self) -> tuple[str, ...]:
        """Words of which an article without one cannot match."""
        return tuple(dict.fromkeys(token for one in self._clauses for token in _demanded(one)))

    def _keys_of(self, token: str) -> frozenset[str]:
        return _keys_of(tuple(self._names[token]))

    def _test(self, clause: Clause) -> Test:
        """Return what tests an article."""
        match clause:
            case AnyOf(clauses):
                return partial(_any, [self._test(one) for one in clauses])
            case AllOf(clauses):
                return partial(_all, [self._test(one) for one in clauses])
            case Match(text, scope):
                return self._of_match(text, scope)
            case _:
                return _in_order(clause)

    def _of_match(self, text: str, scope: Scope) -> Test:
        tokens = telling(text)
        if not tokens:
            return _in_order(Phrase(text, scope))
        title = scope is Scope.TITLE
        return partial(_all, [partial(self._has_word, token, title) for token in tokens])

    def _has_word(self, token: str, title: bool, text: Text) -> bool:
        forms = (token, *self._as_one.get(token, ()))
        for part in _parts(text, title):
            if any(needed(form, part.lang).within(part.terms) for form in forms):
                return True
        if token not in self._names:
            return False
        names = text.headline_names if title else text.names
        return not self._keys_of(token).isdisjoint(names)

    def _excluding(self, clause: Matching) -> Test:
        """Return what tests for something excluded: of several words, any."""
        match clause:
            case InArticle(required, _):
                return partial(_all, [self._excluding(one) for one in required])
            case AnyOf(clauses):
                return partial(_any, [self._excluding(one) for one in clauses])
            case AllOf(clauses):
                return partial(_all, [self._excluding(one) for one in clauses])
            case Match(text, scope):
                return partial(_has_any, text, scope is Scope.TITLE)
            case _:
                return _in_order(clause)


_HAS_OR = re.compile(r"(?:^|\s)OR(?:\s|$)")


@lru_cache(maxsize=65_536)
def telling(text: str) -> tuple[str, ...]:
    """Return what must be there: what is between spaces, without function words and signs."""
    tokens = [token for token in text.split() if pieces(token)]
    plain = {token: fold(pieces(token)[0].text) for token in tokens if len(pieces(token)) == 1}
    function = function_words(list(plain.values()), tuple(languages()))
    return tuple(dict.fromkeys(t for t in tokens if plain.get(t) not in function))


def _demanded(clause: Clause) -> Iterator[str]:
    match clause:
        case AllOf(clauses):
            for one in clauses:
                yield from _demanded(one)
        case Match(text, _):
            yield from telling(text)


def _names_of(request: Request) -> dict[str, list[NameWord]]:
    """Return each word that is a name, as the names in it."""
    if not request.seeks_names:
        return {}
    found: dict[str, list[NameWord]] = {}
    words, alone = name_words(request.text)
    for word in words:
        script = script_of(word.text[0])
        if script is None:
            continue
        capital = not word.text[0].islower() and (alone or word.start > 0)
        if capital or not script.cased:
            token = _token_at(request.text, word.start)
            if token:
                found.setdefault(token, []).append(word)
    return found


@lru_cache(maxsize=8192)
def _keys_of(words: tuple[NameWord, ...]) -> frozenset[str]:
    return frozenset(key for word in words for key in word.keys)


def _token_at(text: str, start: int) -> str:
    for token in re.finditer(r"\S+", text):
        if token.start() <= start < token.end():
            return token[0]
    return ""


def _any(tests: Sequence[Test], text: Text) -> bool:
    return any(test(text) for test in tests)


def _all(tests: Sequence[Test], text: Text) -> bool:
    return all(test(text) for test in tests)


def _parts(text: Text, title: bool) -> tuple[Part, ...]:
    return text.headline if title else text.parts


def _has_any(words: str, title: bool, text: Text) -> bool:
    return any(
        not terms_of_query(words, part.lang).isdisjoint(part.terms) for part in _parts(text, title)
    )


def _in_order(leaf: Leaf) -> Test:
    """Return what looks for words in order, in some passage."""
    if isinstance(leaf, Wildcard):
        return partial(_somewhere, leaf.scope, [partial(in_a_row, elements(leaf.text))])
    if isinstance(leaf, Near):
        near = partial(near_one_another, elements(leaf.text), leaf.gaps)
        return partial(_somewhere, leaf.scope, [near])
    goes_on = isinstance(leaf, Prefix)
    readings = phrases(leaf.text)
    if goes_on:
        rows = [partial(_row, reading, goes_on) for reading in readings]
        return partial(_somewhere, leaf.scope, rows)
    return partial(_phrase, leaf.scope, readings)


def _phrase(scope: Scope, readings: Sequence[Sequence[str]], text: Text) -> bool:
    possible = [reading for reading in readings if text.words.issuperset(reading)]
    return bool(possible) and _somewhere(
        scope, [partial(_row, reading, False) for reading in possible], text
    )


def _somewhere(
    scope: Scope, readings: Iterable[Callable[[Sequence[str]], Iterable[object]]], text: Text
) -> bool:
    for row in text.rows:
        if scope is Scope.TITLE and row.passage.position != HEADLINE:
            continue
        for places in readings:
            if next(iter(places(row.words)), None) is not None:
                return True
    return False


def _row(reading: Sequence[str], goes_on: bool, words: Sequence[str]) -> Iterator[int]:
    """Yield where words stand in a row, the last of which may go on."""
    size = len(reading)
    *begun, last = reading
    for first in range(len(words) - size + 1):
        end = words[first + size - 1]
        if (end.startswith(last) if goes_on else end == last) and words[
            first : first + size - 1
        ] == begun:
            yield first
