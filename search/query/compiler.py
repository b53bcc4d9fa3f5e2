"""Compiles a query: syntax tree -> a lexical clause and filters.

Words side by side rank: an article with any of them is found. Phrases, titles, groups and what
OR and AND join must match, each in some passage of the article. To express that without nested
conditions, these are brought into conjunctive normal form: all of (any of ...), whose parts an
engine tests article by article.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from search.analysis.language_codes import stored_codes
from search.analysis.words import pieces
from search.index.bounds import MOST_CLAUSES, excess
from search.index.clauses import AnyOf, Clause, InArticle, Match, Matching, Phrase, Prefix
from search.index.clauses import Scope as Where
from search.index.filters import Filters
from search.query import dates
from search.query.errors import QueryError
from search.query.syntax import (
    Both,
    Either,
    Group,
    Node,
    Quoted,
    Restriction,
    Stem,
    Title,
    Without,
    Word,
    printed,
)

MOST_CONDITIONS = 64
"""Conditions that OR between ANDs may multiply to; each costs the engine a query."""

T = TypeVar("T")

Condition = tuple[Clause, ...]
"""Alternatives, one of which must match."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query, or a part of one.

    Each of `required` must match in the article, and `optional` ranks it.
    """

    required: tuple[Condition, ...] = ()
    optional: tuple[Clause, ...] = ()
    filters: Filters = field(default_factory=Filters)

    @property
    def clause(self) -> Matching | None:
        """What the lexical leg looks for; None if there is nothing."""
        required = tuple(map(_any_of, dict.fromkeys(self.required)))
        optional = tuple(dict.fromkeys(self.optional))
        if not required:
            return _any_of(optional) if optional else None
        if len(required) == 1 and not optional:
            return required[0]
        return InArticle(required, optional)

    def __add__(self, other: Compiled) -> Compiled:
        return Compiled(
            self.required + other.required,
            self.optional + other.optional,
            self.filters.joined(other.filters),
        )


def compiled(tree: Group, query: str, now: datetime) -> Compiled:
    """Compile a whole query; `now` is what relative dates count from.

    Raises `QueryError` with the place in `query`.
    """
    found = _Compiler(query, now).side_by_side(tree.items, Where.ANYWHERE)
    too_much = excess(found.filters, found.clause)
    if too_much is not None:
        raise QueryError(too_much, query, 0, len(query))
    return found


class _Compiler:
    """Compiles nodes; knows the query for the sake of error messages."""

    def __init__(self, query: str, now: datetime) -> None:
        self._query = query
        self._now = now

    def side_by_side(self, items: Sequence[Node], scope: Where) -> Compiled:
        """Words rank, everything else must match."""
        words = [item for item in items if isinstance(item, Word | Stem)]
        whole = Compiled(optional=tuple(_ranking(words, scope)))
        for item in items:
            if not isinstance(item, Word | Stem):
                whole += self._required(item, scope)
        return whole

    def _required(self, node: Node, scope: Where) -> Compiled:  # noqa: PLR0911 - one case per node
        match node:
            case Word(text) | Stem(text) | Quoted(text):
                del text
                return Compiled(required=((_leaf(node, scope),),))
            case Title(inner):
                return self._required(inner, Where.TITLE)
            case Group(items):
                inside = self.side_by_side(items, scope)
                if inside.required or not inside.optional:
                    return inside
                return Compiled(required=(_alternatives(items, scope),), filters=inside.filters)
            case Both(parts):
                return self._both(parts, scope)
            case Either(options):
                return self._either(node, options, scope)
            case Restriction():
                return Compiled(filters=self._filters(node, scope))
            case Without(inner):
                return Compiled(filters=self._exclusion(node, inner, scope))

    def _both(self, parts: Sequence[Node], scope: Where) -> Compiled:
        whole = Compiled()
        for part in parts:
            whole += self._required(part, scope)
        return whole

    def _either(self, node: Either, options: Sequence[Node], scope: Where) -> Compiled:
        filters = [option for option in options if isinstance(option, Restriction)]
        if filters:
            return self._either_value(filters, options, scope)
        sides = []
        for option in options:
            found = self._required(option, scope)
            if found.filters != Filters():
                raise self._error(
                    "A minus or a filter applies to the whole search and cannot be one side of OR; "
                    f"write {printed(option)} without OR.",
                    option,
                )
            sides.append(found)
        combined = list(itertools.islice(_products(sides), MOST_CONDITIONS + 1))
        # One condition of very many alternatives is counted when the query is whole.
        alternatives = sum(map(len, combined)) if len(combined) > 1 else 0
        if len(combined) > MOST_CONDITIONS or alternatives > MOST_CLAUSES:
            raise self._error(
                "These combinations of OR and AND multiply to more than "
                f"{MOST_CONDITIONS} conditions or {MOST_CLAUSES} alternatives; split the query "
                "into several.",
                node,
            )
        optional = itertools.chain.from_iterable(found.optional for found in sides)
        return Compiled(tuple(combined), tuple(optional))

    def _either_value(
        self, filters: Sequence[Restriction], options: Sequence[Node], scope: Where
    ) -> Compiled:
        first = filters[0]
        alike = {option.name for option in filters} == {first.name}
        if len(filters) < len(options) or not alike or first.name in _DATES:
            raise self._error(
                "A filter applies to the whole search; OR can only join values of one field, "
                "as in lang:de OR lang:fr.",
                first,
            )
        values = itertools.chain.from_iterable(option.values for option in filters)
        joined = replace(first, values=tuple(values))
        return Compiled(filters=self._filters(joined, scope))

    def _exclusion(self, node: Without, inner: Node, scope: Where) -> Filters:
        if isinstance(inner, Restriction):
            return self._excluded_values(inner, scope)
        found = self._required(inner, scope)
        only_values = _as_exclusion(found.filters)
        if only_values is not None and not found.required:
            return only_values
        if found.filters != Filters() or len(found.required) != 1:
            raise self._error(
                "A minus takes one word, one phrase, or alternatives such as -(a OR b); "
                "give each part a minus of its own.",
                node,
            )
        return Filters(excluding=found.required[0])

    def _excluded_values(self, node: Restriction, scope: Where) -> Filters:
        if node.name in _DATES:
            raise self._error(
                f"A minus cannot go before {node.name}:; use after: and before: instead.", node
            )
        excluded = _as_exclusion(self._filters(node, scope))
        if excluded is None:
            raise AssertionError(node)
        return excluded

    def _filters(self, node: Restriction, scope: Where) -> Filters:
        if scope is Where.TITLE:
            raise self._error("A filter cannot be inside title:; put it after it.", node)
        if node.name in _DATES:
            return self._date(node)
        values = node.values
        if node.name == "lang":
            codes = [self._checked(node, stored_codes, value) for value in values]
            return Filters(langs=frozenset().union(*codes))
        named = {"source": "sources", "section": "sections", "tag": "tags"}
        return Filters(**{named[node.name]: frozenset(values)})  # type: ignore[arg-type]

    def _date(self, node: Restriction) -> Filters:
        if len(node.values) > 1:
            raise self._error(f"{node.name}: takes one date only.", node)
        begin, end = self._checked(node, lambda text: dates.span(text, self._now), node.values[0])
        return Filters(
            after=begin if node.name in ("after", "on") else None,
            before={"before": begin, "on": end}.get(node.name),
        )

    def _checked(self, node: Restriction, read: Callable[[str], T], value: str) -> T:
        try:
            return read(value)
        except ValueError as error:
            raise self._error(f"{error}.", node) from None

    def _error(self, sentence: str, node: Node) -> QueryError:
        return QueryError(sentence, self._query, node.at, node.at + len(printed(node)))


_DATES = ("after", "before", "on")


def _ranking(words: Sequence[Word | Stem], scope: Where) -> Iterable[Clause]:
    """All plain words as one clause, and each stem as one."""
    plain = " ".join(word.text for word in words if isinstance(word, Word))
    if plain:
        yield Match(plain, scope)
    yield from (Prefix(word.text, scope) for word in words if isinstance(word, Stem))


def _alternatives(items: Sequence[Node], scope: Where) -> Condition:
    """Words of which one must match; those that no analyser divides make one clause."""
    words = [item for item in items if isinstance(item, Word | Stem)]
    simple = [word for word in words if isinstance(word, Word) and not _is_compound(word.text)]
    others = [_leaf(word, scope) for word in words if word not in simple]
    return tuple(dict.fromkeys([*_ranking(simple, scope), *others]))


def _leaf(node: Word | Stem | Quoted, scope: Where) -> Clause:
    """Compile a single term: what analysis divides must match as a phrase."""
    match node:
        case Word(text):
            return Phrase(text, scope) if _is_compound(text) else Match(text, scope)
        case Stem(text) | Quoted(text, True):
            return Prefix(text, scope)
        case Quoted(text):
            return Phrase(text, scope)


def _is_compound(text: str) -> bool:
    """COVID-19, or a run of a script without spaces, which is matched by pairs of characters."""
    found = pieces(text)
    return len(found) > 1 or any(piece.is_run for piece in found)


def _any_of(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else AnyOf(tuple(clauses))


def _products(sides: Sequence[Compiled]) -> Iterable[Condition]:
    """Distribute OR over AND: (a AND b) OR c is (a OR c) AND (b OR c)."""
    for chosen in itertools.product(*(found.required for found in sides)):
        yield tuple(dict.fromkeys(itertools.chain.from_iterable(chosen)))


def _as_exclusion(filters: Filters) -> Filters | None:
    """Turn positive values of fields into excluded ones; None if there is anything else."""
    values = replace(
        filters, langs=frozenset(), sources=frozenset(), sections=frozenset(), tags=frozenset()
    )
    if values != Filters() or filters == Filters():
        return None
    return Filters(
        exclude_langs=filters.langs,
        exclude_sources=filters.sources,
        exclude_sections=filters.sections,
        exclude_tags=filters.tags,
    )
