"""Shortcodes of WordPress in texts, and words in brackets that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.shortcodes import without_shortcodes


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('One.[caption id="7" width="300"]<img src="a"> The weir[/caption] Two.', "One. Two."),
        ('One.[gallery ids="1,2"] Two.', "One. Two."),
        ("One.[embed]https://video.example/1[/embed] Two.", "One. Two."),
        ('One.[VIDEO mp4="a.mp4"][/VIDEO] Two.', "One. Two."),
        ('[vc_row][vc_column width="1/2"]One.[/vc_column][/vc_row]', "One."),
        ("[et_pb_text]One.[/et_pb_text]", "One."),
    ],
)
def test_shortcodes_are_no_text(text: str, kept: str) -> None:
    assert without_shortcodes(text).strip() == kept


@pytest.mark.parametrize(
    "text",
    [
        "The mayor [of Aldino] said so.",
        "Watch it here [video] or there [audio].",
        "[AP] Aldino - The weir failed [again].",
        "a[0] = b[caption]",
    ],
)
def test_words_in_brackets_stay(text: str) -> None:
    assert without_shortcodes(text) == text


@given(st.text(alphabet="[]/caption gallery=x"))
def test_nothing_outside_of_brackets_is_lost_where_none_closes(text: str) -> None:
    assert without_shortcodes(text.replace("]", "")) == text.replace("]", "")


def test_many_that_never_end_take_no_time() -> None:
    assert len(without_shortcodes("[embed]" * 100_000)) == 700_000
