"""The query language: text -> plain words, a clause and filters for both engines.

`docs/query-language.md` explains it to users; `search.query` has the parts: grammar, syntax tree,
compiler, dates, errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from search.index.clauses import Matching
from search.index.filters import Filters
from search.query.compiler import compiled
from search.query.errors import QueryError
from search.query.grammar import syntax_tree
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
    printed_items,
)

__all__ = ["ParsedQuery", "QueryError", "parse"]

FIELDS = ("title", "lang", "source", "section", "tag", "after", "before", "on")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query, understood.

    `written` is as it was typed, `canonical` its plainest form, which reads the same.
    `text` goes to the vector leg: all words that are looked for, in their order, without
    operators, filters and what is excluded; empty if there are none. `clause` goes to the
    lexical leg; None if there is nothing to look for (a listing of what passes the filters).
    `notes` are sentences on what may have been meant differently.
    """

    written: str
    canonical: str
    text: str
    clause: Matching | None
    filters: Filters
    notes: tuple[str, ...] = ()


def parse(text: str, now: datetime, further: Sequence[Node] = ()) -> ParsedQuery:
    """Read a query; `now` (aware) is what `7d` and `yesterday` count from.

    `further` terms, such as those of options, are read as if they were at its end.
    Raises `QueryError`, and nothing else whatever the text: one sentence and the place.
    """
    written = syntax_tree(text)
    tree = replace(written, items=(*written.items, *further))
    found = compiled(tree, text, now)
    return ParsedQuery(
        written=text,
        canonical=printed_items(tree.items),
        text=" ".join(_words(tree)),
        clause=found.clause,
        filters=found.filters,
        notes=tuple(_notes(tree)),
    )


def _words(node: Node) -> Iterator[str]:
    match node:
        case Word(text) | Quoted(text) | Stem(text):
            yield text
        case Title(inner):
            yield from _words(inner)
        case Group(parts) | Either(parts) | Both(parts):
            for part in parts:
                yield from _words(part)
        case Restriction() | Without():
            return


_FIELD_LIKE = re.compile(r"([A-Za-z]{2,12}):(.*)", re.DOTALL)


_SHORT_STEM = re.compile(r"[^\W\d_]\*")


def _notes(tree: Group) -> Iterator[str]:
    for item in tree.items:
        if not isinstance(item, Word):
            continue
        if _SHORT_STEM.fullmatch(item.text):
            yield (
                f"{item.text} was searched as a word; a prefix needs at least two letters before "
                "the star."
            )
        match = _FIELD_LIKE.fullmatch(item.text)
        if match is None or match[2].startswith("//"):
            continue
        import difflib

        name, value = match[1].lower(), match[2]
        close = difflib.get_close_matches(name, FIELDS, 1, 0.75)
        if name in FIELDS:
            yield (
                f"{item.text} was searched as a word; the value of a field follows it without a "
                f"space, as in {name}:word."
            )
        elif value and close:
            yield f"{item.text} was searched as words; to filter, write {close[0]}:{value}"
