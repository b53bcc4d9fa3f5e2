"""Lines between headline and text, on pages that have no markup for them."""

from __future__ import annotations

import pytest

from indexer.text.extraction.opening import without_opening
from indexer.text.extraction.page import page_record

TITLE = "Weir fails"
TEXT = ["The weir at Fenland failed on Monday.", "Nobody was hurt."]


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        (["By Ada Fenn"], ["Ada Fenn"]),
        (["Von Anna Müller und Li Wei"], ["Anna Müller", "Li Wei"]),
        (["Weir fails Ada Fenn | March 9, 2026"], ["Ada Fenn"]),
        (["Tuesday, March 9, 2026", "By Ada Fenn"], ["Ada Fenn"]),
        (["9. März 2026"], []),
        (["2026年3月9日 10時15分"], []),
        (["2026.03.09. 오전 10:15"], []),
        (["2026-03-09 10:15"], []),
        ([], []),
    ],
)
def test_bylines_and_days_above_the_text_are_no_paragraphs(
    opening: list[str], names: list[str]
) -> None:
    assert without_opening([*opening, *TEXT], TITLE) == (TEXT, names)


@pytest.mark.parametrize(
    "first",
    [
        "By Monday everybody knew.",
        "By Lake Fenland nobody slept.",
        "March 9",
        "2026年3月9日 大雨",
        "2026-03",
        "Von Fenland bis Aldino",
        "Weir fails again",
        "In March 2026 it rained.",
    ],
)
def test_what_only_looks_like_it_stays(first: str) -> None:
    assert without_opening([first, *TEXT], TITLE) == ([first, *TEXT], [])


LONG = (
    "The standfirst says in a long line what came to pass at the weir of Fenland on Monday night."
)
MORE = ["Nobody knew why.", "It will be mended.", "So they said."]


@pytest.mark.parametrize(
    ("opening", "kept", "names"),
    [
        (["Ada Fenn"], [], ["Ada Fenn"]),
        ([LONG, "Von Ada Fenn, Fenland"], [LONG], ["Ada Fenn"]),
        ([LONG, "Ada Fenn/Li Wei"], [LONG], ["Ada Fenn", "Li Wei"]),
        ([LONG, "Middle Ground"], [LONG, "Middle Ground"], []),
        (["Ada Fenn"], ["Ada Fenn"], []),
    ],
)
def test_who_wrote_it_may_stand_there_alone(
    opening: list[str], kept: list[str], names: list[str]
) -> None:
    text = [*TEXT, *MORE]
    found = without_opening([*opening, *text], TITLE, unsigned=names != [] or len(opening) > 1)
    assert found == ([*kept, *text], names)


def test_a_site_that_names_itself_leaves_it_to_the_byline() -> None:
    text = "".join(f"<p>{LONG} {n}</p>" for n in range(5))
    page = (
        '<html><head><meta property="og:site_name" content="Fenland Post">'
        '<meta name="author" content="Fenland Post"><title>Weir</title></head><body><article>'
        f"<h1>Weir of Fenland</h1><p>Ada Fenn</p>{text}</article></body></html>"
    )
    found = page_record(page.encode())
    assert isinstance(found, dict)
    assert found["authors"] == ["Ada Fenn"]
    assert "Ada Fenn" not in found["paragraphs"]


def test_a_view_for_printing_has_the_text_alone() -> None:
    text = "The weir at Fenland failed on Monday, and the water stood in the lower town by noon."
    second = "Nobody was hurt, and the mayor hopes to have the weir mended before the summer ends."
    page = (
        f"<html><head><title>{TITLE} - Fenland Post</title></head><body><b>Fenland Post</b><hr>"
        f"<h1>{TITLE}</h1><p>By Ada Fenn</p><p>Monday, March 9, 2026</p>"
        f"<p>{text}</p><p>{second}</p>"
        "<p>URL: https://post.example/weir</p>"
        "<p>This article was printed from Fenland Post.</p>"
        "</body></html>"
    )
    found = page_record(page.encode())

    assert isinstance(found, dict)
    assert found["paragraphs"] == [text, second]
    assert found["authors"] == ["Ada Fenn"]
