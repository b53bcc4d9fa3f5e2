"""An article as alerts look at it: its terms, words and names, analysed once for all alerts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from search.index.analysed import analysed
from search.index.model import HEADLINE, Article, EmbeddedArticle, Passage
from search.names.tokens import name_keys


@dataclass(frozen=True)
class Part:
    """Passages of an article in one language, as sets: what is looked up in them."""

    lang: str
    terms: frozenset[str]


class Row(NamedTuple):
    """A passage with its terms and its words in order, and the keys of its names.

    Words in order are those of phrases (`search.analysis.indexing`).
    """

    passage: Passage
    terms: list[str]
    words: list[str]
    names: list[str]


@dataclass(frozen=True, eq=False)
class Text:
    """An article, read passage by passage."""

    embedded: EmbeddedArticle

    @property
    def article(self) -> Article:
        """The article itself."""
        return self.embedded.article

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Each passage with what it was analysed to, by the index that it stands in or here."""
        found = zip(self.article.passages, self.embedded.made_by(analysed), strict=True)
        return tuple(
            Row(passage, _parted(own.terms), _parted(own.words), _parted(own.names))
            for passage, own in found
        )

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All passages, by language."""
        return _by_language(self.rows)

    @cached_property
    def headline(self) -> tuple[Part, ...]:
        """The headline alone."""
        return _by_language([row for row in self.rows if row.passage.position == HEADLINE])

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word, unstemmed."""
        return frozenset(word for row in self.rows for word in row.words)

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys of every name."""
        return frozenset(key for row in self.rows for key in row.names)

    @cached_property
    def headline_names(self) -> frozenset[str]:
        """The keys of the names in the headline."""
        return frozenset(name_keys(self.article.title, self.article.lang))


def _parted(joined: str | None) -> list[str]:
    return joined.split() if joined else []


def _by_language(rows: Iterable[Row]) -> tuple[Part, ...]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.passage.lang, set()).update(row.terms)
    return tuple(Part(lang, frozenset(terms)) for lang, terms in found.items())
