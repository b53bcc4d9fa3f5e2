"""A stored article as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from rich.console import Console

from search.index.model import Article
from search.terminal.article import show_article


def shown(article: Article, story: Mapping[str, Any] | None = None) -> list[str]:
    console = Console(file=StringIO(), width=80)
    show_article(article, (), console, story=story)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_a_date_that_is_most_likely_a_mistake_is_marked() -> None:
    article = Article(
        id="a",
        title="Tide",
        lang="en",
        published=datetime(1, 1, 1, tzinfo=UTC),
        updated=datetime(2026, 11, 2, 8, 5, tzinfo=UTC),
        passages=(),
    )
    lines = shown(article)
    assert "published   0001-01-01 00:00 UTC (most likely a mistake)" in lines
    assert "updated     2026-11-02 08:05 UTC" in lines


def test_what_came_with_an_article_is_written_as_people_write_it() -> None:
    meta = {"unread": {"published": "next week"}, "ids": ["x", 7], "paid": True}
    article = Article(id="a", title="Tide", lang="en", passages=(), meta=meta)
    lines = shown(article)
    assert "unread      published: next week" in lines
    assert "ids         x, 7" in lines
    assert "paid        true" in lines


def test_the_story_of_an_article_is_named_where_others_are_in_it() -> None:
    article = Article(id="a", title="Tide", lang="en", passages=())
    story = {"id": "s7", "headline": "High tide", "size": 1, "doubtful": False}
    assert not any("High tide" in line for line in shown(article, story))
    assert "story       High tide (3 articles; s7)" in shown(article, story | {"size": 3})
    (line,) = (one for one in shown(article, story | {"size": 3, "doubtful": True}) if "3 " in one)
    assert line.startswith("story       High tide (3 articles, and whether this one belongs to it")
