"""Liveblogs keep their entries, each with its heading."""

from __future__ import annotations

import json
from typing import Any

import pytest

from indexer.text.extraction.liveblogs import with_entries
from indexer.text.extraction.page import page_record

ENTRIES = {
    "Vote begins": "The council meets in the town hall, where two hundred people wait for a vote.",
    "Mayor speaks": "A new bridge is to come in any case, the mayor says before the vote begins.",
    "It is decided": "The old ferry terminal closes at the end of the year, by eight votes to six.",
}
TITLE = "Council votes on ferry terminal"


def record(body: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
    script = f'<script type="application/ld+json">{json.dumps(said)}</script>' if said else ""
    page = f"<html lang=en><head><title>{TITLE}</title>{script}</head><body>{body}</body></html>"
    found = page_record(page.encode())
    assert isinstance(found, dict), found
    return found


def said() -> dict[str, Any]:
    updates = [
        {"@type": "BlogPosting", "headline": head, "articleBody": text, "author": "x", "url": "y"}
        for head, text in ENTRIES.items()
    ]
    return {"@type": "LiveBlogPosting", "headline": TITLE, "liveBlogUpdate": updates}


MORE = "Some {} members have asked for the floor, and the chair wants to hear them all before noon."
EXPECTED = [part for entry in ENTRIES.items() for part in entry]


def test_entries_that_stand_for_machines_only_are_the_text() -> None:
    found = record(f"<main><h1>{TITLE}</h1></main>", said())

    assert found["title"] == TITLE
    assert found["paragraphs"] == EXPECTED


def test_entries_that_were_not_found_on_the_page_are_taken_from_there() -> None:
    articles = "".join(
        f"<article><h3>{head}</h3><p>{text}</p></article>" for head, text in ENTRIES.items()
    )
    found = record(f"<main><h1>{TITLE}</h1><p>Follow it here.</p>{articles}</main>", said())

    assert found["title"] == TITLE
    assert [one for one in found["paragraphs"] if one in EXPECTED] == EXPECTED


def test_an_item_of_a_list_that_is_an_entry_has_paragraphs() -> None:
    items = "".join(
        f"<li><span>1{n}:00 Uhr</span><h2>{head}</h2><div><p>{text}</p></div></li>"
        for n, (head, text) in enumerate(ENTRIES.items())
    )
    paragraphs = record(f"<main><h1>{TITLE}</h1><ul>{items}</ul></main>")["paragraphs"]

    assert [one for one in paragraphs if one in EXPECTED] == EXPECTED


@pytest.mark.parametrize(
    ("begin", "text", "end"),
    [
        ("<article class=post>", "<div><p>{}</p></div>", "</article>"),
        ("<article>", "<div class=entry-content><p>{}</p></div>", "</article>"),
        ("<div itemprop=liveBlogUpdate>", "<div itemprop=articleBody><p>{}</p></div>", "</div>"),
    ],
)
def test_entries_that_are_articles_of_their_own_are_one_text(
    begin: str, text: str, end: str
) -> None:
    entries = "".join(
        f"{begin}<time datetime=2026-03-04T1{n}:00Z>1{n}:00</time><h3>{head}</h3>"
        f"{text.format(said)}{text.format(MORE.format(n))}{end}"
        for n, (head, said) in enumerate(ENTRIES.items())
    )
    paragraphs = record(f"<main><h1>{TITLE}</h1><div>{entries}</div></main>")["paragraphs"]

    assert paragraphs == [
        part
        for n, (head, said) in enumerate(ENTRIES.items())
        for part in (head, said, MORE.format(n))
    ]


@pytest.mark.parametrize(
    "others",
    [
        "<article class=comment><time>09:{0}</time><p>{1}</p></article>",
        "<article><time>09:{0}</time><h3><a href=/{0}>More</a></h3><p>{1}</p></article>",
        "<article><time>09:{0}</time><a href=/{0}>{1}</a></article>",
        "<article><a href=/{0}><img></a><time>09:{0}</time><h3>More</h3><p>{1}</p></article>",
    ],
)
def test_comments_and_teasers_are_no_entries(others: str) -> None:
    text = "".join(f"<p>{MORE.format(n)}</p>" for n in range(4))
    beside = "".join(others.format(n, said) for n, said in enumerate(ENTRIES.values(), 10))
    article = f"<article><h1>{TITLE}</h1><time>08:30</time>{text}</article>"

    for page in (f"<main>{article}<div>{beside}</div></main>", f"<main>{article}{beside}</main>"):
        assert record(page)["paragraphs"] == [MORE.format(n) for n in range(4)]


def test_where_more_was_found_than_is_described_that_counts() -> None:
    found = ["An entry of this morning, which is quite long.", "One of last night, as long."]

    assert with_entries(found, ["The newest one."]) is found
