"""Markup that is never closed, or closed in ways without end, is read in one pass.

A pass that takes the square of the length, or worse, does not come back within the life of a test.
"""

from __future__ import annotations

import io
import json

import pytest

from indexer.article.addresses import canonical_url, without_tracking
from indexer.article.dates import parse_date
from indexer.article.draft import RawArticle
from indexer.sources.feeds import read_feed
from indexer.sources.formats import detect
from indexer.sources.sitemap.text_sitemap import text_sitemap
from indexer.sources.sitemap.xml_sitemap import xml_sitemap
from indexer.sources.syndication.json_feed import json_feed
from indexer.sources.syndication.xml_feed import xml_feed
from indexer.sources.xml_tree import MOST_BARE, parse_xml, root_name, with_escaped_ampersands
from indexer.text.charsets import escape_encoding
from indexer.text.extraction.body import paragraphs_in
from indexer.text.extraction.dom import decoded_page, tree_of
from indexer.text.extraction.headline import title_of
from indexer.text.extraction.page import MOST_TAGS, page_record
from indexer.text.extraction.structured import Structured
from indexer.text.fragments import is_html, line_of, paragraphs_of

MANY = 300_000


@pytest.mark.parametrize("unit", [b"<!---->", b"<!-- a -->\n", b"<?a?>", b"<!DOCTYPE a>", b" \n"])
@pytest.mark.parametrize("root", [b"<rss/>", b"x", b"<!-- ", b"<!DOCTYPE ["])
def test_the_root_is_found_behind_any_number_of_comments(unit: bytes, root: bytes) -> None:
    assert root_name(unit * 1000 + root) == ("rss" if root == b"<rss/>" else "")


@pytest.mark.parametrize(
    "head",
    [
        b"<?xml version='1.0'?>\n<!-- a --><!DOCTYPE rss [<!ELEMENT a> ]>\n<rss>",
        b"\xef\xbb\xbf<!doctype rss SYSTEM 'a'><?b?> <x:rss a='b'>",
        b"<!DOCTYPE rss PUBLIC 'a' 'b' [ <!-- a --> ] ><rss>",
    ],
)
def test_the_root_is_found_behind_what_belongs_there(head: bytes) -> None:
    assert root_name(head) == "rss"


def test_a_page_of_tags_without_number_is_not_parsed() -> None:
    refused = page_record(b"<html><body>" + b"<p>" * MOST_TAGS)
    assert isinstance(refused, str)
    assert "tags" in refused


@pytest.mark.parametrize(
    "unit", ["<a>", "&lt;", "&amp;amp;", "<![CDATA[a]]>"], ids=["tags", "lt", "amp", "sections"]
)
def test_a_feed_of_marks_without_number_is_refused(unit: str) -> None:
    head = "<rss><channel><item><description>"
    refused = xml_feed((head + unit * 1_000_000).encode())
    assert isinstance(refused, str)
    assert "split it" in refused


def test_unclosed_declarations_are_looked_for_once() -> None:
    assert isinstance(parse_xml(b"<!DOCTYPE a[" * MANY), str)
    root = parse_xml(b"<!DOCTYPE a [<!ELEMENT b>]><a/>")
    assert not isinstance(root, str)


def test_marks_that_never_end_leave_the_text() -> None:
    assert line_of("one <!-- two --> three <!-- four" + "<!--" * MANY) == "one three four"
    assert line_of("<![CDATA[" * MANY + "a]]>b") == "b"
    assert line_of("one <![CDATA[" + "<![CDATA[" * MANY) == "one"
    assert not is_html("<!--" * MANY)


def test_other_marks_are_read_in_one_pass() -> None:
    urls = b"<urlset>" + b"<![CDATA[" * MANY
    assert not isinstance(xml_sitemap(urls), str)
    page = "é".encode("latin-1") + b"<script>" * MANY
    assert decoded_page(page, "latin-1").startswith("é")
    assert decoded_page(page)
    assert escape_encoding(b"~{" + b"a~{" * MANY) is None
    assert escape_encoding(b"~{<:Ky2;VpFFb7~}") == "hz"
    assert not list(text_sitemap(b"http://" + b"a." * MANY + b"<").entries)


def test_a_title_of_a_thousand_parts_stays_as_it_is() -> None:
    title = "bridge | " * 20_000
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>One.</p></body>"
    tree = tree_of(page)
    assert tree is not None
    assert title_of(tree, Structured.of(tree), "The Site") == title.strip()
    assert title_of(tree, Structured.of(tree), "") == title.strip()


@pytest.mark.parametrize(
    "many",
    [
        "".join(f"<category>{n}</category>" for n in range(20_000)),
        "".join(f"<dc:subject>{n}</dc:subject>" for n in range(20_000)),
        f"<itunes:keywords>{','.join(map(str, range(20_000)))}</itunes:keywords>",
        '<enclosure url="http://a.example/1"/>' * 20_000,
        '<media:content url="http://a.example/1"/>' * 20_000,
    ],
)
def test_an_item_with_thousands_of_tags_is_refused(many: str) -> None:
    head, tail = "<rss><channel><title>a</title><item><title>b</title>", "</item></channel></rss>"
    assert "tags" in str(xml_feed(f"{head}{many}{tail}".encode()))
    assert not isinstance(xml_feed(f"{head}<category>a</category>{tail}".encode()), str)


