"""What the search layer answers: frozen values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from search.index.model import Article, Bucket, Facet, Passage
from search.request import Request
from search.values import dataclass

Span = tuple[int, int]
"""Start (inclusive) and end (exclusive), in characters (code points) of the passage's text."""


class Counted(StrEnum):
    """What `Answer.total`, `languages`, `facets` and `histogram` count."""

    MATCHES = "matches"
    """Every article that matches the words or, without words, passes the filters."""
    CANDIDATES = "candidates"
    """The candidates of the legs; by meaning, everything matches more or less."""


@dataclass(frozen=True, slots=True)
class LegScore:
    """Where a leg ranked an article: rank from 1; BM25 (lexical, names) or cosine (vector)."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class RerankPlace:
    """What a reranker made of an article: its own score, and the rank and score before."""

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
    """Which language offsets lowered the cosines, and by which share of them.

    See `search.calibration.offsets`.
    """

    digest: str
    share: float


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage worth reading, with the places that made it match."""

    passage: Passage
    highlights: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that is not shown because it carries the same text as one that is."""

    id: str
    source: str | None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of the answer.

    `article` has metadata only. `score` is in [0, 1]: in hybrid mode the share of what an
    article that leads both legs would get, in lexical mode the share of the best BM25, in
    vector mode the cosine, less what language offsets take off (and no less than 0, nor more
    than 1); 0 where the engine ordered by date. Of an
    article that was reranked it is the reranker's, and `rerank` has what it was before.
    `duplicates` counts articles that carry the same text and are left out in favour of this one,
    and `copies` names them. `title_highlights` are the matching places of the headline.
    `confidence` is how likely the article is right, in [0, 1], see `search.calibration.confidence`;
    None where nothing is known of it.
    `closeness` is how close the article is in meaning, in [0, 1], see
    `search.calibration.closeness`; None where the vector leg did not find it, or nothing is known
    of its model. `offset` is what was taken off its cosines because of its language; None where no
    language offsets are in use, or the vector leg did not find it. `feedback` is how near it is to
    the best articles of the answer, as a cosine; None where that played no part, see
    `search.ranking.feedback`.
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
    copies: tuple[Copy, ...] = ()
    confidence: float | None = None
    feedback: float | None = None


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """Articles in a language: how many were found, and how many of them are shown."""

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
    """Whether the nearest article is as near as those of queries that have an answer; None
    where nothing is claimed, as for an unknown model, or where no vector leg ran. An article that
    has all words of the query, or all names, is close."""
    offsets: OffsetsUsed | None = None
    confidence: str | None = None
    """Digest of what the confidence of hits was read from; None where nothing is known of it."""
    notes: tuple[str, ...] = ()
    """Sentences on what was read otherwise than it may be meant, and on what found nothing."""
