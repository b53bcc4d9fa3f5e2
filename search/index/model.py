"""What an index stores and what a query gives back: frozen values, no I/O.

An article is stored as passages: its headline (position 0) and its body paragraphs
(1, 2, ...). An article without a headline has no passage 0. Every passage has text, a
language and a vector.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.values import dataclass

T = TypeVar("T")

UNKNOWN_LANGUAGE = "und"
"""ISO 639-2 "undetermined": the language could not be told."""

HEADLINE = 0
"""The position of the headline among the passages of an article."""

MOST_VERSIONS = 10**9
"""Larger versions are milliseconds since 1970 (from 12 January 1970 on), not version numbers."""

_DAY_MS = 24 * 60 * 60 * 1000

SCHEMA_VERSION = 4
"""Raised whenever what an index stores, or how it analyses text, changes."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A headline or a paragraph of an article: the unit that is embedded and matched."""

    position: int
    text: str
    lang: str = UNKNOWN_LANGUAGE


@dataclass(frozen=True, slots=True)
class Article:
    """One news article, as the index stores it.

    `lang` is ISO 639-1 (or `UNKNOWN_LANGUAGE`); `published`, `updated` and `embargo` are aware
    datetimes in UTC; `meta` holds JSON values only. No search finds an article before its
    `embargo`.
    """

    id: str
    title: str
    passages: tuple[Passage, ...]
    lang: str = UNKNOWN_LANGUAGE
    source: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    embargo: datetime | None = None

    @property
    def version(self) -> int:
        """What the source itself says of the order of its versions; see `source_version`."""
        return source_version(self.updated, self.meta.get("version"))

    @property
    def content_hash(self) -> str:
        """Thirty-two hex digits over everything but the id: equal hash, nothing to write."""
        return content_hash(self)


Made = Mapping[Callable[["EmbeddedArticle"], Any], Any]
"""Pure functions, each with what it made of one article."""


@dataclass(frozen=True, slots=True)
class EmbeddedArticle:
    """An article with a vector for every passage: float32, shape (len(passages), dimension).

    `draft_hash` is what the indexer recognises an unchanged draft by, before it makes an article
    of it (`indexer.article.composition.draft_hash`). It is stored beside the article and is no
    part of its content; None where nobody gave one. `made` has what pure functions make of the
    article, where that was done beforehand (`made_by`).
    """

    article: Article
    vectors: NDArray[np.float32]
    draft_hash: str | None = None
    made: Made = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.article.passages):
            raise ValueError(
                f"article {self.article.id} has {len(self.article.passages)} passages but "
                f"vectors of shape {self.vectors.shape}"
            )

    def made_by(self, make: Callable[[EmbeddedArticle], T]) -> T:
        """Return what a pure function makes of the article: known already, or made here."""
        known: T = self.made[make] if make in self.made else make(self)
        return known


class Outcome(StrEnum):
    """What became of one article in a write."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"
    """A newer version is in the index already; it stays."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """Its source withdrew it: it is not in the index, or not any more."""


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The outcome for one article; `reason` is a sentence where it was rejected.

    `notes` are sentences on what a person should know of how it was read.
    """

    article_id: str
    outcome: Outcome
    reason: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteReport:
    """One result per article, in the order of the batch."""

    results: tuple[WriteResult, ...]

    def count(self, outcome: Outcome) -> int:
        """How many articles had this outcome."""
        return sum(result.outcome is outcome for result in self.results)


@dataclass(frozen=True, slots=True)
class ArticleState:
    """Just enough of a stored article to tell whether a new one differs.

    `version` is that of the article (`stored_version`).

    Two states are equal if content and version are. Only `SearchIndex.states` tells the others:
    `lang`, `source` and `embargo` of the article, and `EmbeddedArticle.draft_hash`.
    """

    content_hash: str
    version: int
    lang: str | None = field(default=None, compare=False)
    draft_hash: str | None = field(default=None, compare=False)
    source: str | None = field(default=None, compare=False)
    embargo: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """When an article was last written to the index, and as what.

    `seen` is None for articles of programs that did not note it.
    """

    id: str
    seen: datetime | None
    content_hash: str
    version: int


