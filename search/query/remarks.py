"""What is said of a query while it is read: refusals with a repair, and notes."""

from __future__ import annotations

from search.query.errors import QueryError, Repair, refusal
from search.query.repair import Repairs


class Remarks:
    """The text of one query, and sentences on what was read otherwise than it may have been meant.

    Where `strict`, these are errors. `nears` has how many groups of words close together are looked
    for, by the place where they begin.
    """

    def __init__(self, query: str, strict: bool) -> None:
        self.query = query
        self.strict = strict
        self.repairs = Repairs(query)
        self.notes: dict[str, None] = {}
        self.nears: dict[int, int] = {}

    def fail(self, sentence: str, start: int, end: int | None, repair: Repair | None) -> QueryError:
        """Make the error of what stands at `start:end`, to be raised."""
        return QueryError(sentence, self.query, start, end, repair)

    def note(self, sentence: str, start: int, end: int) -> None:
        """Note a sentence on what stands at `start:end`. Raises `QueryError` where strict."""
        if self.strict:
            raise self.fail(refusal(sentence), start, end, None)
        self.notes[sentence] = None

    def read_as(self, written: str, plain: str, start: int, end: int) -> None:
        """Note how the way in which another program writes something was read."""
        verb = "is written" if self.strict else "was read as"
        self.note(f"{written} {verb} {plain}", start, end)
