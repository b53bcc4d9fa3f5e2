"""The query language: text -> plain words, a clause and filters for both engines.

`docs/query-language.md` explains it to users; `search.query` has the parts: reading (the grammar,
and repairs of what it refuses), syntax tree, compiler, notes, dates, errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from search.index.clauses import Match, Matching
from search.index.filters import Filters
from search.query.compiler import Compiled, compiled
from search.query.errors import QueryError, in_one_line, refusal
from search.query.notes import FIELDS, notes_on
from search.query.reading import read
from search.query.signs import is_punctuation
from search.query.syntax import Node, inner_of, printed_items, words_of
from search.values import dataclass

__all__ = ["FIELDS", "ParsedQuery", "QueryError", "parse"]


NO_WORD = "There is no word in the query."


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query, understood.

    `written` is as it was typed, `canonical` its plainest form, which reads the same.
    `text` goes to the vector leg: all words that are looked for, in their order, without
    operators, filters and what is excluded; empty if there are none. `clause` goes to the
    lexical leg; None if there is nothing to look for (a listing of what passes the filters).
    `notes` are sentences on what was read otherwise than it may have been meant.
    """

    written: str
    canonical: str
    text: str
    clause: Matching | None
    filters: Filters
    notes: tuple[str, ...] = ()


def parse(
    text: str, now: datetime, further: Sequence[Node] = (), strict: bool = False
) -> ParsedQuery:
    """Read a query; `now` (aware) is what `7d` and `yesterday` count from.

    `further` terms, such as those of options, are read as if they were at its end. Any text is
    read, with notes on what was read as text. Only if `strict`, each of these notes is a
    `QueryError` instead: one sentence and the place.
    """
    found = read(text, strict)
    tree = replace(found.tree, items=(*found.tree.items, *further))
    result = compiled(tree, text, now, strict)
    hints = tuple(notes_on(result.tree))
    if hints and strict:
        first = hints[0]
        raise QueryError(refusal(first.sentence), text, first.start, first.end)
    sentences = (*found.notes, *result.notes, *(hint.sentence for hint in hints))
    notes = tuple(map(in_one_line, sentences))
    if text.strip() and result.whole == Compiled():
        return ParsedQuery(text, text, "", Match(text), Filters(), (*notes, NO_WORD))
    words = tuple(words_of(result.tree))
    if words and result.whole.filters == Filters() and all(map(is_punctuation, words)):
        words, notes = (), (*notes, NO_WORD)
    return ParsedQuery(
        written=text,
        canonical=printed_items(inner_of(result.tree)),
        text=" ".join(words),
        clause=result.whole.clause,
        filters=result.whole.filters,
        notes=tuple(dict.fromkeys(notes)),
    )
