"""The request: the query with all its options, a frozen value, no I/O."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from search.index.clauses import Match, Matching
from search.index.filters import Filters
from search.index.port import Interval
from search.index.time_zones import UTC_NAME
from search.names.query_names import QueryNames, query_names
from search.values import dataclass


class Mode(StrEnum):
    """Which legs run."""

    HYBRID = "hybrid"
    LEXICAL = "lexical"
    VECTOR = "vector"


class Sort(StrEnum):
    """What comes first."""

    RELEVANCE = "relevance"
    DATE = "date"
    """Newest first: of all that match where the mode is lexical, else of the best `limit`."""


class Balance(StrEnum):
    """Who gets the places of an answer."""

    RELEVANCE = "relevance"
    """The best articles, in whatever language."""
    EVEN = "even"
    """Every language in turn, as far as it has articles that are good enough."""
    QUOTA = "quota"
    """Every language in proportion to how many articles it has that are good enough."""


@dataclass(frozen=True, slots=True)
class Recency:
    """How much less an older article counts: half for every `half_life` before `now`."""

    half_life: timedelta
    now: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """The query with all its options.

    `text` goes to the vector leg: the words of the query without operators, filters, words with
    wildcards and what is excluded. `clause` goes to the lexical leg or, where it is None, any of
    the words of `text`. With neither, what passes the filters is listed, newest first. `written` is
    the query as the person wrote it, `canonical` its plainest form, which reads the same.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    limit: int = 10
    passages: int = 3
    """Paragraphs shown per article, at most."""
    clause: Matching | None = None
    written: str | None = None
    canonical: str | None = None
    sort: Sort = Sort.RELEVANCE
    recency: Recency | None = None
    balance: Balance = Balance.RELEVANCE
    """How languages share the answer; it plays no part in an order by date."""
    facets: bool = False
    histogram: Interval | None = None
    timezone: str = UTC_NAME
    """The reader's time zone: days of the histogram, and of what is shown to a person."""
    rerank: bool = False
    """Whether the reranker reads the first articles; an order by date has no use for it."""
    names: bool = True
    """Whether hybrid mode also looks for names in other scripts and spellings."""
    named: QueryNames | None = None
    """The names that it looks for; None for those of the text."""
    every_copy: bool = False
    """Whether every article is listed, of those that carry the same text as well."""
    min_confidence: float | None = None
    """Hits that are less likely right are left out; None leaves out none."""
    meant: tuple[str, ...] = field(default=(), compare=False)
    """What its words with wildcards stand for in the index that answers it."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    """Sentences on what may have been meant differently."""

    @property
    def matching(self) -> Matching | None:
        """What an article must match by words; None to list all that pass the filters."""
        if self.clause is None and self.text.strip():
            return Match(self.text)
        return self.clause

    @property
    def said(self) -> str:
        """What is searched by meaning and for names: the text, and what patterns stand for."""
        return " ".join(filter(None, (self.text, *self.meant)))

    @property
    def rereads(self) -> bool:
        """Tell whether there is something that a reranker could read the articles for."""
        return self.rerank and not self.by_date and bool(self.said.strip())

    @property
    def seeks_names(self) -> bool:
        """Tell whether names are looked for.

        Only hybrid mode does: by words alone, what is found is every article that has them.
        """
        return self.names and self.mode is Mode.HYBRID and not self.by_date

    @property
    def query_names(self) -> QueryNames:
        """The names to look for; none where no leg does."""
        if not self.seeks_names:
            return QueryNames()
        return query_names(self.said) if self.named is None else self.named

    @property
    def by_date(self) -> bool:
        """Tell whether the engine puts everything that matches in the order of its dates."""
        lexical = self.mode is Mode.LEXICAL and self.sort is Sort.DATE
        return lexical or self.matching is None
