"""Texts as templates show them: in marked and unmarked pieces, in their own direction. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.answer import Span
from search.terminal.text import runs_right_to_left, snippet
from search.web.safety import visible

COLUMNS = 340
"""Of the passage of a hit: four lines at the width of the page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, marked or not."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A text in pieces, with its language and direction."""

    pieces: tuple[Piece, ...]
    lang: str
    direction: str

    @property
    def plain(self) -> str:
        """The text without marks."""
        return "".join(piece.text for piece in self.pieces)


def shown(text: str, lang: str, spans: Sequence[Sequence[int]] = ()) -> Shown:
    """Return a whole text; `spans` are marked."""
    return Shown(pieces(text, spans), lang, "rtl" if runs_right_to_left(text) else "ltr")


def shortened(text: str, lang: str, spans: Sequence[Sequence[int]]) -> Shown:
    """Return the part of a text around its first mark."""
    pairs: tuple[Span, ...] = tuple((start, end) for start, end in spans)
    cut, inside = snippet(text, pairs, COLUMNS)
    return shown(cut, lang, inside)


def pieces(text: str, spans: Sequence[Sequence[int]]) -> tuple[Piece, ...]:
    """Cut at the marks, which are in order and do not overlap; what cannot be shown is left out."""
    found: list[Piece] = []
    at = 0
    for start, end in spans:
        found += [Piece(visible(text[at:start])), Piece(visible(text[start:end]), marked=True)]
        at = end
    found.append(Piece(visible(text[at:])))
    return tuple(piece for piece in found if piece.text)
