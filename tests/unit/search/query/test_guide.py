"""The guide to the query language is true: its queries are read, its options are there."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from config.cli import application
from search.index.clauses import Match
from search.query.options import half_life
from search.query.parsing import FIELDS, QueryError, parse
from tests.support.places import ROOT

NOW = datetime(2026, 11, 24, tzinfo=UTC)
GUIDE = (ROOT / "docs" / "query-language.md").read_text(encoding="utf-8")
TABLE = GUIDE.partition("|---|---|")[2].partition("\n\n")[0]
QUERIES = [
    query
    for row in TABLE.splitlines()
    if row.startswith("| `")
    for query in re.findall(r"`([^`]+)`", row.split(" | ")[0].replace(r"\|", "|"))
]


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_table_is_read(query: str) -> None:
    parsed = parse(query, NOW)
    assert parsed.notes == ()
    plain = query == "flood damage"
    assert (parsed.clause == Match(query)) is plain


def test_every_field_is_in_the_table() -> None:
    assert {name for name in FIELDS if f"`{name}:" in TABLE} == set(FIELDS)


def test_what_the_guide_says_of_precedence_and_alternatives() -> None:
    for one, other in (
        ("coast storm OR flood", "coast (storm OR flood)"),
        ("lang:de lang:fr", "lang:de,fr"),
    ):
        assert f"`{one}`" in GUIDE
        assert f"`{other}`" in GUIDE
        first, second = parse(one, NOW), parse(other, NOW)
        assert (first.clause, first.filters) == (second.clause, second.filters)


def test_the_dates_of_the_guide() -> None:
    dates = GUIDE.partition("Dates are ")[2].partition("Without")[0]
    for date in re.findall(r"`([^`]+)`", dates):
        assert parse(f"after:{date}", NOW).filters.after is not None
    assert half_life("7d")


def test_the_refusal_of_the_guide_is_the_one_that_is_given() -> None:
    with pytest.raises(QueryError) as caught:
        parse('flood "river Lerna', NOW, strict=True)
    assert f"polywire: {caught.value}" in GUIDE


def test_the_options_of_the_guide_exist() -> None:
    help_text = "".join(
        CliRunner().invoke(application(name), [name, "--help"], env={"COLUMNS": "200"}).output
        for name in ("search", "similar")
    )
    for option in sorted(set(re.findall(r"`(--[a-z-]+)", GUIDE))):
        assert option in help_text, option
