"""Texts whose paragraphs are only parted by line breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring

from indexer.text.extraction.line_breaks import in_paragraphs
from indexer.text.extraction.page import page_record

PARAGRAPHS = [
    f"The weir at Fenland failed on day {n}, and the water stood in the lower town within the hour."
    for n in range(6)
]


@pytest.mark.parametrize("box", ["article", "div", "section"])
@pytest.mark.parametrize("breaks", ["<br><br>", "<br/>\n<br/>", "<br><br><br>"])
def test_each_piece_is_a_paragraph(box: str, breaks: str) -> None:
    text = breaks.join(PARAGRAPHS).replace("water", "<b>water</b>")
    page = f"<html><head><title>Weir</title></head><body><h1>Weir</h1><{box}>{text}</{box}></body>"
    found = page_record(page.encode())
    assert isinstance(found, dict)
    assert found["paragraphs"] == PARAGRAPHS


def test_blocks_between_stay_where_they_are() -> None:
    box = fromstring(
        "<div>One<br><br>Two <i>and</i> more<ul><li>a</li></ul>Three<br><br>Four</div>"
    )
    made = in_paragraphs(box)
    assert made is not None
    assert [(one.tag, one.text_content()) for one in made] == [
        ("p", "One"), ("p", "Two and more"), ("ul", "a"), ("p", "Three"), ("p", "Four"),
    ]  # fmt: skip


def test_lines_of_a_verse_stay_together() -> None:
    assert in_paragraphs(fromstring("<div>One<br>Two<br>Three<br><br>Four</div>")) is None


PIECES = st.lists(st.sampled_from(["word ", "<br>", "<b>x</b>", "<p>y</p>", "<!-- c -->", "\n"]))


@given(PIECES)
def test_no_word_is_lost(pieces: list[str]) -> None:
    box = fromstring(f"<div>{''.join(pieces)}</div>")
    before = "".join(box.text_content().split())
    made = in_paragraphs(box)
    assert "".join((box if made is None else made).text_content().split()) == before
