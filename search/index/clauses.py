"""What a passage or an article can be tested with by words: frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from search.values import dataclass


class Scope(StrEnum):
    """Where a lexical clause looks."""

    ANYWHERE = "anywhere"
    TITLE = "title"
    """The headline only: the passage at position `HEADLINE`."""


@dataclass(frozen=True, slots=True)
class Match:
    """Free words, ranked by BM25; a passage with any of them matches. No words match nothing.

    Of a text of more than `MOST_WORDS` words (`search.index.bounds`) those that tell most are
    looked for.
    """

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
class Wildcard:
    """A `Phrase` whose words may have wildcards: "fl?d", "*ood", "flo* damage", "the * war".

    `*` stands for any characters of a word, or none, and alone for a word; `?` for one character.
    Words without wildcards are matched as those of a `Phrase`. In scripts without spaces, each
    character is a word. Scores are above zero. No words match nothing.
    """

    text: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Near:
    """Words in any order, with at most `gaps` other words between the first and the last of them.

    They are matched as those of a `Wildcard`; between double quotation marks they stand side by
    side, as in `dam "river bank"`. Scores are above zero. No words match nothing.
    """

    text: str
    gaps: int
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every clause must match the same passage; scores add up."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one clause must match; scores add up."""

    clauses: tuple[Clause, ...]


Leaf = Match | Phrase | Prefix | Wildcard | Near
"""What looks for words."""

Clause = Leaf | AllOf | AnyOf
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
"""What a query by words can be: it stands on top and never within another clause."""


def leaves(matching: Matching) -> Iterator[Leaf]:
    """Yield what looks for words, in order."""
    match matching:
        case AllOf(clauses) | AnyOf(clauses):
            parts = clauses
        case InArticle(required, optional):
            parts = (*required, *optional)
        case _:
            yield matching
            return
    for part in parts:
        yield from leaves(part)
