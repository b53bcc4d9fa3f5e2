"""What an index can be asked: words, meaning, names or dates, within filters; frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from search.index.model import Article


class Scope(StrEnum):
    """Where a lexical clause looks."""

    ANYWHERE = "anywhere"
    TITLE = "title"
    """The headline only: the passage at position `HEADLINE`."""


@dataclass(frozen=True, slots=True)
class Match:
    """Free words, ranked by BM25; a passage with any of them matches. No words match nothing."""

    text: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side in this order (unstemmed, case and accents folded)."""

    text: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Prefix:
    """A `Phrase` whose last word may go on: "climate chan" matches "Climate change".

    Scores are above zero; how much above is up to the engine. No words match nothing.
    """

    text: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every clause must match the same passage; scores add up."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one clause must match; scores add up."""

    clauses: tuple[Clause, ...]


Clause = Match | Phrase | Prefix | AllOf | AnyOf
"""What a passage is tested with."""


@dataclass(frozen=True, slots=True)
class InArticle:
    """What an article is tested with: for each of `required`, some passage of it matches.

    Which passage may differ from clause to clause: the headline one, a paragraph another. The
    passages found are those that match any clause of either field; their scores add up as in
    `AnyOf`. With nothing required this is `AnyOf(optional)`.
    """

    required: tuple[Clause, ...]
    optional: tuple[Clause, ...] = ()


Matching = Clause | InArticle
"""What a question by words can be: it stands on top and never within another clause."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be found; empty fields let everything pass.

    Values within a field are alternatives, fields add up. `after` is inclusive, `before`
    exclusive, both on `published`; an article without a date fails either. The `exclude_*`
    fields keep out articles that have one of the values; an article without any passes them.
    """

    langs: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    after: datetime | None = None
    before: datetime | None = None
    exclude_ids: frozenset[str] = frozenset()
    exclude_langs: frozenset[str] = frozenset()
    exclude_sources: frozenset[str] = frozenset()
    exclude_sections: frozenset[str] = frozenset()
    exclude_tags: frozenset[str] = frozenset()
    excluding: tuple[Clause, ...] = ()
    """No passage of the article, headline included, may match any of these, in either leg."""

    def admits(self, article: Article) -> bool:
        """Tell whether the article passes: the reference that every engine is tested against.

        It looks at the metadata only; what `excluding` keeps out, analysis of the text decides.
        """
        published = article.published
        return (
            (not self.langs or article.lang in self.langs)
            and (not self.sources or article.source in self.sources)
            and (not self.sections or article.section in self.sections)
            and (not self.tags or not self.tags.isdisjoint(article.tags))
            and (self.after is None or (published is not None and published >= self.after))
            and (self.before is None or (published is not None and published < self.before))
            and article.id not in self.exclude_ids
            and article.lang not in self.exclude_langs
            and article.source not in self.exclude_sources
            and article.section not in self.exclude_sections
            and self.exclude_tags.isdisjoint(article.tags)
        )


@dataclass(frozen=True, slots=True)
class LexicalLeg:
    """Ask by words, best first."""

    clause: Matching


@dataclass(frozen=True, slots=True, eq=False)
class VectorLeg:
    """Ask by meaning: a unit vector, float32, shape (dimension,)."""

    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NamesLeg:
    """Ask by names: any of the keys that a name may have (`search.names`), best first."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LatestLeg:
    """Ask by date: what matches the words, or everything that passes the filters, newest first.

    Ordered by `published`, then by id; articles without a date come last. Scores are 0. The
    passages are the best that match or, without words, the first of the article.
    """

    clause: Matching | None = None


Leg = LexicalLeg | VectorLeg | NamesLeg | LatestLeg
