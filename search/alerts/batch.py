"""New articles side by side: which of them have a word or a name, looked up for all at once.

A thousand alerts ask for the same few thousand words. So each word is looked up once per batch, and
what comes of it is a set of articles, as the bits of an integer: what all words of an alert have in
common is found by `&`, and only that is looked at article by article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from search.alerts.needed import Needed, is_plain, needed, terms_of_plain
from search.alerts.texts import Text

Bits = int
"""A set of articles of a batch: bit n is the nth."""


class Lookup:
    """Looks words up in articles, or in their headlines; remembers what was looked up."""

    def __init__(self, texts: Sequence[Text], *, title: bool) -> None:
        self._texts = texts
        self._title = title
        self._having: dict[str, Bits] = {}

    def having(self, word: str) -> Bits:
        """Return the articles that have a word of a query, each in some form of its language."""
        found = self._having.get(word)
        if found is None:
            found = self._having[word] = self._looked_up(word)
        return found

    def _looked_up(self, word: str) -> Bits:
        found = 0
        if is_plain(word):  # most are: then any of its terms will do
            for lang, terms in self._terms.items():
                for term in terms_of_plain(word, lang):
                    found |= terms.get(term, 0)
        else:
            for lang, terms in self._terms.items():
                found |= _within(needed(word, lang), terms)
        return found

    def named(self, keys: frozenset[str]) -> Bits:
        """Return the articles that have a name with any of these keys."""
        found = 0
        for key in keys:
            found |= self._names.get(key, 0)
        return found

    @cached_property
    def _terms(self) -> Mapping[str, Mapping[str, Bits]]:
        found: dict[str, defaultdict[str, Bits]] = {}
        for n, text in enumerate(self._texts):
            for part in text.headline if self._title else text.parts:
                terms = found.setdefault(part.lang, defaultdict(int))
                for term in part.terms:
                    terms[term] |= 1 << n
        return found

    @cached_property
    def _names(self) -> Mapping[str, Bits]:
        found: defaultdict[str, Bits] = defaultdict(int)
        for n, text in enumerate(self._texts):
            for key in text.headline_names if self._title else text.names:
                found[key] |= 1 << n
        return found


class Batch:
    """Articles, and what is looked up in all of them."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.texts = texts
        self.all: Bits = (1 << len(texts)) - 1
        self.whole = Lookup(texts, title=False)
        self.headlines = Lookup(texts, title=True)

    def of(self, bits: Bits) -> Iterator[tuple[int, Text]]:
        """Yield the articles of a set with their numbers, in order."""
        while bits:
            lowest = bits & -bits
            number = lowest.bit_length() - 1
            yield number, self.texts[number]
            bits ^= lowest


def _within(wanted: Needed, terms: Mapping[str, Bits]) -> Bits:
    """Return the articles with the joined form, or with as many of the groups as are needed."""
    joined = _any_of(wanted.joined, terms)
    if not wanted.groups:
        return joined
    # at_least[n] has the articles with n of the groups so far; -1 is all of them.
    at_least = [-1] + [0] * wanted.least
    for group in wanted.groups:
        having = _any_of(group, terms)
        for n in range(wanted.least, 0, -1):
            at_least[n] |= at_least[n - 1] & having
    return joined | at_least[wanted.least]


def _any_of(group: frozenset[str], terms: Mapping[str, Bits]) -> Bits:
    found = 0
    for term in group:
        found |= terms.get(term, 0)
    return found
