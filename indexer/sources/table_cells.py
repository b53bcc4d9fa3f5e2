"""Cells of a table of text -> values of a record, and which row has the names of the columns."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from indexer.article.key_lookup import field_of

KNOWN = 2
"""Columns whose names are known that make a table of what does not say that it is one."""

LONGEST_NAME = 40
"""Characters of the name of a column."""

ABOVE, _HEADED = 12, 3
"""Rows among which the names of the columns are, where the first ones say what the export is; and
columns whose names are known in such a row."""

_NOTHING = frozenset({"", "NaN", "nan", "NULL", "null", "None", r"\N", "<NA>", "#N/A"})
"""What programs write for a cell without a value."""

_UNNAMED = re.compile(r"(?:Unnamed:\s*\d+|__index_level_\d+__|\.\.\.\d+)?")
"""What pandas and R call a column without a name."""

_SEVERAL = {"tags": r"\s*[;|,]\s*", "authors": r"\s*[;|]\s*"}
"""What stands between the values of a cell that has several."""


def names_at(rows: Sequence[Sequence[str]]) -> int:
    """Return which row has the names of the columns: the first, or one below shorter rows."""
    if not rows or known(rows[0]) >= KNOWN:
        return 0
    at = next((n for n, row in enumerate(rows[:ABOVE]) if known(row) >= _HEADED), 0)
    return at if all(_filled(row) < _filled(rows[at]) for row in rows[:at]) else 0


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def known(cells: Sequence[str]) -> int:
    """Count the names of columns that are known."""
    return sum(len(cell) <= LONGEST_NAME and field_of(cell) is not None for cell in cells)


def said_by(error: Exception) -> str:
    """Return what a library says of a table that it cannot read, without a full stop."""
    return str(error).splitlines()[0][:150].rstrip(".") if str(error) else "no reason given"


def is_nameless(column: str) -> bool:
    """Tell whether a column has no name, as the number of the row that exports put first."""
    return _UNNAMED.fullmatch(column.strip()) is not None


def record_of(columns: list[str], cells: list[str]) -> Mapping[str, Any]:
    """Return what a row says, by column; of equal names the first that has a value."""
    record: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if text not in _NOTHING and not is_nameless(column):
            record.setdefault(column, _value(column.lower(), text))
    return record


def _value(column: str, text: str) -> Any:  # noqa: ANN401 - JSON values
    if text[0] in "[{" and text[-1] in "]}" and column in (*_SEVERAL, "paragraphs", "meta"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    if column in _SEVERAL:
        return re.split(_SEVERAL[column], text)
    return text
