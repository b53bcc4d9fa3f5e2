"""Lists behind cursors: whole, in order, for as long as they are stored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from contextvars import copy_context
from pathlib import Path
from typing import Any, Protocol

import pytest

from search.api.answers.pages import Pages
from search.api.errors import CursorExpired, RequestMalformed
from search.api.work.shares import set_caller


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Opened(Protocol):
    """Opens lists that are closed when the test ends."""

    def __call__(
        self, most: int = 3, clock: Clock | None = None, path: Path | None = None
    ) -> Pages: ...


@pytest.fixture
def opened() -> Iterator[Opened]:
    with ExitStack() as stack:

        def make(most: int = 3, clock: Clock | None = None, path: Path | None = None) -> Pages:
            return stack.enter_context(closing(Pages(most, 60, clock or time.monotonic, path)))

        yield make


def answer(hits: int) -> dict[str, Any]:
    return {"query": "q", "total": hits, "hits": [{"id": f"a{n}"} for n in range(hits)]}


def ids(page: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in page["hits"]]


def test_pages_put_together_are_the_list(opened: Opened) -> None:
    pages = opened()
    page = pages.begin("f", answer(25), limit=10)
    seen = ids(page)
    while page["next"]:
        assert page["query"] == "q"
        page = pages.turn(page["next"], None, limit=10)
        seen += ids(page)
    assert seen == [f"a{n}" for n in range(25)]


def test_a_page_can_be_fetched_again_and_with_another_size(opened: Opened) -> None:
    pages = opened()
    cursor = pages.begin("f", answer(25), limit=10)["next"]
    assert ids(pages.turn(cursor, "f", 5)) == ids(pages.turn(cursor, "f", 5))
    assert len(ids(pages.turn(cursor, "f", 100))) == 15


def test_a_list_that_fits_one_page_has_no_next(opened: Opened) -> None:
    assert opened().begin("f", answer(10), limit=10)["next"] is None


def test_an_unused_list_expires_and_a_used_one_stays(opened: Opened) -> None:
    clock = Clock()
    pages = opened(clock=clock)
    cursor = pages.begin("f", answer(25), limit=10)["next"]
    for _ in range(3):
        clock.now += 59
        pages.turn(cursor, "f", 10)
    clock.now += 61
    with pytest.raises(CursorExpired):
        pages.turn(cursor, "f", 10)
    assert len(pages) == 0


def test_the_list_unused_for_longest_makes_room(opened: Opened) -> None:
    pages = opened(most=2)
    first = pages.begin("f", answer(25), limit=10)["next"]
    second = pages.begin("g", answer(25), limit=10)["next"]
    pages.turn(first, "f", 10)
    pages.begin("h", answer(25), limit=10)
    assert ids(pages.turn(first, "f", 1)) == ["a10"]
    with pytest.raises(CursorExpired):
        pages.turn(second, "g", 10)


def test_a_cursor_belongs_to_its_query(opened: Opened) -> None:
    pages = opened(most=2)
    cursor = pages.begin("f", answer(25), limit=10)["next"]
    with pytest.raises(RequestMalformed, match="another query"):
        pages.turn(cursor, "g", 10)


@pytest.mark.parametrize("cursor", ["", "x", "a.b", "a.-1", "a.١", "a.9999999", "."])
def test_what_is_no_cursor_is_said(opened: Opened, cursor: str) -> None:
    with pytest.raises(RequestMalformed, match="no cursor"):
        opened(most=2).turn(cursor, None, 10)


def test_a_cursor_that_nobody_gave_out_has_expired(opened: Opened) -> None:
    with pytest.raises(CursorExpired):
        opened(most=2).turn("guess.10", None, 10)


def test_processes_share_the_lists_in_a_file(opened: Opened, tmp_path: Path) -> None:
    """Each has a connection of its own; a page is turned by any of them, and uses the list."""
    clock = Clock()
    here, there = (opened(2, clock, tmp_path / "lists") for _ in range(2))
    first = here.begin("f", answer(25), limit=10)["next"]
    assert ids(there.turn(first, "f", 5)) == [f"a{n}" for n in range(10, 15)]
    clock.now += 40
    there.turn(first, None, 5)
    clock.now += 40
    assert ids(here.turn(first, "f", 1)) == ["a10"]
    for name in ("g", "h"):
        there.begin(name, answer(25), limit=10)
    assert len(here) == len(there) == 2
    with pytest.raises(CursorExpired):
        here.turn(first, "f", 5)


def test_half_a_surrogate_pair_stays_as_it_is(opened: Opened) -> None:
    pages = opened(most=1)
    hits = [{"id": f"a{n}", "title": "What is \ud800?"} for n in range(3)]
    cursor = pages.begin("f", {"query": "\udc00", "hits": hits}, limit=1)["next"]
    assert pages.turn(cursor, "f", 2) == {"query": "\udc00", "hits": hits[1:], "next": None}


def test_keys_take_no_room_from_one_another(opened: Opened) -> None:
    pages = opened(most=2)
    cursors: dict[str, list[str]] = {"one": [], "other": []}
    for name, count in (("one", 2), ("other", 5)):

        def begin(name: str = name) -> str:
            set_caller(name)
            return str(pages.begin("f", answer(25), limit=10)["next"])

        cursors[name] = [copy_context().run(begin) for _ in range(count)]
    assert len(pages) == 4
    for cursor in (*cursors["one"], *cursors["other"][-2:]):
        assert ids(pages.turn(cursor, "f", 10))
    for cursor in cursors["other"][:-2]:
        with pytest.raises(CursorExpired):
            pages.turn(cursor, "f", 10)
