"""Whether two texts are the same, and which go together: pure functions."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.coverage.duplicates.groups import component, grouped
from search.coverage.duplicates.likeness import Kind, Likeness, likeness
from search.coverage.duplicates.records import Record, block, deleted, read_block
from search.coverage.duplicates.sketch import sketch
from tests.support.reprints import BEGINS, edited, text

SAME = Likeness(Kind.SAME, 1.0, 1.0)


def kind(one: str, other: str) -> str | None:
    found = likeness(sketch(one), sketch(other))
    back = likeness(sketch(other), sketch(one))
    assert (found is None) == (back is None)
    if found and back:
        assert back == found.reversed
    return str(found.kind) if found else None


@pytest.mark.parametrize("script", ["latin", "han"])
@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, "same"), (0.1, "same"), (0.25, "same"), (0.6, None)]
)
def test_edited_texts(script: str, share: float, expected: str | None) -> None:
    for seed in range(10):
        original = text(seed, 300, script)
        assert kind(original, edited(original, share, seed)) == expected


def test_a_part_stands_inside_the_whole() -> None:
    whole = text(1, 600)
    part = " ".join(whole.split()[:60])
    assert kind(part, whole) == "within"
    assert kind(whole, part) == "holds"


def test_texts_on_their_own() -> None:
    assert kind(text(1), text(2)) is None
    assert kind(text(1, script="han"), text(2, script="han")) is None


def test_typography_makes_no_difference() -> None:
    plain = text(1).replace(" ba", ", ba")
    assert kind(plain, plain.upper()) == "same"
    assert kind(plain, plain.replace(" ", "\n").replace(",", " –")) == "same"


TABLE = "{0} shares closed at {1}, up {2} per cent, after {3} traded. Volume was {4} million. "


def test_filled_in_templates_are_not_the_same() -> None:
    draw = random.Random(1)  # noqa: S311 - no secret

    def table() -> str:
        firms = ("Alpha Steel", "Borland Bank", "Cetus Foods", "Delta Air", "Ergon Oil")
        return "".join(
            TABLE.format(firm, *(f"{draw.uniform(1, 999):.2f}" for _ in range(4))) for firm in firms
        )

    assert kind(table(), table()) is None


def test_quotes_in_common_are_no_copy() -> None:
    quote = " ".join(text(5).split()[:60])
    assert (
        kind(f"{text(6, 60)} {quote} {text(8, 60)}", f"{text(9, 90)} {quote} {text(7, 50)}") is None
    )


def test_short_texts_have_no_copies() -> None:
    assert kind("Read more in our app.", "Read more in our app.") is None


@given(st.text(), st.text())
def test_any_text_can_be_sketched(one: str, other: str) -> None:
    assert likeness(sketch(one), sketch(other)) in (None, SAME)


@given(st.lists(st.tuples(st.text(min_size=1), st.text(), st.booleans()), max_size=5))
def test_records_are_read_as_they_were_written(made: list[tuple[str, str, bool]]) -> None:
    records = [
        deleted(name) if gone else Record(name, "hash", "wire", BEGINS, sketch(body))
        for name, body, gone in made
    ]
    again = read_block(block(records))
    assert [block([one]) for one in again] == [block([one]) for one in records]
    assert read_block({**block(records), "form": 0}) == []


def test_a_long_row_of_changes_is_not_one_text() -> None:
    links = {n: {m: SAME for m in (n - 1, n + 1) if 0 <= m < 5} for n in range(5)}
    assert grouped(links, lambda n: n) == [[0, 1], [2, 3], [4]]


def test_an_overview_is_a_copy_of_none() -> None:
    holds, within = Likeness(Kind.HOLDS, 0.1, 0.9), Likeness(Kind.WITHIN, 0.1, 0.9)
    links = {
        "overview": {"one": holds, "two": holds},
        "one": {"overview": within},
        "two": {"overview": within, "copy": SAME},
        "copy": {"two": SAME},
    }
    assert component("one", lambda name: links[name]) == links
    assert grouped(links, str) == [["copy", "two"], ["one"], ["overview"]]
    report = {
        "report": {"brief": holds, "shorter": holds},
        "brief": {"report": within, "shorter": holds},
        "shorter": {"report": within, "brief": within},
    }
    assert grouped(report, str) == [["brief", "report", "shorter"]]
