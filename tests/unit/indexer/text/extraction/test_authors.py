"""Who wrote the article of a page, wherever the page says so."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from lxml.html import document_fromstring

from indexer.text.extraction.authors import authors_of
from indexer.text.extraction.structured import Structured


def authors(page: str, source: str = "") -> tuple[str, ...]:
    tree = document_fromstring(f"<html><body><h1>River floods town</h1>{page}</body></html>")
    return authors_of(tree, Structured.of(tree), source, None)


def said(*objects: Mapping[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@graph": objects})}</script>'


def test_an_author_may_be_described_elsewhere_on_the_page() -> None:
    article = {"@type": "NewsArticle", "author": [{"@id": "#a"}, {"@id": "#b"}, {"@id": "#none"}]}
    first = {"@type": "Person", "@id": "#a", "name": "Jana Holl"}
    second = {"@type": "Person", "@id": "#b", "givenName": "Li", "familyName": "Wei"}
    assert authors(said(article, first, second)) == ("Jana Holl",)
    second["name"] = "Li Wei"
    assert authors(said(article, first, second)) == ("Jana Holl", "Li Wei")


def test_an_author_may_have_a_given_and_a_family_name() -> None:
    author = {"@type": "Person", "givenName": "Jana", "familyName": "Holl"}
    assert authors(said({"@type": "NewsArticle", "author": author})) == ("Jana Holl",)


def test_references_in_a_circle_name_nobody() -> None:
    one = {"@id": "#a", "name": {"@id": "#a"}}
    assert authors(said({"@type": "NewsArticle", "author": one})) == ()


@pytest.mark.parametrize(
    "byline",
    [
        '<p class="author">Von Jana Holl</p>',
        '<em class="media_head_journalist_name">Jana Holl</em>',
        '<article>By <span class="field field--name-uid"><a>Jana Holl</a></span></article>',
        '<div class="article-byline">By Jana Holl | 3 March 2026</div>',
        '<span class="post_author_name">Jana Holl</span>',
        '<div class="meta-author-info"><b>Jana Holl</b></div>',
        '<p class="autor"><i>Por</i> Jana Holl</p>',
        '<div class="css-1wkce1i-Byline"><span>Jana Holl</span></div>',
        '<span class="headline-byline_bylineName__6XyH1">Jana Holl</span>',
        '<div class="x1"><a href="/profile/jana-holl-12">Jana Holl</a></div>',
        '<div class="byline"><span>By Jana Holl</span><span>Published 10:15, 4 March</span></div>',
        (
            '<div class="byline"><span>By Jana Holl, Correspondent in Aldino</span><span>'
            "Published at 10:15 GMT, 4 March 2026</span><span>Updated at 12:30</span></div>"
        ),
    ],
)
def test_a_byline_is_told_by_what_it_is_called(byline: str) -> None:
    assert authors(byline) == ("Jana Holl",)
    assert authors(f'<meta name="author" content="Post">{byline}', "Post") == ("Jana Holl",)


@pytest.mark.parametrize("around", ["comments", "related-articles", "teaser", "author-list"])
def test_whoever_wrote_something_else_on_the_page_is_not_the_author(around: str) -> None:
    assert authors(f'<div class="{around}"><p class="author">Jana Holl</p></div>') == ()
    assert authors('<aside><p class="author">Jana Holl</p></aside>') == ()


def test_bylines_of_other_articles_are_those_of_others() -> None:
    other = f"<p>{'Dam holds. ' * 30}</p>"
    page = f'<div><a rel="author">Jana Holl</a> <a rel="author">Li Wei</a></div>{other}'
    page += f'<div>{other}<a rel="author">Otto Rau</a></div>'
    assert authors(page) == ("Jana Holl", "Li Wei")


def test_the_owner_of_a_site_and_a_user_name_stand_back_behind_a_byline() -> None:
    byline = '<p class="author">Jana Holl</p>'
    owner = '<meta name="author" content="Holl & Rau">'
    owner += '<meta name="copyright" content="(c) Holl & Rau 2026">'
    assert authors(owner + byline) == ("Jana Holl",)
    assert authors(owner) == ("Holl", "Rau")
    assert authors('<meta name="author" content="janaholl">' + byline) == ("Jana Holl",)
    assert authors('<meta name="author" content="janaholl">') == ("janaholl",)


def test_links_to_people_within_the_text_are_no_byline() -> None:
    text = f"<p>{'Dam holds. ' * 30}</p>"
    assert authors(f'{text}<a href="/author/jana">Jana Holl</a>') == ()
