"""Filters as Haystack writes them -> filters of the index. Pure.

A comparison is `{"field": "meta.lang", "operator": "in", "value": ["de", "fr"]}`; several are
joined by `{"operator": "AND", "conditions": [...]}`. What the index supports:

| field                                          | operators                 |
|------------------------------------------------|---------------------------|
| meta.lang, meta.source, meta.section, meta.tags | ==, in, !=, not in        |
| meta.published (ISO 8601)                      | >=, >, <, <=              |
| id                                             | !=, not in                |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from search.analysis.language_codes import stored_codes
from search.errors import UsageError
from search.index.filters import Filters

_SETS = {"lang": "langs", "source": "sources", "section": "sections", "tags": "tags"}
_IN = frozenset({"==", "in"})
_NOT_IN = frozenset({"!=", "not in"})
_TICK = timedelta(milliseconds=1)
"""Dates are stored to the millisecond, so that "after" is "from the next one on"."""


def filters_of(given: Mapping[str, Any] | None) -> Filters:
    """Return the filters of the index. Raises `UsageError` with one sentence."""
    if not given:
        return Filters()
    if given.get("operator") == "AND":
        filters = Filters()
        for condition in given.get("conditions", ()):
            filters = _both(filters, filters_of(condition))
        return filters
    return _comparison(given)


def _comparison(given: Mapping[str, Any]) -> Filters:
    field = str(given.get("field", "")).removeprefix("meta.")
    operator, value = given.get("operator"), given.get("value")
    if field == "published" and isinstance(value, str | datetime):
        return _dates(operator, _moment(value), given)
    values = _values(value)
    if field == "id" and operator in _NOT_IN and values:
        return Filters(exclude_ids=values)
    if field == "lang":
        values = frozenset().union(*map(_codes, values))
    if field in _SETS and values:
        if operator in _IN:
            return _with(Filters(), _SETS[field], values)
        if operator in _NOT_IN:
            return _with(Filters(), f"exclude_{_SETS[field]}", values)
    raise _unknown(given)


def _codes(lang: str) -> frozenset[str]:
    try:
        return stored_codes(lang)
    except ValueError as error:
        raise UsageError(f"{error}.") from None


def _dates(operator: object, moment: datetime, given: Mapping[str, Any]) -> Filters:
    match operator:
        case ">=":
            return Filters(after=moment)
        case ">":
            return Filters(after=moment + _TICK)
        case "<":
            return Filters(before=moment)
        case "<=":
            return Filters(before=moment + _TICK)
    raise _unknown(given)


def _both(one: Filters, other: Filters) -> Filters:
    """Join conditions that must both hold: of alternatives, those that both name are left."""
    for name in _SETS.values():
        first, second = getattr(one, name), getattr(other, name)
        if first and second and name != "tags":
            common = first & second
            if not common:
                raise UsageError(f"No article can match all of these filters on {name}.")
            one, other = _with(one, name, common), _with(other, name, common)
        elif first and second:
            raise UsageError(
                "Filter by tags only once; several tags in one filter are alternatives."
            )
    later = [moment for moment in (one.after, other.after) if moment]
    earlier = [moment for moment in (one.before, other.before) if moment]
    return Filters(
        **{name: getattr(one, name) | getattr(other, name) for name in _JOINED},
        after=max(later, default=None),
        before=min(earlier, default=None),
    )


_JOINED = (*_SETS.values(), *(f"exclude_{name}" for name in _SETS.values()), "exclude_ids")


def _with(filters: Filters, name: str, values: frozenset[str]) -> Filters:
    changes: dict[str, Any] = {name: values}
    return replace(filters, **changes)


def _values(value: object) -> frozenset[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple | set | frozenset):
        return frozenset()
    return frozenset(item for item in listed if isinstance(item, str))


def _moment(value: str | datetime) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{value!r} is not a date; write it as 2025-08-01T09:00:00Z.") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unknown(given: Mapping[str, Any]) -> UsageError:
    return UsageError(
        f"The index cannot filter by {dict(given)!r}: it supports ==, in, != and not in for "
        "meta.lang, meta.source, meta.section and meta.tags, dates for meta.published, and AND."
    )
