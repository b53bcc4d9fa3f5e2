"""Lists behind cursors: whole, in order, for as long as they are kept."""

from __future__ import annotations

from typing import Any

import pytest

from search.api.answers.pages import Pages
from search.api.errors import CursorExpired, RequestMalformed


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def answer(hits: int) -> dict[str, Any]:
    return {"query": "q", "total": hits, "hits": [{"id": f"a{n}"} for n in range(hits)]}


def ids(page: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in page["hits"]]


def test_pages_put_together_are_the_list() -> None:
    pages = Pages(kept=3, lifetime_s=60)
    page = pages.begin("f", answer(25), limit=10)
    seen = ids(page)
    while page["next"]:
        assert page["query"] == "q"
        page = pages.turn(page["next"], None, limit=10)
        seen += ids(page)
    assert seen == [f"a{n}" for n in range(25)]


def test_a_page_can_be_fetched_again_and_with_another_size() -> None:
    pages = Pages(kept=3, lifetime_s=60)
    cursor = pages.begin("f", answer(25), limit=10)["next"]
    assert ids(pages.turn(cursor, "f", 5)) == ids(pages.turn(cursor, "f", 5))
    assert len(ids(pages.turn(cursor, "f", 100))) == 15


def test_a_list_that_fits_one_page_has_no_next() -> None:
    assert Pages(kept=3, lifetime_s=60).begin("f", answer(10), limit=10)["next"] is None


def test_an_unused_list_expires_and_a_used_one_stays() -> None:
    clock = Clock()
    pages = Pages(kept=3, lifetime_s=60, clock=clock)
    cursor = pages.begin("f", answer(25), limit=10)["next"]
    for _ in range(3):
        clock.now += 59
        pages.turn(cursor, "f", 10)
    clock.now += 61
    with pytest.raises(CursorExpired):
        pages.turn(cursor, "f", 10)
    assert len(pages) == 0


def test_the_list_unused_for_longest_makes_room() -> None:
    pages = Pages(kept=2, lifetime_s=60)
    first = pages.begin("f", answer(25), limit=10)["next"]
    second = pages.begin("g", answer(25), limit=10)["next"]
    pages.turn(first, "f", 10)
    pages.begin("h", answer(25), limit=10)
    assert ids(pages.turn(first, "f", 1)) == ["a10"]
    with pytest.raises(CursorExpired):
        pages.turn(second, "g", 10)


def test_a_cursor_belongs_to_its_question() -> None:
    pages = Pages(kept=2, lifetime_s=60)
    cursor = pages.begin("f", answer(25), limit=10)["next"]
    with pytest.raises(RequestMalformed, match="another question"):
        pages.turn(cursor, "g", 10)


@pytest.mark.parametrize("cursor", ["", "x", "a.b", "a.-1", "a.١", "a.9999999", "."])
def test_what_is_no_cursor_is_said(cursor: str) -> None:
    with pytest.raises(RequestMalformed, match="no cursor"):
        Pages(kept=2, lifetime_s=60).turn(cursor, None, 10)


def test_a_cursor_that_nobody_gave_out_has_expired() -> None:
    with pytest.raises(CursorExpired):
        Pages(kept=2, lifetime_s=60).turn("guess.10", None, 10)
