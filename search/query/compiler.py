"""Compiles a query: syntax tree -> a lexical clause and filters.

Words side by side rank: an article with any of them is found. Phrases, titles, groups and what
OR and AND join must match, each in some passage of the article. To express that without nested
conditions, these are brought into conjunctive normal form: all of (any of ...), whose parts an
engine tests article by article.

What cannot be compiled as it is written is read as something near it that finds no less than was
asked for, with a note; where the query has to be in order, it is an error.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import TypeVar

from search.analysis.language_codes import stored_codes
from search.analysis.words import pieces
from search.index.bounds import MOST_CLAUSES, excess
from search.index.clauses import (
    AllOf,
    AnyOf,
    Clause,
    InArticle,
    Match,
    Matching,
    Near,
    Phrase,
    Prefix,
    Wildcard,
)
from search.index.clauses import Scope as Where
from search.index.filters import Filters
from search.query import dates
from search.query.errors import QueryError
from search.query.syntax import (
    Both,
    Close,
    Either,
    FieldName,
    Group,
    Needed,
    Node,
    Quoted,
    Restriction,
    Stem,
    Term,
    Title,
    Wild,
    Without,
    Word,
    changed,
    inner_of,
    printed,
)
from search.values import dataclass

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


@dataclass(frozen=True, slots=True)
class Result:
    """A query as it was compiled, and sentences on what was read otherwise than it is written.

    In `tree`, what looks like a filter and is none is a word.
    """

    tree: Node
    whole: Compiled
    notes: tuple[str, ...]


def compiled(tree: Group, query: str, now: datetime, strict: bool = False) -> Result:
    """Compile a whole query; `now` is what relative dates count from.

    Raises `QueryError` with the place in `query`: for what costs too much, and if `strict` for
    whatever is noted otherwise.
    """
    compiler = _Compiler(query, now, strict)
    sound = changed(tree, compiler.sound)
    whole = compiler.side_by_side(inner_of(sound), Where.ANYWHERE)
    too_much = excess(whole.filters, whole.clause)
    if too_much is not None:
        raise QueryError(too_much, query, 0, len(query))
    return Result(sound, whole, tuple(compiler.notes))


class _Compiler:
    """Compiles nodes; knows the query for the sake of error messages."""

    def __init__(self, query: str, now: datetime, strict: bool) -> None:
        self._query = query
        self._now = now
        self._strict = strict
        self.notes: dict[str, None] = {}

    def sound(self, node: Node) -> Node:
        """Return a node as it is, but a word in place of a filter that cannot be read."""
        if not isinstance(node, Restriction):
            return node
        try:
            self._filters(node)
        except ValueError as error:
            text = printed(node)
            self._say(f"{error}.", f"{text} was read as words: {error}.", node)
            return Word(text, node.at)
        return node

    def side_by_side(self, items: Sequence[Node], scope: Where) -> Compiled:
        """Words rank, everything else must match."""
        words = [item for item in items if isinstance(item, _RANKING)]
        whole = Compiled(optional=tuple(_ranking(words, scope)))
        for item in items:
            if not isinstance(item, _RANKING):
                whole += self._required(item, scope)
        return whole

    def _required(self, node: Node, scope: Where) -> Compiled:  # noqa: PLR0911 - one case per node
        match node:
            case Word() | Stem() | Quoted() | Wild() | Close():
                return Compiled(required=((_leaf(node, scope),),))
            case Title(inner):
                return self._required(inner, Where.TITLE)
            case Needed(inner):
                return self._required(inner, scope)
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
                return self._restricted(node, scope)
            case Without(inner):
                return Compiled(filters=self._exclusion(node, inner, scope))

    def _both(self, parts: Sequence[Node], scope: Where) -> Compiled:
        whole = Compiled()
        for part in parts:
            whole += self._required(part, scope)
        return whole

    def _either(self, node: Either, options: Sequence[Node], scope: Where) -> Compiled:
        values = self._either_value(options)
        if values is not None:
            return self._required(values, scope)
        sides, filters = [], Filters()
        for option in options:
            found = self._required(option, scope)
            if found.filters != Filters():
                self._say(
                    "A filter applies to the whole search; OR can only join values of one field, "
                    "as in lang:de OR lang:fr."
                    if isinstance(option, Restriction)
                    else "A minus or a filter applies to the whole search and cannot be one side "
                    f"of OR; write {printed(option)} without OR.",
                    f"{printed(option)} was applied to the whole search: a minus or a filter "
                    "cannot be one side of OR.",
                    option,
                )
                filters = filters.joined(found.filters)
            if found.required or found.optional:
                sides.append(found)
        return replace(self._alternatives_of(node, sides), filters=filters)

    def _alternatives_of(self, node: Either, sides: Sequence[Compiled]) -> Compiled:
        if not sides:
            return Compiled()
        combined = list(itertools.islice(_products(sides), MOST_CONDITIONS + 1))
        # One condition of very many alternatives is counted when the query is whole.
        alternatives = sum(map(len, combined)) if len(combined) > 1 else 0
        if len(combined) > MOST_CONDITIONS or alternatives > MOST_CLAUSES:
            bounds = f"{MOST_CONDITIONS} conditions or {MOST_CLAUSES} alternatives"
            self._say(
                "These combinations of OR and AND multiply to more than "
                f"{bounds}; split the query into several.",
                "AND within OR was read as OR: the combinations multiply to more than "
                f"{bounds}. Split the query into several.",
                node,
            )
            every = itertools.chain.from_iterable(
                itertools.chain.from_iterable(found.required) for found in sides
            )
            combined = [tuple(dict.fromkeys(every))]
        optional = itertools.chain.from_iterable(found.optional for found in sides)
        return Compiled(tuple(combined), tuple(optional))

    def _either_value(self, options: Sequence[Node]) -> Restriction | None:
        """Values of one field joined by OR, as one filter; None for anything else."""
        first = options[0]
        if not isinstance(first, Restriction):
            return None
        filters = [option for option in options if isinstance(option, Restriction)]
        alike = {option.name for option in filters} == {first.name}
        if len(filters) == len(options) and alike and first.name not in _DATES:
            values = itertools.chain.from_iterable(option.values for option in filters)
            return replace(first, values=tuple(values))
        return None

    def _exclusion(self, node: Without, inner: Node, scope: Where) -> Filters:
        if isinstance(inner, Restriction):
            return self._excluded_values(inner, scope)
        found = self._required(inner, scope)
        only_values = _as_exclusion(found.filters)
        if only_values is not None and not found.required:
            return only_values
        if found.filters != Filters():
            self._say(
                "A minus cannot go before a group with a minus or a filter in it; give each part "
                "a minus of its own.",
                f"{printed(node)} was left out: a minus cannot go before a group with a minus or "
                "a filter in it.",
                node,
            )
            return Filters()
        required = tuple(dict.fromkeys(found.required))
        if len(required) <= 1:
            return Filters(excluding=required[0] if required else ())
        return Filters(excluding=(InArticle(tuple(map(_any_of, required))),))

    def _excluded_values(self, node: Restriction, scope: Where) -> Filters:
        opposite = _OPPOSITE.get(node.name)
        if node.name not in _DATES:
            excluded = _as_exclusion(self._restricted(node, scope).filters)
            return Filters() if excluded is None else excluded
        self._say(
            f"A minus cannot go before {node.name}:; use after: and before: instead.",
            f"-{printed(node)} was read as {printed(replace(node, name=opposite))}"
            if opposite
            else f"-{printed(node)} was left out: a minus cannot go before {node.name}:",
            node,
        )
        if opposite is None:
            return Filters()
        return self._restricted(replace(node, name=opposite), scope).filters

    def _restricted(self, node: Restriction, scope: Where) -> Compiled:
        filters = self._filters(node)
        if scope is Where.TITLE:
            self._say(
                "A filter cannot be inside title:; put it after it.",
                f"{printed(node)} was applied to the whole search: it cannot be inside title:",
                node,
            )
        return Compiled(filters=filters)

    def _filters(self, node: Restriction) -> Filters:
        """Raise `ValueError`, with a sentence without its full stop, for values that are none."""
        if node.name in _DATES:
            return self._date(node)
        if node.name == "lang":
            codes = map(stored_codes, node.values)
            return Filters(langs=frozenset().union(*codes))
        named = {"source": "sources", "section": "sections", "tag": "tags", "story": "stories"}
        return Filters(**{named[node.name]: frozenset(node.values)})  # type: ignore[arg-type]

    def _date(self, node: Restriction) -> Filters:
        if len(node.values) > 1:
            raise ValueError(f"{node.name}: takes one date only")
        begin, end = dates.span(node.values[0], self._now)
        return Filters(
            after=begin if node.name in ("after", "on") else None,
            before={"before": begin, "on": end}.get(node.name),
        )

    def _say(self, sentence: str, note: str, node: Node) -> None:
        """Note how something is read; where the query has to be in order, raise `QueryError`."""
        if self._strict:
            raise QueryError(sentence, self._query, node.at, node.at + len(printed(node)))
        self.notes[note] = None


_RANKING = Word | Stem | Wild
"""What ranks where it stands beside others."""

_DATES = ("after", "before", "on")
_OPPOSITE: dict[str, FieldName] = {"after": "before", "before": "after"}


def _ranking(words: Sequence[Word | Stem | Wild], scope: Where) -> Iterable[Clause]:
    """All plain words as one clause, and each other as one."""
    plain = " ".join(word.text for word in words if isinstance(word, Word))
    if plain:
        yield Match(plain, scope)
    yield from (_leaf(word, scope) for word in words if not isinstance(word, Word))


def _alternatives(items: Sequence[Node], scope: Where) -> Condition:
    """Words of which one must match; those that no analyser divides make one clause."""
    words = [item for item in items if isinstance(item, _RANKING)]
    simple = [word for word in words if isinstance(word, Word) and not _is_compound(word.text)]
    others = [_leaf(word, scope) for word in words if word not in simple]
    return tuple(dict.fromkeys([*_ranking(simple, scope), *others]))


def _leaf(node: Term, scope: Where) -> Clause:
    """Compile a single term: what analysis divides must match as a phrase."""
    match node:
        case Word(text):
            return Phrase(text, scope) if _is_compound(text) else Match(text, scope)
        case Stem(text) | Quoted(text, True):
            return Prefix(text, scope)
        case Quoted(text):
            return Phrase(text, scope)
        case Wild(text):
            parts = re.split(r"[*?\s]+", text) if _has_run(text) else []
            return _all_of([Phrase(part, scope) for part in parts if part]) or Wildcard(text, scope)
        case Close(text, gaps):
            return Near(text, gaps, scope)


def _has_run(text: str) -> bool:
    """A script without spaces has no words for wildcards to stand in."""
    return any(piece.is_run for piece in pieces(text))


def _all_of(clauses: Sequence[Clause]) -> Clause | None:
    if len(clauses) <= 1:
        return clauses[0] if clauses else None
    return AllOf(tuple(clauses))


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
    none: frozenset[str] = frozenset()
    values = replace(filters, langs=none, sources=none, sections=none, tags=none, stories=none)
    if values != Filters() or filters == Filters():
        return None
    return Filters(
        exclude_langs=filters.langs,
        exclude_sources=filters.sources,
        exclude_sections=filters.sections,
        exclude_tags=filters.tags,
        exclude_stories=filters.stories,
    )
