"""Sitemaps in XML and text, and robots.txt: told, read, and what they say of a page."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle, Reject
from indexer.sources.formats import detect
from indexer.sources.reader import Reader, read_stream
from indexer.sources.sitemap.entries import Entry, Kind
from indexer.sources.sitemaps import FORMAT, INDEXES, PAGES, sitemap_of
from indexer.text.encoding import MAX_ARTICLE_BYTES
from tests.support.newsroom_site import index, urlset

NEWS = """<?xml version="1.0" encoding="UTF-8"?><!-- made by hand -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc> https://strait.example/ferry?a=1&amp;b=2 </loc><lastmod>2026-03-02T10:00:00Z</lastmod>
<n:news><n:publication><n:name>Strait Times</n:name><n:language>en</n:language></n:publication>
<n:publication_date>2026-03-02T09:00:00+01:00</n:publication_date>
<n:title><![CDATA[Ferry & crew]]></n:title>
<n:keywords>ferry, islands, ferry</n:keywords></n:news>
<image:image><image:loc>https://strait.example/ferry.jpg</image:loc>
<image:title>Not the title</image:title></image:image>
<xhtml:link rel="alternate" hreflang="el" href="https://strait.example/el/ferry"/></url></urlset>"""


def entries(data: str | bytes, base: str | None = None) -> list[Entry]:
    sitemap = sitemap_of(data.encode() if isinstance(data, str) else data, base)
    assert not isinstance(sitemap, str), sitemap
    return list(sitemap.entries)


def urls(data: str | bytes, base: str | None = None) -> list[str]:
    return [entry.url for entry in entries(data, base)]


def read(data: bytes, name: str = "x") -> list[RawArticle | Reject]:
    return list(read_stream(io.BufferedReader(io.BytesIO(data)), name, MAX_ARTICLE_BYTES))


def test_a_news_sitemap_says_what_the_article_is() -> None:
    (entry,) = entries(NEWS)
    assert entry.record() == {
        "url": "https://strait.example/ferry?a=1&b=2",
        "title": "Ferry & crew",
        "published": "2026-03-02T09:00:00+01:00",
        "updated": "2026-03-02T10:00:00Z",
        "source": "Strait Times",
        "lang": "en",
        "tags": ["ferry", "islands"],
        "meta": {"summary": True},
    }
    assert entry.images == ("https://strait.example/ferry.jpg",)
    assert entry.alternates == {"el": "https://strait.example/el/ferry"}


@pytest.mark.parametrize(
    "root",
    [
        '<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">{}</urlset>',
        '<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9/">{}</urlset>',
        "<urlset>{}</urlset>",
        '<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9">{}</s:urlset>',
        "<ns:urlset>{}</ns:urlset>",
        "<URLSET>{}</URLSET>",
        '<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><!-- b --><urlset>{}</urlset>',
        '<?xml version="1.0" encoding="UTF-16"?><urlset>{}</urlset>',
        "\n\n <urlset>{}",
    ],
)
def test_pages_are_found_whatever_the_namespace(root: str) -> None:
    text = root.format(
        "<url><loc>http://a.example/1</loc></url><url><loc>http://a.example/ü</loc></url>"
    )
    assert urls(text) == ["http://a.example/1", "http://a.example/ü"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_encodings(encoding: str) -> None:
    text = urlset([("http://a.example/caf\u00e9-au-lait-\u00e9t\u00e9", "2026-01-01")] * 2)
    assert len(entries(text.encode(encoding))) == 2
    if encoding != "latin-1":
        assert urls(text.encode(encoding))[0].endswith("caf\u00e9-au-lait-\u00e9t\u00e9")


def test_a_sitemap_that_was_cut_off_gives_what_it_has() -> None:
    text = urlset([(f"http://a.example/{n}", "") for n in range(10)])
    assert len(urls(text[: len(text) // 2])) in (4, 5)
    broken = text.replace("http://a.example/3", "http://a.example/3?a&b=c")
    assert urls(broken)[3] == "http://a.example/3?a&b=c"
    assert len(urls(text.replace("example/3", "example/3<b"))) == 10


def test_an_index_lists_sitemaps_also_without_loc() -> None:
    sitemap = sitemap_of(index(["http://a.example/1.xml"]).encode())
    assert not isinstance(sitemap, str)
    assert sitemap.kind is Kind.SITEMAPS
    text = "<sitemapindex><sitemap>\nhttp://a.example/1.xml?a=1&amp;b=2\n</sitemap></sitemapindex>"
    assert urls(text) == ["http://a.example/1.xml?a=1&b=2"]


def test_relative_addresses_belong_to_where_the_sitemap_is() -> None:
    text = urlset([("/1", ""), ("ftp://a.example/", ""), ("", "")])
    assert urls(text) == []
    assert urls(text, "https://a.example/maps/x.xml")[0] == "https://a.example/1"


def test_lists_of_addresses() -> None:
    text = "\ufeffhttp://a.example/1\r\n\r\n  https://a.example/2?x=1&y=2\r\nhttp://a.example/1\r\n"
    assert urls(text) == ["http://a.example/1", "https://a.example/2?x=1&y=2"]
    assert urls(text.encode("utf-16")) == urls(text)
    many = "# all pages\n" + "".join(f"http://a.example/{n}\n" for n in range(20))
    assert len(urls(many, "http://a.example/list.txt")) == 20


@pytest.mark.parametrize(
    "text",
    [
        "user-agent: *\n\nSITEMAP : http://a.example/1.xml\nSitemap:http://a.example/2.xml # b",
        "# rules\nsitemap: http://a.example/1.xml\r\nuser-agent: a\r\nsitemap: http://a.example/2.xml",
    ],
)
def test_robots_txt_names_sitemaps(text: str) -> None:
    for data in (text.encode(), text.encode("utf-16"), text.encode("utf-8-sig")):
        assert urls(data) == ["http://a.example/1.xml", "http://a.example/2.xml"]
        assert detect("robots.txt", data) is FORMAT
    assert (
        urls(text + "\nSitemap: /3.xml", "http://b.example/robots.txt")[2]
        == "http://b.example/3.xml"
    )


@pytest.mark.parametrize(
    "text",
    [
        "The sitemap of the story: a long way.\nAnd then it ends.",
        "Host: Anna Example\n\nGood evening. " + "The programme tonight is about ferries.\n" * 9,
        "http://a.example/1\nwas the first page of the web.",
        "<html><body>&lt;urlset> is an element: <urlset></body></html>",
        '{"text": "<urlset>"}',
        "a,b\nhttp://a.example,1\n",
    ],
)
def test_other_texts_are_no_sitemaps(text: str) -> None:
    assert detect("x.txt", text.encode()) is not FORMAT


def test_a_robots_txt_without_sitemaps_is_said_so() -> None:
    for text in ("User-agent: *\nDisallow:\n", "User-agent: *\nSitemap: /relative.xml\n"):
        (refused,) = read(text.encode(), "robots.txt")
        assert isinstance(refused, Reject)
        assert "names no sitemap" in refused.reason


def test_traps_are_refused() -> None:
    bomb = '<!DOCTYPE urlset [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + urlset([("&c;", "")])
    assert isinstance(sitemap_of(bomb.encode()), str)
    (refused,) = read(bomb.encode())
    assert isinstance(refused, Reject)
    assert "entities" in refused.reason


def test_a_file_gives_a_record_per_address() -> None:
    data = gzip.compress(
        urlset([("http://a.example/1", "2026-01-01"), ("http://a.example/2", "")]).encode()
    )
    found = read(data, "sitemap.xml")
    assert [one.read_as for one in found] == [PAGES, PAGES]
    assert [one.record["url"] for one in found if isinstance(one, RawArticle)] == [
        "http://a.example/1",
        "http://a.example/2",
    ]
    assert [one.read_as for one in read(index(["http://a.example/1"]).encode())] == [INDEXES]


def test_addresses_in_files_are_not_articles_unless_they_are_followed(
    tmp_path: Path,
) -> None:
    (tmp_path / "news.xml").write_text(NEWS)
    (tmp_path / "pages.xml").write_text(urlset([("http://a.example/1", "")]))
    (tmp_path / "robots.txt").write_text("Sitemap: http://a.example/1.xml\n")
    news, page, sitemap = Reader([str(tmp_path)])
    assert isinstance(news, RawArticle)
    assert news.record["title"] == "Ferry & crew"
    assert isinstance(page, Reject)
    assert page.reason == "http://a.example/1 is the address of a page; --follow fetches it."
    assert isinstance(sitemap, Reject)
    assert "of a sitemap" in sitemap.reason


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    for begin in (
        b"",
        b"<urlset><url><loc>http://a.example/",
        b"Sitemap: ",
        b"http://a.example/\n",
    ):
        sitemap = sitemap_of(begin + data, "http://a.example/")
        if not isinstance(sitemap, str):
            for entry in sitemap.entries:
                assert entry.record()["url"].lower().startswith("http")


def test_what_was_escaped_twice_is_read_as_it_was_meant() -> None:
    entry = Entry("https://a.example/1", title="Ferry &amp; crew &#8211; home", source="A &amp; B")
    assert entry.record()["title"] == "Ferry & crew \u2013 home"
    assert entry.record()["source"] == "A & B"


def test_keywords_are_parted_by_the_commas_of_any_script() -> None:
    keywords = "ferry, islands; sea\u060c port\u3001harbour\uff0cquay"
    record = Entry("https://a.example/1", keywords=keywords).record()
    assert record["tags"] == ["ferry", "islands", "sea", "port", "harbour", "quay"]


def test_what_a_sitemap_declares_counts_where_it_is_not_utf_8() -> None:
    text = NEWS.replace("UTF-8", "windows-1251").replace("Ferry & crew", "Паром и <b>люди</b>")
    (entry,) = entries(text.encode("cp1251"))
    assert entry.record()["title"] == "Паром и люди"


def test_a_file_of_relative_addresses_says_so() -> None:
    (refused,) = read(urlset([("/1", ""), ("2.html", "")]).encode(), "sitemap.xml")
    assert isinstance(refused, Reject)
    assert refused.reason == "The sitemap lists no page by its whole address."
    assert not read(urlset([]).encode(), "sitemap.xml")
