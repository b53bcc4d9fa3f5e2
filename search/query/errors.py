"""A broken query: the place, and one sentence; and how it is read all the same.

QueryError      the query cannot be read as written (exit 2)
"""

from __future__ import annotations

import re

from search.errors import PolywireError
from search.values import dataclass

SHOWN = 60
"""Columns of the query that are shown around the place: they fit a narrow terminal."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A query to read in place of a broken one, and the sentence that says so."""

    query: str
    note: str


class QueryError(PolywireError):
    """The query cannot be read as written; the message shows the query and a caret.

    `sentence` says what is wrong and what to write; `query[start:end]` is where, in characters.
    `repair` is how it is read where the query need not be in order.
    """

    exit_code = 2

    def __init__(
        self,
        sentence: str,
        query: str,
        start: int,
        end: int | None = None,
        repair: Repair | None = None,
    ) -> None:
        self.sentence = in_one_line(sentence)
        self.query = query
        self.start = min(start, len(query))
        self.end = max(self.start + 1, start + 1 if end is None else end)
        self.repair = repair
        super().__init__(f"{self.sentence}\n{pointed(query, self.start, self.end)}")


def in_one_line(sentence: str) -> str:
    """Keep a sentence together that quotes a query of several lines."""
    return " ".join(sentence.splitlines())


def refusal(sentence: str) -> str:
    """Turn a note on what was done with a part of a query into a sentence that refuses the query.

    Nothing was done with it. A sentence that ends with an example gets a full stop.
    """
    told = _DONE.sub(r" would be \1", sentence, count=1)
    return told if told.endswith(".") else f"{told}."


_DONE = re.compile(r" was (searched as a? ?words?\b|excluded as words\b|left out\b|read as\b)")


def pointed(query: str, start: int, end: int) -> str:
    """Two lines: the query around the place, and carets under it, as wide as it is displayed."""
    from rich.cells import cell_len

    flat = "".join(" " if char.isspace() else char for char in query)
    first = max(0, start - SHOWN // 2)
    last = min(len(flat), first + SHOWN)
    before = "… " if first > 0 else ""
    after = " …" if last < len(flat) else ""
    indent = cell_len(before + flat[first:start])
    carets = max(1, cell_len(flat[start : min(end, last)]))
    return f"  {before}{flat[first:last]}{after}\n  {' ' * indent}{'^' * carets}"