_WHOLE = re.compile(r"\s*(?:v\.?\s?)?([0-9]+)(?:\.0+)?\s*", re.IGNORECASE)
"""How programs write the number of a version: 3, v3, 3.0. Which is later, 2.9 or 2.10, varies."""


def source_version(updated: datetime | None, number: object) -> int:
    """Say where a version stands among those of its article; 0 where the source says nothing.

    Milliseconds since 1970 of the last edit (`updated`), else the number of the version (from 1 to
    `MOST_VERSIONS`). When an article was `published` says nothing of it: a correction keeps that
    date. Agencies send two versions within a second: where an edit is dated to the second, numbers
    up to 999 stand for its milliseconds. How versions are compared:
    `search.index.admission.is_older`.
    """
    if isinstance(number, float) and number.is_integer():
        number = int(number)  # as pandas writes whole numbers beside missing ones
    if isinstance(number, str) and (written := _WHOLE.fullmatch(number)):
        number = int(written[1][:12])
    counted = 0
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number <= MOST_VERSIONS:
        counted = number
    edited = int(updated.timestamp() * 1000) if updated else 0
    if not edited or -_DAY_MS <= edited <= MOST_VERSIONS:  # the epoch is no date of an edit
        return counted
    return edited if edited % 1000 else edited + min(counted, 999)


def stored_version(version: int, updated: object) -> int:
    """Return the version of a stored article, given what is written with it.

    Earlier programs took the date of publication where there was no `updated`.
    """
    return version if updated is not None or 0 <= version <= MOST_VERSIONS else 0


@dataclass(frozen=True, slots=True)
class IndexIdentity:
    """What an index was written with; only the same can be searched or extended."""

    model_name: str
    model_fingerprint: str
    dimension: int
    schema_version: int = SCHEMA_VERSION


class Candidate(NamedTuple):
    """An article that a leg ranked, by keys and scores alone.

    `scores` are those of its best passages, best first: as many as were asked for (or it has) from
    a vector leg, at least the best from the others. `score` is the first of them.
    """

    id: str
    score: float
    scores: tuple[float, ...]


class PassageScore(NamedTuple):
    """A passage of a candidate, by its position, and what a leg gave it."""

    position: int
    score: float


@dataclass(frozen=True, slots=True)
class LegResult:
    """The candidates of one leg, best first; equal scores are ordered by article id.

    `total` counts the articles that match at all where the engine knows it (lexical, names and
    latest legs); for a vector leg everything matches more or less and `total` is None.
    """

    candidates: tuple[Candidate, ...]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that matches, with its score."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article that matches, with its best passages (best first, at least one).

    `article` carries the metadata; its `passages` are left empty, as are `authors` and
    `meta`. `score` is that of the best passage.
    """

    article: Article
    score: float
    passages: tuple[PassageHit, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """How many articles carry each value of a field, most frequent first, then by value.

    Every value is counted, however many there are; articles without one are not.
    """

    field: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of time that begins at `start` (UTC) and the number of articles in it."""

    start: datetime
    count: int


@dataclass(frozen=True, slots=True)
class IndexStats:
    """The state of an index. `size_bytes` is on disk, all versions and indexes included."""

    identity: IndexIdentity
    articles: int
    passages: int
    languages: Mapping[str, int]
    size_bytes: int
    engine: str
    location: str
    vector_index: str
    """`exact` while every vector is compared, else the kind of index in use."""
    unindexed_passages: int
    """Passages that the full-text or vector index does not cover yet (they are scanned)."""


def content_hash(article: Article) -> str:
    """Hash everything that an index stores of an article, except its id.

    SHA-256 over canonical JSON (sorted keys, no spaces), cut to 32 hex digits, so that it is
    the same on every machine and Python version.
    """
    content = {
        "title": article.title,
        "passages": [[p.position, p.text, p.lang] for p in article.passages],
        "lang": article.lang,
        "source": article.source,
        "url": article.url,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "updated": article.updated.isoformat() if article.updated else None,
        "section": article.section,
        "tags": list(article.tags),
        "meta": article.meta,
    }
    if article.embargo is not None:  # without one, hashes are those of earlier programs
        content["embargo"] = article.embargo.isoformat()
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
