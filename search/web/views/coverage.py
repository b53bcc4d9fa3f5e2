"""Coverage as a table: a row per source, a column per language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One source; `cells` has its number of articles per language, None for none."""

    source: Mapping[str, Any]
    cells: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All sources in the order in which they began."""

    languages: Sequence[str]
    rows: Sequence[Row]


def matrix(covered: Mapping[str, Any]) -> Matrix:
    """Return the table of a coverage document."""
    languages = list(covered["languages"])
    rows = [
        Row(source, [source["languages"].get(lang) for lang in languages])
        for source in covered["sources"]
    ]
    return Matrix(languages, rows)
