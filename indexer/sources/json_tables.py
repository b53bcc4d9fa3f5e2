"""Tables as programs write them in JSON -> records: names once, values in lists. Pure.

{"columns": ["title", "text"], "rows": [["Weir fails", "..."]]}      Datasette, pandas, SQL
{"values": [["title", "text"], ["Weir fails", "..."]]}               Google Sheets
{"title": {"0": "Weir fails"}, "text": {"0": "..."}}                 pandas, by column
{"title": ["Weir fails"], "text": ["..."]}                           columns as lists
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.article.key_lookup import field_of

_HEADS = ("columns", "fields", "headers", "header", "schema", "meta", "column_names", "cols")
_ROWS = ("rows", "data", "values", "records", "results", "items", "result")

_OF_ARTICLE = frozenset({"title", "text", "paragraphs"})
"""A table without any of these fields is none of articles."""

Record = dict[str, Any]


def rows_of(record: Mapping[str, Any]) -> list[Record] | None:
    """Return the rows of a table; None for what is none, or not clearly one of articles."""
    for name in _ROWS:
        rows = record.get(name)
        if isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows):
            return _named(record, rows)
    return _by_column(record)


def header_in(row: object) -> list[str] | None:
    """Return the names of columns that a row is, None for any other value."""
    if not isinstance(row, list) or len(row) < 2 or not all(isinstance(one, str) for one in row):
        return None
    names = [str(one) for one in row]
    return names if _are_of_articles(names) and len(set(names)) == len(names) else None


def record_of(names: Sequence[str], row: Sequence[Any]) -> Record:
    """Return a row as a record; values without a name are left out, as are empty ones."""
    return {name: one for name, one in zip(names, row, strict=False) if one not in (None, "")}


def _named(record: Mapping[str, Any], rows: Sequence[list[Any]]) -> list[Record] | None:
    for head in _HEADS:
        names = _names(record.get(head))
        if names is not None and _are_of_articles(names):
            return [record_of(names, row) for row in rows]
    names = header_in(rows[0])
    return None if names is None else [record_of(names, row) for row in rows[1:]]


def _names(head: object) -> list[str] | None:
    """Return the names in a head: texts, or objects that have a name each."""
    if isinstance(head, Mapping):
        head = head.get("fields") or head.get("columns")
    if not isinstance(head, list) or not head:
        return None
    named = (one.get("name") if isinstance(one, Mapping) else one for one in head)
    names = [name for name in named if isinstance(name, str)]
    return names if len(names) == len(head) else None


def _by_column(record: Mapping[str, Any]) -> list[Record] | None:
    columns = list(record.values())
    if len(columns) < 2 or not _are_of_articles(list(record)):
        return None
    if all(isinstance(column, Mapping) and column for column in columns):
        first = list(columns[0])
        if all(key.isdecimal() for key in first) and all(list(one) == first for one in columns):
            return [record_of(list(record), [one[key] for one in columns]) for key in first]
    if all(isinstance(column, list) and column for column in columns):
        texts = [one for name, one in record.items() if field_of(name) in _OF_ARTICLE]
        same = len({len(column) for column in columns}) == 1
        if same and len(texts) > 1 and all(isinstance(one, str) for text in texts for one in text):
            return [record_of(list(record), row) for row in zip(*columns, strict=True)]
    return None


def _are_of_articles(names: Sequence[str]) -> bool:
    return any(field_of(name) in _OF_ARTICLE for name in names)
