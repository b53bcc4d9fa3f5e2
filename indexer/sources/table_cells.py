"""Cells of a table of text -> values of a record."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_NOTHING = frozenset({"", "NaN", "nan", "NULL", "null", "None", r"\N", "<NA>", "#N/A"})
"""What programs write for a cell without a value."""

_UNNAMED = re.compile(r"(?:Unnamed:\s*\d+|__index_level_\d+__|\.\.\.\d+)?")
"""What pandas and R call a column without a name."""

_SEVERAL = {"tags": r"\s*[;|,]\s*", "authors": r"\s*[;|]\s*"}
"""What stands between the values of a cell that has several."""


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
