"""Filters as Haystack writes them, told to the index or refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from search.errors import UsageError
from search.index.filters import Filters
from search.query.haystack_filters import filters_of

DAY = datetime(2025, 8, 1, tzinfo=UTC)


def compare(field: str, operator: str, value: object) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, Filters()),
        ({}, Filters()),
        (compare("meta.lang", "==", "de"), Filters(langs=frozenset({"de"}))),
        (compare("lang", "in", ["de", "fr"]), Filters(langs=frozenset({"de", "fr"}))),
        (compare("meta.source", "!=", "bote"), Filters(exclude_sources=frozenset({"bote"}))),
        (compare("meta.section", "not in", ["a"]), Filters(exclude_sections=frozenset({"a"}))),
        (compare("meta.tags", "in", ["nato"]), Filters(tags=frozenset({"nato"}))),
        (compare("id", "!=", "x"), Filters(exclude_ids=frozenset({"x"}))),
        (compare("meta.published", ">=", "2025-08-01"), Filters(after=DAY)),
        (compare("meta.published", "<", "2025-08-01T02:00:00+02:00"), Filters(before=DAY)),
        (compare("meta.published", "<=", DAY), Filters(before=DAY + timedelta(milliseconds=1))),
        (compare("meta.published", ">", DAY), Filters(after=DAY + timedelta(milliseconds=1))),
    ],
)
def test_comparisons(given: dict[str, Any] | None, expected: Filters) -> None:
    assert filters_of(given) == expected


def test_conditions_that_must_all_hold() -> None:
    given = {
        "operator": "AND",
        "conditions": [
            compare("meta.lang", "in", ["de", "fr", "it"]),
            compare("meta.lang", "in", ["fr", "it"]),
            compare("meta.lang", "!=", "it"),
            {
                "operator": "AND",
                "conditions": [
                    compare("meta.published", ">=", "2025-07-01"),
                    compare("meta.published", ">=", "2025-08-01"),
                ],
            },
            compare("meta.published", "<", "2025-09-01"),
        ],
    }
    assert filters_of(given) == Filters(
        langs=frozenset({"fr", "it"}),
        exclude_langs=frozenset({"it"}),
        after=DAY,
        before=datetime(2025, 9, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "given",
    [
        compare("meta.lang", ">", "de"),
        compare("meta.lang", "==", None),
        compare("meta.lang", "in", []),
        compare("meta.author", "==", "x"),
        compare("id", "==", "x"),
        compare("meta.published", "==", "2025-08-01"),
        compare("meta.published", ">=", "soon"),
        {"operator": "OR", "conditions": []},
        {"operator": "NOT", "conditions": []},
        {
            "operator": "AND",
            "conditions": [compare("lang", "==", "de"), compare("lang", "==", "fr")],
        },
        {
            "operator": "AND",
            "conditions": [compare("tags", "==", "a"), compare("tags", "==", "b")],
        },
    ],
)
def test_what_the_index_cannot_do_is_said(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as raised:
        filters_of(given)
    assert str(raised.value).endswith(".")


def test_languages_are_read_as_everywhere() -> None:
    given = {"field": "meta.lang", "operator": "in", "value": ["deu", "nb", "de-AT"]}
    assert filters_of(given) == Filters(langs=frozenset({"de", "no"}))
    with pytest.raises(UsageError, match="not a language code"):
        filters_of(given | {"value": "germanish"})
