"""The feeds and news sitemaps that a site declares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.sources.fetching.discovery import discover
from indexer.sources.fetching.errors import FetchFailed
from indexer.sources.fetching.fetcher import Fetcher
from indexer.sources.fetching.politeness import Politeness
from tests.support.newsroom_site import feed, index, page, urlset
from tests.support.site import Site, serving_site

NEWS = (
    '<n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    "<n:publication_date>2026-03-01</n:publication_date></n:news>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site({"/robots.txt": ""}) as running:
        yield running


def found(site: Site, path: str = "/") -> list[tuple[str, str, str, bool]]:
    with Fetcher(Politeness(delay=0, patience=0, timeout=5, allow_private=True)) as fetcher:
        return [
            (one.kind, one.url.removeprefix(site.url("")), one.title, one.is_news)
            for one in discover(fetcher, site.url(path))
        ]


def test_feeds_that_a_page_declares(site: Site) -> None:
    site.pages["/"] = """<html><head>
      <link rel="alternate" type="application/rss+xml" title="Strait Times (RSS)" href="/feed/">
      <link rel="alternate" type="application/atom+xml" title="Strait Times (Atom)" href="/atom/">
      <link rel="alternate" type="application/rss+xml" href="/c/feed"
            title="Strait Times » Comments">
      <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
      <link REL="Alternate feed" type="application/feed+json; charset=utf-8" title="Sport"
            href="sport.json">
      <link rel="alternate" type="application/json+oembed" href="/oembed">
      <link rel="alternate" hreflang="el" href="/el/">
      <link rel="alternate" type="application/json" title="JSON" href="/wp-json/posts/1">
      <link rel="stylesheet" type="text/css" href="feed.css">
      <link rel="alternate" type="text/xml" title="Politik" href="/politik.rss">
      </head><body><p>News.</p></body></html>"""
    assert found(site) == [
        ("feed", "/feed/", "Strait Times (RSS)", True),
        ("feed", "/sport.json", "Sport", True),
        ("feed", "/politik.rss", "Politik", True),
    ]


@pytest.mark.parametrize(
    ("title", "path", "taken"),
    [
        ("Strait Times » Comments Feed", "/a", False),
        ("Talbote » Kommentar-Feed", "/a", False),
        ("Le Cap » Flux des commentaires", "/a", False),
        ("El Cabo » Feed de los comentarios", "/a", False),
        ("All", "/feeds/17/comments/default", False),
        ("All", "/?feed=comments-rss2", False),
        ("Comment is free", "/commentisfree/rss", True),
        ("Opinion", "/voices/comment/rss", True),
        ("Kommentar", "/meinung/kommentar/rss", True),
    ],
)
def test_feeds_of_comments_are_told_from_those_of_the_opinion_pages(
    site: Site, title: str, path: str, taken: bool
) -> None:
    link = f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{path}">'
    site.pages["/"] = f"<html>{link}</html>"
    assert bool(found(site)) is taken


def test_feeds_of_a_header(site: Site) -> None:
    site.pages["/"] = lambda visit: visit.send(
        page(1),
        headers={
            "Link": '</feed>; rel="alternate"; type="application/rss+xml"; title="All, of it", '
            "</x>; rel=next"
        },
    )
    assert found(site) == [("feed", "/feed", "All, of it", True)]


def test_feeds_that_readers_are_offered_are_looked_at(site: Site) -> None:
    site.pages |= {
        "/": '<html><body><a href="/rss">RSS</a> <a href="/rss-help">What is RSS?</a>'
        '<a href="/about">About</a> <a href="/none.rss">Old</a> <a href="https://social.example/feed">Us</a></body></html>',
        "/rss": feed([("http://a.example/", "A")]),
        "/rss-help": page(1),
    }
    assert found(site) == [("feed", "/rss", "RSS", True)]


def test_a_page_that_lists_the_feeds_of_a_site_is_read(site: Site) -> None:
    site.pages |= {
        "/": '<html><body><a href="/service/rss/">RSS</a></body></html>',
        "/service/rss/": '<html><body><a href="/rss/politics.xml">Politics</a>'
        '<a href="sport.xml">Sport</a><a href="/rss/help.html">Help with RSS</a></body></html>',
        "/rss/politics.xml": feed([("http://a.example/", "A")]),
        "/service/rss/sport.xml": feed([("http://a.example/", "A")]),
        "/rss/help.html": page(1),
    }
    assert [url for _, url, *_ in found(site)] == ["/rss/politics.xml", "/service/rss/sport.xml"]


def test_an_article_leads_to_the_feeds_of_the_first_page(site: Site) -> None:
    site.pages |= {
        "/2026/ferry": page(1),
        "/": '<html><link rel="alternate" type="application/rss+xml" href="/feed"></html>',
    }
    assert found(site, "/2026/ferry") == [("feed", "/feed", "", True)]


def test_a_feed_and_a_sitemap_are_found_themselves(site: Site) -> None:
    site.pages |= {
        "/feed": feed([("http://a.example/", "A")], "Ferries"),
        "/moved": lambda visit: visit.redirect("/feed", 301),
        "/news.xml": urlset([(site.url("/1"), "")], NEWS),
        "/all.xml": urlset([(site.url("/1"), "")]),
    }
    assert found(site, "/feed") == found(site, "/moved") == [("feed", "/feed", "Ferries", True)]
    assert found(site, "/news.xml") == [("sitemap", "/news.xml", "", True)]
    assert found(site, "/all.xml") == [("sitemap", "/all.xml", "", False)]


def test_news_sitemaps_are_told_from_others(site: Site) -> None:
    site.pages |= {
        "/": page(1),
        "/robots.txt": "Sitemap: /all.xml\nSitemap: /index.xml\nSitemap: /gone.xml\n",
        "/all.xml": urlset([(site.url("/1"), "")]),
        "/index.xml": index([site.url("/pages.xml"), site.url("/sitemap-news.xml")]),
        "/pages.xml": urlset([(site.url("/1"), "")]),
        "/sitemap-news.xml": urlset([(site.url("/1"), "")], NEWS),
    }
    assert found(site) == [
        ("sitemap", "/sitemap-news.xml", "", True),
        ("sitemap", "/all.xml", "", False),
        ("sitemap", "/index.xml", "", False),
        ("sitemap", "/gone.xml", "", False),
    ]


def test_an_address_that_cannot_be_fetched_is_said(site: Site) -> None:
    with pytest.raises(FetchFailed):
        found(site, "/none")
