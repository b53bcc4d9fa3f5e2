"""Bylines of records: who is named, and what is one name however it looks."""

from __future__ import annotations

import pytest

from indexer.article.bylines import people_in


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ada Fenn and Li Wei", ["Ada Fenn", "Li Wei"]),
        ("By Ada Fenn", ["Ada Fenn"]),
        ("by Ada Fenn in Lagos and Li Wei in Beijing", ["Ada Fenn", "Li Wei"]),
        ("Ada Fenn, Bo Reed und Jan van den Berg", ["Ada Fenn", "Bo Reed", "Jan van den Berg"]),
        ("Ada Fenn, Bo Reed", ["Ada Fenn", "Bo Reed"]),
        ("Von Anna Müller", ["Anna Müller"]),
        ("Por Ana Silva y Luis Gómez", ["Ana Silva", "Luis Gómez"]),
        ("di Marco Rossi", ["Marco Rossi"]),
        ("Jan Novák a Petr Dvořák", ["Jan Novák", "Petr Dvořák"]),
        ("Иван Петров и Анна Смирнова", ["Иван Петров", "Анна Смирнова"]),
        ("王小明、李四", ["王小明", "李四"]),
        ("AFP, dpa", ["AFP", "dpa"]),
        ("Ada Fenn, Chief Reporter", ["Ada Fenn"]),
        ("By Reuters", ["Reuters"]),
        ("Text: Ada Fenn", ["Ada Fenn"]),
        ("Ada Fenn, New York", ["Ada Fenn"]),
        ("Ada Fenn, Berlin", ["Ada Fenn"]),
        ("Ada Fenn, Hong Kong and Li Wei, South Africa", ["Ada Fenn", "Li Wei"]),
        ("Ada Fenn, New York Times", ["Ada Fenn", "New York Times"]),
    ],
)
def test_each_who_is_named_is_one(byline: str, names: list[str]) -> None:
    assert people_in(byline) == names


@pytest.mark.parametrize(
    "byline",
    [
        "José Ortega y Gasset",
        "Santiago Ramón y Cajal",
        "Fenn, Ada",
        "Von der Leyen, Ursula",
        "Di Maio",
        "Di Marco Rossi",
        "Department of Health and Human Services",
        "Smith and Sons",
        "Byron Smith",
        "Pär Lagerkvist",
        "Fenn, Jordan",
        "New York",
        "and",
        "",
    ],
)
def test_what_is_one_name_stays_one(byline: str) -> None:
    assert people_in([byline]) == [byline]


def test_a_byline_of_great_length_takes_no_time() -> None:
    long = "Ada Fenn and " * 100_000

    assert people_in(long) == [long]


def test_a_place_behind_one_name_is_none() -> None:
    assert people_in(["By Ada Fenn in New York"]) == ["Ada Fenn"]
    assert people_in(["Women in Tech", "Fenn in Lagos"]) == ["Women in Tech", "Fenn in Lagos"]
