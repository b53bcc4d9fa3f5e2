"""Stories at the terminal: days of a reader's time zone, and corrections."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from search.coverage.stories.model import Member, Story
from search.terminal.stories import show_explanation, show_stories, show_story

NIGHT = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
STORY = Story(
    "s1",
    (
        Member("a3", "Long ago", "en", "Post", datetime(1, 1, 1, tzinfo=UTC)),
        Member("a1", "Ferry late", "en", "Post", NIGHT),
        Member("a2", "Fähre verspätet", "de", "Bote", NIGHT + timedelta(hours=2)),
    ),
)


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200, no_color=True, markup=False, highlight=False)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_times_are_those_of_the_reader(console: Console) -> None:
    show_story(STORY, "en", "Europe/Berlin", console)
    text = said(console)
    assert "2026-03-29 00:30" in text
    assert "2026-03-29 03:30" in text  # clocks went forward between the two


def test_what_is_before_the_first_year_stays(console: Console) -> None:
    show_stories((STORY,), 1, "en", "America/New_York", console)
    assert "0001-01-01 to 2026-03-28" in said(console)


@pytest.mark.parametrize(
    ("in_story", "reason", "ends"),
    [
        (True, "same ferry", "; a person put it there on 2026-04-01: same ferry"),
        (False, None, "; a person put it into s2 on 2026-04-01"),
    ],
)
def test_a_correction_is_told_with_its_reason(
    console: Console, in_story: bool, reason: str | None, ends: str
) -> None:
    correction = {"story": "s2", "left": "s1", "at": "2026-04-01T08:00:00+00:00", "reason": reason}
    document: dict[str, Any] = {
        "story": "s1",
        "article": "a1",
        "in_story": in_story,
        "moved": in_story,
        "certainty": 0.5,
        "members": [],
        "correction": correction,
    }
    show_explanation(document, "Ferry late", console)
    assert said(console).splitlines()[1].endswith(ends)
