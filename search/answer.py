"""What is asked of the search layer and what it answers: frozen values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from search.index.model import Article, Filters, Passage

Span = tuple[int, int]
"""Start (inclusive) and end (exclusive), in characters (code points) of the passage's text."""


class Mode(StrEnum):
    """Which legs run."""

    HYBRID = "hybrid"
    LEXICAL = "lexical"
    VECTOR = "vector"


class Counted(StrEnum):
    """What `Answer.total` and `Answer.languages` count."""

    MATCHES = "matches"
    """Every article that matches the words."""
    CANDIDATES = "candidates"
    """The articles that the legs put forward; by meaning, everything matches more or less."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question to the index."""

    question: str
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    limit: int = 10
    passages: int = 3
    """Paragraphs shown an article, at most."""


@dataclass(frozen=True, slots=True)
class LegScore:
    """Where one leg put an article: rank from 1; BM25 (lexical) or cosine (vector)."""

    rank: int
    score: float


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
    vector mode the cosine (negative ones as 0). `duplicates` counts articles with the same
    headline and best paragraph that are left out in favour of this one.
    """

    article: Article
    score: float
    legs: Mapping[str, LegScore]
    passages: tuple[ShownPassage, ...]
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """Articles of a language: how many were found, and how many of them are shown."""

    found: int
    shown: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. `took_ms` is the time inside the search layer, in milliseconds."""

    request: Request
    hits: tuple[Hit, ...]
    total: int
    counted: Counted
    languages: Mapping[str, LanguageCount]
    took_ms: float
