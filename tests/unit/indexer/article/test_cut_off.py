"""Texts that their source has cut off."""

from __future__ import annotations

import pytest

from indexer.article.cut_off import without_cut_mark
from indexer.article.draft import Origin, RawArticle
from indexer.article.records import parse_record


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("The weir failed… [+1234 chars]", "The weir failed…"),
        ("The weir failed... [1234 chars]", "The weir failed..."),
        ("The weir failed [...]", "The weir failed"),
        ("The weir failed […]\n", "The weir failed"),
        ("Das Wehr brach … (1.234 Zeichen)", "Das Wehr brach …"),
    ],
)
def test_the_mark_is_taken_off(text: str, without: str) -> None:
    assert without_cut_mark(text) == (without, True)
    assert without_cut_mark(("First.", text, "")) == (("First.", without), True)


@pytest.mark.parametrize(
    "text",
    [
        "The weir failed.",
        "It failed [3]",
        "He waited...",
        "They said [1,234 dead]",
        "",
        "[+9]",
        "[ ... ]",
    ],
)
def test_what_is_no_mark_stays(text: str) -> None:
    assert without_cut_mark(text) == (text, False)
    assert without_cut_mark((text,)) == ((text,), False)


def test_an_article_that_is_cut_off_is_a_summary() -> None:
    record = {"title": "Weir", "content": "The weir failed… [+1234 chars]"}

    assert parse_record(RawArticle(Origin("api.json", 1), record)).meta == {"summary": True}


def test_a_text_that_is_called_a_summary_is_one() -> None:
    def meta_of(**record: object) -> object:
        return parse_record(RawArticle(Origin("api.json", 1), {"title": "Weir", **record})).meta

    short, long = "The weir at Fenland failed.", "The weir at Fenland failed. " * 50
    assert meta_of(description=short) == {"summary": True}
    assert meta_of(excerpt=short) == {"summary": True}
    assert meta_of(description=long) == {}
    assert meta_of(description=short, content=long) == {"description": short}
    assert meta_of(text=short) == {}