@pytest.mark.parametrize(
    "many",
    [
        "<item>" * 120_000,
        "<a></a>" * 400_000,
        "<title>a &amp; b" * 400_000,
        '<enclosure url="http://a.example/1"/>' * 300_000,
        '<item><enclosure url="http://a.example/1"/></item>' * 99_000,
        "<item " + " ".join(f'a{n}="b"' for n in range(5000)) + "/>",
    ],
)
def test_what_no_feed_has_is_refused(many: str) -> None:
    assert "refused" in str(xml_feed(f"<rss><channel><title>a</title>{many}".encode()))


FEED = "<rss><channel><title>a</title>{}</channel></rss>"


def test_an_export_of_many_articles_with_much_markup_is_no_trap() -> None:
    text = "<p>One.</p>&amp;" * 400
    escaped = text.replace("<", "&lt;")
    items = (
        f"<item><title>{n}</title><description>{escaped}</description></item>"
        f"<item><title>{n}</title><description><![CDATA[{text}]]></description></item>"
        for n in range(200)
    )
    feed = xml_feed(FEED.format("".join(items)).encode())
    assert not isinstance(feed, str)
    assert len(feed.items) == 400
    assert len(feed.items[0].paragraphs) == len(feed.items[1].paragraphs) >= 400


@pytest.mark.parametrize("length", [900, 1100])
def test_an_item_that_is_too_long_costs_itself_only(length: int) -> None:
    text = "a" * length
    item = "<item><guid>1</guid><title>{}</title><description>{}</description></item>"
    xml = FEED.format(item.format("b", text) + item.format("c", "d"))
    objects = [{"id": "1", "title": "b", "content_html": text}, {"id": "2", "content_text": "d"}]
    lines = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": objects})
    for feed in (xml_feed(xml.encode(), limit=1000), json_feed(lines.encode(), limit=1000)):
        assert not isinstance(feed, str)
        first, second = feed.items
        assert ("longer than" in (first.refused or "")) == (length > 1000)
        assert second.paragraphs == ("d",)


def test_an_id_that_is_none_is_not_stored() -> None:
    items = "<item><guid>{}</guid><title>b</title></item>"
    for guid, is_stored in (("x" * 300, True), ("x" * 3000, False)):
        data = io.BytesIO(FEED.format(items.format(guid)).encode())
        (found,) = read_feed(io.BufferedReader(data), "a.rss", 10_000)
        assert isinstance(found, RawArticle)
        assert (found.record["id"].endswith(guid)) == is_stored
        assert ("feed_id" in found.record["meta"]) == is_stored


def test_markup_of_feeds_is_read_without_scripts_and_players() -> None:
    text = "<p>One.</p><script>alert(1)</script><iframe src='a'><a href='b'>A song</a></iframe>"
    feed = xml_feed(
        FEED.format(f"<item><description><![CDATA[{text}]]></description></item>").encode()
    )
    assert not isinstance(feed, str)
    assert feed.items[0].paragraphs == ("One.",)


def test_thousands_of_entities_are_refused() -> None:
    many = "".join(f'<!ENTITY a{n} "b">' for n in range(20_000))
    assert "entities" in str(xml_feed(f"<!DOCTYPE rss [{many}]><rss/>".encode()))


def test_addresses_of_mailboxes_are_no_names() -> None:
    item = "<item><title>b</title><author>{}</author></item>"
    for written, names in (
        ("ann@a.org (Ann Bell)", ("Ann Bell",)),
        ("@" * 100_000, ("@" * 100_000,)),
        ("a@b " * 20_000, None),
    ):
        data = f"<rss><channel><title>a</title>{item.format(written)}</channel></rss>"
        found = xml_feed(data.encode())
        assert not isinstance(found, str)
        assert names is None or found.items[0].authors == names


def test_pages_are_told_behind_any_number_of_comments() -> None:
    assert detect("", b"<!-- a -->" * 3000 + b"<html>") is detect("a.html", b"<html>")
    assert detect("", b"<!-- a -->" * 3000 + b"x") is not None


@pytest.mark.parametrize("unit", [" ", "1", " 1", "+", ":", "a ", "("])
def test_what_is_too_long_for_a_date_or_an_address_is_none(unit: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        parse_date(f"2026{unit * MANY}x")
    assert canonical_url(f"https://a.example/{unit * MANY}x") is None
    assert without_tracking(f"https://a.example/{unit * MANY}x")


def test_of_more_tags_than_a_text_has_the_words_are_read() -> None:
    text = "<p>The bridge is closed.</p>" + "<p>" * MANY + "<p>It opens in May."
    assert paragraphs_in(text) == ["The bridge is closed.", "It opens in May."]
    assert paragraphs_of(text) == ("The bridge is closed.", "It opens in May.")


def test_a_json_feed_of_more_items_than_any_has_is_refused() -> None:
    refused = json_feed(json.dumps({"version": "1.1", "items": [{}] * 100_001}).encode())
    assert refused == "The feed is refused: it has more than 100,000 items; split it."


def test_ampersands_without_end_do_not_grow() -> None:
    feed = "<rss><channel><title>" + "&" * (2 * MOST_BARE) + "</title></channel></rss>"
    assert with_escaped_ampersands(feed) == feed
    assert isinstance(xml_feed(feed.encode()), str)
