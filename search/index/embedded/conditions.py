"""Filters as SQL conditions of the table. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from search.index.embedded.rows import EMBARGO, microseconds
from search.index.filters import Filters


def where(filters: Filters) -> str | None:
    """Say in SQL what `Filters.admits` says in Python; None lets everything pass."""
    after, before = microseconds(filters.after), microseconds(filters.before)
    at = microseconds(filters.at)
    return both(
        one_of("lang", filters.langs) if filters.langs else None,
        one_of("source", filters.sources) if filters.sources else None,
        one_of("section", filters.sections) if filters.sections else None,
        any_tag(filters.tags) if filters.tags else None,
        f"published >= {after}" if after is not None else None,
        f"published < {before}" if before is not None else None,
        None if filters.ids is None else one_of("article_id", filters.ids or ("",)),
        none_of("article_id", filters.exclude_ids) if filters.exclude_ids else None,
        none_of("lang", filters.exclude_langs) if filters.exclude_langs else None,
        none_of("source", filters.exclude_sources) if filters.exclude_sources else None,
        none_of("section", filters.exclude_sections) if filters.exclude_sections else None,
        f"NOT {any_tag(filters.exclude_tags)}" if filters.exclude_tags else None,
        f"{EMBARGO.name} IS NULL OR {EMBARGO.name} <= {at}" if at is not None else None,
    )


def one_of(column: str, values: Collection[str]) -> str:
    """Say that the column has one of the values (at least one is given)."""
    return f"{column} IN ({_listed(values)})"


def none_of(column: str, values: Collection[str]) -> str:
    """Say that the column is null or has none of the values."""
    return f"{column} IS NULL OR {column} NOT IN ({_listed(values)})"


def any_tag(values: Collection[str]) -> str:
    """Say that one of the values is among the tags."""
    return f"array_has_any(tags, [{_listed(values)}])"


def both(*conditions: str | None) -> str | None:
    """Join conditions; None stands for no condition."""
    given = [condition for condition in conditions if condition is not None]
    return " AND ".join(f"({condition})" for condition in given) or None


def literal(value: str) -> str:
    """Write a string in SQL."""
    return "'" + value.replace("'", "''") + "'"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in sorted(values))
