"""How a broken query is read all the same: as text where it is broken. Pure."""

from __future__ import annotations

import re

from search.query.errors import Repair
from search.query.signs import DASHES, END, QUOTES
from search.values import dataclass


@dataclass(frozen=True, slots=True)
class Repairs:
    """The repairs of one query; each takes away one thing that cannot be read."""

    query: str

    def blank(self, start: int, end: int, note: str) -> Repair:
        """Put spaces in the place of what is left out."""
        return Repair(f"{self.query[:start]}{' ' * (end - start)}{self.query[end:]}", note)

    def unclosed_phrase(self, at: int, closing: str) -> Repair:
        """Close a phrase by a mark of another kind, or at the end if it is excluded; else blank."""
        mark = self.query[at]
        other = re.compile(rf"(?<=\S)[{QUOTES}](?![\w{QUOTES}])").search(self.query, at + 2)
        if other is not None:
            note = f"The phrase that {mark} opens was read as closed by {other[0]}."
            end = other.start()
            return Repair(f"{self.query[:end]}{closing}{self.query[end + 1 :]}", note)
        if self._is_bound(at) and self.query[at + 1 :].strip():
            note = f"The phrase that {mark} opens is never closed; it was read to the end."
            return Repair(f"{self.query}{closing}", note)
        return self.blank(
            at, at + 1, f"{mark} was read as text: the phrase that it opens is never closed."
        )

    def unclosed_group(self, at: int, mark: str) -> Repair:
        """Close a group at the end where its end matters; else blank."""
        inside = self.query[at + 1 :]
        joined = re.search(rf"(?<!\S)(?:(?:OR|AND|NOT){END}|\|\||&&)", inside)
        if inside.strip() and (joined or self._is_bound(at)):
            note = f"The parenthesis {mark} is never closed; it was read to the end."
            return Repair(f"{self.query})", note)
        return self.blank(at, at + 1, f"{mark} was read as text: the parenthesis is never closed.")

    def _is_bound(self, at: int) -> bool:
        """Tell whether a minus, a field or an operator stands before the place."""
        before = self.query[:at]
        return bool(re.search(rf"(?:(?<![^\s(（])[{DASHES}!+]|\w[:：=]|\b(?:NOT|AND)\s+)$", before))

    def stray_operator(self, word: str, at: int, needs: str) -> Repair:
        """Take an operator for a word, or leave it out beside another."""
        end = at + len(word)
        beside = re.search(r"(?<!\S)(?:OR|AND|NOT|\|\||&&)\s*$", self.query[:at])
        if beside or not word.isalpha():
            return self.blank(at, end, f"{word} was left out: it needs {needs}.")
        return Repair(
            f"{self.query[:at]}{word.lower()}{self.query[end:]}",
            f"{word} was read as a word: as an operator it needs {needs}.",
        )
