"""An article as alerts look at it: its terms, words and names, analysed once for all alerts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from search.analysis.indexing import indexed
from search.index.model import HEADLINE, Article, Passage
from search.names.tokens import name_keys


@dataclass(frozen=True)
class Part:
    """Passages of an article in one language, as sets: what is looked up in them."""

    lang: str
    terms: frozenset[str]


@dataclass(frozen=True, eq=False)
class Text:
    """Words in order are those of phrases (`search.analysis.indexing`)."""

    article: Article

    @cached_property
    def rows(self) -> tuple[tuple[Passage, list[str], list[str]], ...]:
        """Each passage with its terms and its words in order."""
        return tuple(
            (passage, *indexed(passage.text, passage.lang)) for passage in self.article.passages
        )

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All passages, by language."""
        return _by_language(self.rows)

    @cached_property
    def headline(self) -> tuple[Part, ...]:
        """The headline alone."""
        return _by_language([row for row in self.rows if row[0].position == HEADLINE])

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word, unstemmed."""
        return frozenset(word for _, _, words in self.rows for word in words)

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys of every name."""
        return frozenset(
            key
            for passage in self.article.passages
            for key in name_keys(passage.text, passage.lang)
        )

    @cached_property
    def headline_names(self) -> frozenset[str]:
        """The keys of the names in the headline."""
        return frozenset(name_keys(self.article.title, self.article.lang))


def _by_language(rows: Iterable[tuple[Passage, list[str], list[str]]]) -> tuple[Part, ...]:
    found: dict[str, set[str]] = {}
    for passage, terms, _ in rows:
        found.setdefault(passage.lang, set()).update(terms)
    return tuple(Part(lang, frozenset(terms)) for lang, terms in found.items())
