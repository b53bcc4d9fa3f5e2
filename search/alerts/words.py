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
from dataclasses import dataclass
from functools import lru_cache, partial

from search.alerts.texts import Part, Text
from search.analysis.folding import fold
from search.analysis.indexing import phrases
from search.analysis.joining import joined
from search.analysis.languages import languages
from search.analysis.query_terms import function_words, query_terms
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
)
from search.index.model import HEADLINE
from search.index.wildcards import elements, in_a_row, near_one_another
from search.names.keys import script_of
from search.names.query_names import name_words
from search.request import Mode, Request

WHOLE_RUN = 3
"""Pairs of neighbouring characters up to which all of a word in a script without spaces must be
there; of longer ones, which are several words, three in four."""

Test = Callable[[Text], bool]


@dataclass(frozen=True, slots=True)
class _Needed:
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


class Words:
    """What a request looks for by words, compiled once and asked of many articles."""

    def __init__(self, request: Request) -> None:
        self._filters = request.filters
        self._names = _names_of(request)
        self._excluded = [self._excluding(one) for one in request.filters.excluding]
        matching = None if request.mode is Mode.VECTOR else request.matching
        self.listing = request.matching is None
        self._tests = [] if matching is None else self._top(matching, request.canonical or "")

    @property
    def names(self) -> Mapping[str, frozenset[str]]:
        """The words that are looked for as names, in any spelling, with their keys."""
        return self._names

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the names that are looked for in any spelling."""
        return frozenset(key for keys in self._names.values() for key in keys)

    def admits(self, text: Text) -> bool:
        """Tell whether the filters let the article pass."""
        return self._filters.admits(text.article) and not any(test(text) for test in self._excluded)

    def match(self, text: Text) -> bool:
        """Tell whether all that is looked for is there; without words, whether there is a list."""
        if not self._tests:
            return self.listing
        return all(test(text) for test in self._tests)

    def _top(self, matching: Matching, canonical: str) -> list[Test]:
        if isinstance(matching, InArticle):
            return [self._test(one) for one in (*matching.required, *matching.optional)]
        if isinstance(matching, AnyOf) and not _HAS_OR.search(canonical):
            return [self._test(one) for one in matching.clauses]
        return [self._test(matching)]

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
        tests: list[Test] = []
        for token in tokens:
            keys = self._names.get(token, frozenset())
            tests.append(partial(_has_word, token, keys, title))
        return partial(_all, tests)

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


def telling(text: str) -> tuple[str, ...]:
    """Return what must be there: what is between spaces, without function words and signs."""
    tokens = [token for token in text.split() if pieces(token)]
    plain = {token: fold(pieces(token)[0].text) for token in tokens if len(pieces(token)) == 1}
    function = function_words(list(plain.values()), tuple(languages()))
    return tuple(dict.fromkeys(t for t in tokens if plain.get(t) not in function))


def _names_of(request: Request) -> dict[str, frozenset[str]]:
    """Return the keys of each word that is a name."""
    if not request.seeks_names:
        return {}
    found: dict[str, frozenset[str]] = {}
    words, alone = name_words(request.text)
    for word in words:
        script = script_of(word.text[0])
        if script is None:
            continue
        capital = not word.text[0].islower() and (alone or word.start > 0)
        if capital or not script.cased:
            token = _token_at(request.text, word.start)
            if token and word.keys:
                found[token] = found.get(token, frozenset()) | frozenset(word.keys)
    return found


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


def _has_word(token: str, keys: frozenset[str], title: bool, text: Text) -> bool:
    for part in _parts(text, title):
        if _needed(token, part.lang).within(part.terms):
            return True
    if not keys:
        return False
    return not keys.isdisjoint(text.headline_names if title else text.names)


def _has_any(words: str, title: bool, text: Text) -> bool:
    return any(not _terms(words, part.lang).isdisjoint(part.terms) for part in _parts(text, title))


@lru_cache(maxsize=262_144)
def _needed(token: str, lang: str) -> _Needed:
    found = pieces(token)
    forms = frozenset(join.form for join in joined(token, found))
    groups: list[frozenset[str]] = []
    least = 0
    for piece in found:
        if piece.is_run:
            pairs = [frozenset((term,)) for term in query_terms(piece.text, ["und"]).terms]
            groups += pairs
            least += len(pairs) if len(pairs) <= WHOLE_RUN else -(-3 * len(pairs) // 4)
        else:
            groups.append(_terms(piece.text, lang))
            least += 1
    return _Needed(tuple(groups), forms, least)


@lru_cache(maxsize=262_144)
def _terms(text: str, lang: str) -> frozenset[str]:
    return frozenset(query_terms(text, [lang]).terms)


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
    for passage, _, words in text.rows:
        if scope is Scope.TITLE and passage.position != HEADLINE:
            continue
        for places in readings:
            if next(iter(places(words)), None) is not None:
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
