"""Headings of a text on a page that names no element as its article."""

from __future__ import annotations

import pytest

from indexer.text.extraction.page import page_record

PARAGRAPHS = [
    f"On day {n} the weir at Fenland stood open for the whole night, and nobody said why it had to."
    for n in range(6)
]


def paragraphs(body: str) -> list[str]:
    page = f"<html lang=en><head><title>Weir</title></head><body><h1>Weir</h1>{body}</body></html>"
    found = page_record(page.encode())
    assert isinstance(found, dict), found
    return list(found["paragraphs"])


@pytest.mark.parametrize("head", ["h2", "h3", "h4"])
@pytest.mark.parametrize("box", ["div", "section"])
def test_headings_stay_where_nothing_is_called_the_article(head: str, box: str) -> None:
    parts = [
        f"<div><{head}>Night {n}</{head}><p>{PARAGRAPHS[n]}</p><p>{PARAGRAPHS[n + 1]}</p></div>"
        for n in (0, 2, 4)
    ]
    menu = "<div><ul><li><a href=/a>Weather</a></li><li><a href=/b>Sport</a></li></ul></div>"

    assert paragraphs(f"{menu}<{box}>{''.join(parts)}</{box}>") == [
        one for n in (0, 2, 4) for one in (f"Night {n}", PARAGRAPHS[n], PARAGRAPHS[n + 1])
    ]


def test_headings_of_other_articles_are_none_of_it() -> None:
    text = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    teasers = "".join(f"<h3><a href=/{n}>Another {n}</a></h3>" for n in range(3))

    assert paragraphs(f"<div><div>{text}</div>{teasers}</div>") == PARAGRAPHS


def test_the_article_with_the_headline_is_the_text() -> None:
    said = "Something else came to pass in the county, as people said on Monday night."
    teasers = f"<article><a href=/1><img></a><h3>Another</h3><p>{said}</p></article>" * 3
    text = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    page = f"<section>{teasers}</section><article><h1>Weir of Fenland</h1>{text}</article>"

    assert paragraphs(page) == PARAGRAPHS
