"""Parts of a body in containers of their own."""

from __future__ import annotations

import pytest
from lxml.html import fromstring

from indexer.text.extraction.parts import with_other_parts

PARAGRAPHS = [
    f"On day {n} the weir at Fenland stood open for the whole night, and nobody said why it had to."
    for n in range(8)
]
ADVERT = '<div class="ad"><p>Order the paper for four weeks.</p></div>'


def part(texts: list[str], around: str = "body text") -> str:
    inner = "".join(f"<p>{one}</p>" for one in texts)
    return f'<div class="row"><div class="column"><div class="{around}">{inner}</div></div></div>'


FIRST, SECOND, THIRD = PARAGRAPHS[:3], PARAGRAPHS[3:5], PARAGRAPHS[5:]
PAGE = ADVERT.join(part(one) for one in (FIRST, SECOND, THIRD))


@pytest.mark.parametrize("found", [FIRST, SECOND, THIRD])
def test_a_text_that_was_parted_is_found_whole_and_in_order(found: list[str]) -> None:
    assert with_other_parts(fromstring(f"<div>{PAGE}</div>"), found) == PARAGRAPHS


def test_a_part_in_one_piece_is_parted_as_the_page_parts_it() -> None:
    assert with_other_parts(fromstring(f"<div>{PAGE}</div>"), [" ".join(SECOND)]) == PARAGRAPHS


def test_headings_and_lists_of_a_part_come_with_it() -> None:
    headed = part(SECOND).replace("<p>", "<h2>Night</h2><ul><li>One</li></ul><p>", 1)
    tree = fromstring(f"<div>{part(FIRST)}{ADVERT}{headed}</div>")
    assert with_other_parts(tree, FIRST) == [*FIRST, "Night", "One", *SECOND]


@pytest.mark.parametrize(
    "others",
    [
        part(SECOND, "teaser"),
        part(["Short.", "Shorter."]),
        part([f"<a href=/{n}>{one}</a>" for n, one in enumerate(SECOND)]),
        f"<article>{part(SECOND)}</article>",
        part([f"{one} <span>(opens in a new tab)</span>" for one in FIRST]),
    ],
    ids=["another class", "scraps", "links", "another article", "the same, with hidden words"],
)
def test_what_stands_elsewhere_or_is_no_text_stays_out(others: str) -> None:
    assert with_other_parts(fromstring(f"<div>{part(FIRST)}{others}</div>"), FIRST) == FIRST


def test_pages_without_classes_or_with_too_many_paragraphs_stay_as_they_are() -> None:
    bare = "".join(f"<div><div><p>{one}</p></div></div>" for one in PARAGRAPHS)
    assert with_other_parts(fromstring(f"<div>{bare}</div>"), FIRST) == FIRST
    many = "<p>a</p>" * 1_001
    assert with_other_parts(fromstring(f"<div>{PAGE}{many}</div>"), FIRST) == FIRST
    assert with_other_parts(fromstring("<div></div>"), []) == []
