"""A summary above the text belongs to the article, quotations in large letters do not."""

from __future__ import annotations

import pytest

from indexer.text.extraction.page import page_record

TITLE = "Weir fails in the night"
TEXT = [
    f"On day {n} the weir at Fenland stood open for the whole night, and nobody said why it had to."
    for n in range(5)
]
SUMMARY = "The lower town was under water within an hour, and forty families had to leave."
BODY = "".join(f"<p>{one}</p>" for one in TEXT)


def paragraphs(before: str, body: str = BODY, head: str = "") -> list[str]:
    page = (
        f"<html lang=en><head><title>{TITLE}</title>{head}</head>"
        f"<body><div><h1>{TITLE}</h1>{before}"
        f"<div itemprop=articleBody>{body}</div></div></body></html>"
    )
    found = page_record(page.encode())
    assert isinstance(found, dict), found
    return list(found["paragraphs"])


@pytest.mark.parametrize(
    "before",
    [
        f'<h2 class="news-spot">{SUMMARY}</h2>',
        f'<p class="standfirst">{SUMMARY}</p>',
        f'<div class="article__lead">{SUMMARY}</div>',
        f'<p class="summary introtext">{SUMMARY}</p>',
        f"<p itemprop=description>{SUMMARY}</p>",
    ],
)
def test_a_summary_behind_the_headline_comes_first(before: str) -> None:
    assert paragraphs(before) == [SUMMARY, *TEXT]


def test_a_place_may_stand_before_a_summary_that_machines_are_told() -> None:
    meta = f'<meta name="description" content="{SUMMARY}">'
    shown = f"<p class=description><span>Fenland</span>{SUMMARY}</p>"
    assert paragraphs(shown, head=meta) == [SUMMARY, *TEXT]


@pytest.mark.parametrize(
    "before",
    [
        f'<div class="lead-image"><div class="description">{SUMMARY}</div></div>',
        f'<p class="lead"><a href="/other">{SUMMARY}</a></p>',
        f'<p class="lead">{TEXT[1]}</p>',
        f"<p class=lead>{SUMMARY} (Jana Holl / Valley Post)</p>",
        f"<p class=author>{SUMMARY}</p>",
    ],
)
def test_what_else_stands_there_is_none(before: str) -> None:
    assert paragraphs(before) == TEXT


def test_a_quotation_in_large_letters_is_there_once() -> None:
    pulled = "<div class=pull-quote><p>Nobody said why it had to.</p></div>"
    other = "<div class=pull-quote><p>Something that is only here, in large letters.</p></div>"
    assert paragraphs("", f"{BODY}{pulled}<p>{SUMMARY}</p>") == [*TEXT, SUMMARY]
    assert "Something that is only here, in large letters." in paragraphs(
        "", f"{BODY}{other}{BODY}"
    )
