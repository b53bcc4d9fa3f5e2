"""What is asked of the search layer and what it answers: frozen values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from search.balance import Balance
from search.index.model import Article, Bucket, Facet, Passage
from search.index.port import Interval
from search.index.question import Filters, Match, Matching
from search.names.asked import AskedNames, asked_names
from search.ranking import Recency

LEXICAL, VECTOR, NAMES, LATEST = "lexical", "vector", "names", "latest"
"""Names of the legs: by words, by meaning, by names in any spelling, and by date where nothing is
asked."""

Span = tuple[int, int]
"""Start (inclusive) and end (exclusive), in characters (code points) of the passage's text."""


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


class Counted(StrEnum):
    """What `Answer.total`, `languages`, `facets` and `histogram` count."""

    MATCHES = "matches"
    """Every article that matches the words or, without words, passes the filters."""
    CANDIDATES = "candidates"
    """The articles that the legs put forward; by meaning, everything matches more or less."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question to the index.

    `question` goes to the vector leg; `clause` to the lexical leg or, where it is None, any of
    the question's words. With neither, what passes the filters is listed, newest first.
    `written` is the query as the person wrote it.
    """

    question: str
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    limit: int = 10
    passages: int = 3
    """Paragraphs shown an article, at most."""
    clause: Matching | None = None
    written: str | None = None
    sort: Sort = Sort.RELEVANCE
    recency: Recency | None = None
    balance: Balance = Balance.RELEVANCE
    """How languages share the answer; an order by date has no part in it."""
    facets: bool = False
    histogram: Interval | None = None
    rerank: bool = False
    """Whether the search's reranker reads the first articles; an order by date has no use of it."""
    names: bool = True
    """Whether hybrid mode looks for names in other scripts and spellings, too."""
    named: AskedNames | None = None
    """The names that it looks for; None for those of the question."""

    @property
    def matching(self) -> Matching | None:
        """What an article must match by words; None to list all that pass the filters."""
        if self.clause is None and self.question.strip():
            return Match(self.question)
        return self.clause

    @property
    def rereads(self) -> bool:
        """Tell whether there is something that a reranker could read the articles for."""
        return self.rerank and not self.by_date and bool(self.question.strip())

    @property
    def seeks_names(self) -> bool:
        """Tell whether names are looked for.

        Only hybrid mode does: by words alone, what is found is every article that has them.
        """
        return self.names and self.mode is Mode.HYBRID and not self.by_date

    @property
    def asked_names(self) -> AskedNames:
        """The names to look for; none where no leg does."""
        if not self.seeks_names:
            return AskedNames()
        return asked_names(self.question) if self.named is None else self.named

    @property
    def by_date(self) -> bool:
        """Tell whether the engine puts everything that matches in the order of its dates."""
        lexical = self.mode is Mode.LEXICAL and self.sort is Sort.DATE
        return lexical or self.matching is None


@dataclass(frozen=True, slots=True)
class LegScore:
    """Where one leg put an article: rank from 1; BM25 (lexical, names) or cosine (vector)."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class RerankPlace:
    """What a reranker said of an article: its own score, and the rank and score before."""

    score: float
    rank_before: int
    score_before: float


@dataclass(frozen=True, slots=True)
class RerankUsed:
    """Which reranker read how many articles, and how many passages of each at most."""

    model: str
    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class OffsetsUsed:
    """Which language offsets lowered the cosines (`search.offsets`), and by which share of them."""

    digest: str
    share: float


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage worth reading, with the places that made it match."""

    passage: Passage
    highlights: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of the answer.

    `article` has metadata only. `score` is in [0, 1]: in hybrid mode the share of what an
    article that leads both legs would get, in lexical mode the share of the best BM25, in
    vector mode the cosine, less what language offsets take off (and no less than 0, nor more
    than 1); 0 where the engine ordered by date. Of an
    article that was reranked it is the reranker's, and `rerank` has what it was before.
    `duplicates` counts articles with the same headline and best paragraph that are left out in
    favour of this one. `title_highlights` are the matching places of the headline. `closeness`
    is how close the article is in meaning, in [0, 1], see `search.closeness`; None where the
    vector leg did not find it, or nothing is known of its model. `offset` is what was taken off
    its cosines because of its language; None where no language offsets are in use, or the vector
    leg did not find it.
    """

    article: Article
    score: float
    legs: Mapping[str, LegScore]
    passages: tuple[ShownPassage, ...]
    duplicates: int = 0
    title_highlights: tuple[Span, ...] = ()
    rerank: RerankPlace | None = None
    closeness: float | None = None
    offset: float | None = None


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """Articles of a language: how many were found, and how many of them are shown."""

    found: int
    shown: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. `took_ms` is the time inside the search layer, in milliseconds.

    `facets` and `histogram` are empty, and `rerank` is None, unless the request asks for them.
    `offsets` is None where no language offsets played a part.
    """

    request: Request
    hits: tuple[Hit, ...]
    total: int
    counted: Counted
    languages: Mapping[str, LanguageCount]
    took_ms: float
    facets: tuple[Facet, ...] = ()
    histogram: tuple[Bucket, ...] = ()
    rerank: RerankUsed | None = None
    anything_close: bool | None = None
    """Whether the nearest article is as near as those of questions that have an answer; None
    where nothing is claimed, as for an unknown model, or where no question is asked by meaning."""
    offsets: OffsetsUsed | None = None
