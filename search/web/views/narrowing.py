"""What narrows an answer, as a person sees it: chips, facets, and choices. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from search.query.options import Defaults
from search.request import Balance, Mode, Sort
from search.web.reader import Reader
from search.web.views.asked import DATES, FILTERS, Asked

SHOWN = {"lang": 40, "source": 10, "section": 8, "tag": 8}
"""Values shown per facet; the page says how many there are else."""

_SPAN = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; its address is the page without it."""

    field: str
    value: str
    lang: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet; its address is the page with it, or without it where it is in force."""

    value: str
    shown: str
    lang: str | None
    count: int | None
    active: bool
    address: str


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet; `more` counts the values that are not shown."""

    field: str
    values: list[Value]
    more: int


def chips(asked: Asked, reader: Reader) -> list[Chip]:
    """Return all filters in force."""
    return [
        Chip(
            name,
            _shown(name, value, reader),
            _lang(name, value),
            asked.without(name, value if name in FILTERS else None),
        )
        for name, value in asked.pairs
        if name in (*FILTERS, *DATES, "title", "recency")
    ]


def facets(asked: Asked, answer: Mapping[str, Any], reader: Reader) -> list[FacetView]:
    """Return the values of every facet, most frequent first."""
    made = []
    for field, counts in answer["facets"].items():
        active = asked.all(field)
        counted = [(each["value"], each["count"]) for each in counts]
        values = [
            Value(
                value=value,
                shown=_shown(field, value, reader),
                lang=_lang(field, value),
                count=count,
                active=value in active,
                address=asked.without(field, value)
                if value in active
                else asked.adding(field, value),
            )
            for value, count in counted[: SHOWN[field]]
        ]
        if values:
            made.append(FacetView(field, values, max(0, len(counted) - SHOWN[field])))
    return made


def choices(asked: Asked, defaults: Defaults) -> dict[str, Any]:
    """Return what the form shows besides the query."""
    days = {name: asked.get(name) for name in ("after", "before")}
    return {
        "mode": (list(map(str, Mode)), asked.get("mode") or str(defaults.mode)),
        "sort": (list(map(str, Sort)), asked.get("sort") or str(Sort.RELEVANCE)),
        "balance": (list(map(str, Balance)), asked.get("balance") or str(defaults.balance)),
        "names": (
            ["true", "false"],
            asked.get("names") or ("true" if defaults.names else "false"),
        ),
        "days": {name: value for name, value in days.items() if not value or _DAY.fullmatch(value)},
        "defaults": {
            "mode": str(defaults.mode),
            "sort": str(Sort.RELEVANCE),
            "balance": str(defaults.balance),
            "names": "true" if defaults.names else "false",
        },
    }


def _shown(field: str, value: str, reader: Reader) -> str:
    if field == "lang":
        return reader.language(value)
    if field in DATES and _SPAN.fullmatch(value):
        try:
            return reader.span(value)
        except ValueError:
            return value
    return value


def _lang(field: str, value: str) -> str | None:
    return value if field == "lang" else None
