"""Feeds: every kind of them, broken ones, and which article an item is."""

from __future__ import annotations

import gzip
import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.article.draft import Draft, RawArticle, Reject
from indexer.article.records import Defaults, parse_record, parse_records
from indexer.sources.feeds import articles_of_feed, told_feed
from indexer.sources.format import Told
from indexer.sources.formats import detect
from tests.support import reading
from tests.support.reading import read, records

ITEM = """<item><title>Harbour opens again</title><link>https://ex.org/1</link>
<guid isPermaLink="false">tag:ex.org,2026:1</guid>
<pubDate>Thu, 20 Aug 2026 10:00:00 +0200</pubDate>
<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ana Silva</dc:creator>
<category>Economy</category><category>Ports</category>
<description>Ships may enter.</description>
<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[
<h2>At last</h2><p>Ships may <b>enter</b> again.<img src="https://t.example/p.gif" width="1"></p>
<script>track()</script><ul><li>Grain</li><li>Oil</li></ul><p>One<br><br>Two</p>
<p>The post <a href="https://ex.org/1">Harbour</a> appeared first on <a href="https://ex.org">Ex</a>.</p>
]]></content:encoded></item>"""


def reasons(items: list[RawArticle | Reject]) -> list[str]:
    return [reason for _, reason in reading.reasons(items)]


def good(items: list[RawArticle | Reject]) -> list[dict[str, Any]]:
    return records([one for one in items if isinstance(one, RawArticle)])


def published(
    items: list[RawArticle | Reject], unpublished: bool = False
) -> tuple[tuple[Draft, ...], list[str]]:
    """Return the articles of an export, and why the others are none: refused, then kept out."""
    raw = [one for one in items if isinstance(one, RawArticle)]
    found = parse_records(raw, Defaults(unpublished=unpublished))
    return found.drafts, reasons(items) + [one.reason for one in found.rejects]


def rss(items: str, channel: str = "", version: str = "2.0") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="{version}"><channel>'
        f"<title>The Example</title><link>https://ex.org/</link><language>en-gb</language>"
        f"{channel}{items}</channel></rss>"
    ).encode()


ATOM = b"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://ex.org/news/" xml:lang="de">
<title>Beispiel</title><author><name>Redaktion</name></author>
<entry><id>urn:uuid:1</id><title type="html">Br&amp;uuml;cke &lt;i&gt;gesperrt&lt;/i&gt;</title>
<link href="bridge"/><published>2026-08-20T08:00:00Z</published>
<updated>2026-08-21T09:00:00+02:00</updated>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Bis Herbst.</p><p>Mindestens.</p></div>
</content>
</entry></feed>"""

RDF = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://ex.org"><title>Ex</title>
<link>https://ex.org</link></channel><item rdf:about="https://ex.org/1"><title>One</title>
<link>https://ex.org/1</link><dc:date>2026-08-20T10:00:00Z</dc:date></item></rdf:RDF>"""

JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Ex",
    "home_page_url": "https://ex.org/",
    "items": [
        {"id": 7, "url": "/7", "title": "Seven", "content_html": "<p>A</p><p>B</p>",
         "date_published": "2026-08-20T10:00:00+02:00", "authors": [{"name": "Li Wei"}]},
        {"id": "8", "title": ["no", "text"], "summary": "Only this.", "tags": ["x", 3]},
        "nothing",
    ],
}  # fmt: skip


def test_an_item_with_all_it_may_have() -> None:
    (record,) = records(read(rss(ITEM), "a"))
    assert record == {
        "id": "tag:ex.org,2026:1",
        "url": "https://ex.org/1",
        "title": "Harbour opens again",
        "paragraphs": ["At last", "Ships may enter again.", "Grain", "Oil", "One", "Two"],
        "lang": "en-gb",
        "source": "The Example",
        "authors": ["Ana Silva"],
        "published": "2026-08-20T08:00:00+00:00",
        "tags": ["Economy", "Ports"],
    } | ({"meta": record["meta"]} if "meta" in record else {})
    assert "summary" not in record.get("meta", {})


def test_atom_has_its_own_base_authors_and_languages() -> None:
    (record,) = records(read(ATOM, "a"))
    assert record["url"] == "https://ex.org/news/bridge"
    assert record["title"] == "Brücke gesperrt"
    assert record["paragraphs"] == ["Bis Herbst.", "Mindestens."]
    assert (record["authors"], record["lang"]) == (["Redaktion"], "de")
    assert record["published"] == "2026-08-20T08:00:00+00:00"
    assert record["updated"] == "2026-08-21T07:00:00+00:00"


def test_a_headline_is_all_the_text_of_an_item_without_one() -> None:
    (record,) = records(read(RDF, "a"))
    assert record["title"] == "One"
    assert "paragraphs" not in record
    assert record["meta"] == {"summary": True}
    assert record["published"] == "2026-08-20T10:00:00+00:00"


def test_a_json_feed() -> None:
    items = read(json.dumps(JSON_FEED).encode(), "a.json")
    seven, eight = good(items)
    assert (seven["id"], seven["url"], seven["paragraphs"]) == (
        "ex.org:7",
        "https://ex.org/7",
        ["A", "B"],
    )
    assert (eight["paragraphs"], eight["tags"]) == (["Only this."], ["x"])
    assert eight["meta"]["summary"] is True
    assert reasons(items) == ["The item is not an object."]


@pytest.mark.parametrize("name", ["a.xml", "a.html", "a.json", "a.txt", "a", "a.rss", "a.gz"])
@pytest.mark.parametrize("data", [rss(ITEM), ATOM, RDF, gzip.compress(ATOM)])
def test_content_tells_a_feed_whatever_its_name(data: bytes, name: str) -> None:
    assert len(records(read(data, name))) == 1


@pytest.mark.parametrize(
    "page",
    [
        b"<!doctype html><html><body><pre>&lt;rss version='2.0'></pre><rss version='2.0'>",
        b"<html><head><link type='application/rss+xml'></head><body>News",
        b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><body/>",
        b"# How feeds work\n\n    <?xml version='1.0'?><rss version='2.0'>\n",
        b'{"version": "1", "items": []}',
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><x/></rdf:RDF>",
    ],
)
def test_what_only_speaks_of_feeds_is_none(page: bytes) -> None:
    assert told_feed(page) is not Told.EXACTLY
    found = detect("a", page)
    assert isinstance(found, str) or found.name != "feeds"


@pytest.mark.parametrize(
    "data",
    [
        rss(ITEM).replace(b"</channel></rss>", b""),
        b"\n\n \xef\xbb\xbf" + rss(ITEM),
        b"<br />\n<b>Warning</b>: something in x.php\n" + rss(ITEM),
        rss(ITEM).replace(b"Ships may enter.", b"R&D & more \x0b &nbsp;&hellip; <"),
        rss(ITEM) + b"<!-- cached --><script>x()</script>",
        rss(ITEM).replace(b'encoding="UTF-8"', b'encoding="utf-16"'),
        rss(ITEM).replace(b'encoding="UTF-8"', b'encoding="iso-8859-1"'),
        rss(ITEM).decode().encode("utf-16"),
        rss(ITEM).replace(b"<item>", b"<rss:item>").replace(b"</item>", b"</rss:item>"),
    ],
)
def test_broken_feeds_survive(data: bytes) -> None:
    (record,) = records(read(data, "a.rss"))
    assert record["title"] == "Harbour opens again"
    assert record["published"] == "2026-08-20T08:00:00+00:00"


@pytest.mark.parametrize(
    ("declared", "real"),
    [("iso-8859-1", "utf-8"), ("utf-8", "cp1252"), ("windows-1251", "cp1251"), ("", "utf-8"),
     ("us-ascii", "utf-8"), ("shift_jis", "cp932"), ("gb2312", "gb18030"), ("nonsense", "utf-8")],
)  # fmt: skip
def test_declared_encodings_may_be_wrong(declared: str, real: str) -> None:
    texts = {
        "cp1251": "Мэр закрыл мост",
        "cp932": "市長は橋を閉鎖した",
        "gb18030": "市长关闭了大桥",
    }
    title = texts.get(real, "Café fermé à Zürich, später geöffnet")
    data = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><item><title>'
    data += f"{title}</title></item></channel></rss>"
    (record,) = records(read(data.encode(real), "a"))
    assert record["title"] == title


def _ids(data: bytes) -> list[str]:
    return [parse_record(one).id for one in articles_of_feed(data, "a", 10**7)
            if isinstance(one, RawArticle)]  # fmt: skip


def item(title: str = "A", link: str = "", guid: str = "", text: str = "Text") -> str:
    given = f"<guid>{guid}</guid>" if guid else ""
    address = f"<link>{link}</link>" if link else ""
    return f"<item><title>{title}</title>{address}{given}<description>{text}</description></item>"


def test_different_items_stay_different_whatever_they_share() -> None:
    same_id = item("A", "https://ex.org/a", "x") + item("B", "https://ex.org/b", "x")
    same_link = item("A", "https://ex.org/") + item("B", "https://ex.org/")
    nothing = "".join(item(f"{n}") for n in range(50))
    untitled = item("", text="One") + item("", text="Two")
    parts = item("A", "https://ex.org/#a", "https://ex.org/#a")
    parts += item("B", "https://ex.org/#b", "https://ex.org/#b")
    same_title = item("A", "https://ex.org/a", "x") + item("A", "https://ex.org/b", "x")
    for items in (same_id, same_link, nothing, untitled, parts, same_title):
        found = _ids(rss(items))
        assert len(set(found)) == len(found) >= 2


def test_an_item_is_the_same_article_when_it_is_read_again() -> None:
    for one in (
        item(link="http://ex.org/a", guid="http://ex.org/a"),
        item(link="https://ex.org/a", guid="17"),
        item(link="https://ex.org/a"),
        item(),
        item(guid="http://ex.org/?p=4", link="http://ex.org/a"),
    ):
        before = _ids(rss(one))
        moved = _ids(rss(one.replace("http://", "https://") + item("New", "https://ex.org/new")))
        assert before[0] == moved[0]
    assert _ids(rss(item(guid="17") * 2))[0] == _ids(rss(item(guid="17")))[0]


def test_an_id_that_counts_in_one_feed_only_is_no_id_of_another() -> None:
    one = rss(item(guid="17"))
    assert _ids(one) != _ids(one.replace(b"https://ex.org/", b"https://other.example/"))


def test_an_item_from_the_future_keeps_its_date() -> None:
    later = datetime.now(UTC).year + 2
    data = rss(f"<item><title>A</title><pubDate>1 Jan {later} 10:00:00 GMT</pubDate></item>")
    (record,) = records(read(data, "a"))
    assert record["published"] == f"{later}-01-01T10:00:00+00:00"


def test_text_that_looks_like_html_stays() -> None:
    data = rss(
        item("Use &amp;lt;b&amp;gt; well", text="&lt;p&gt;Write &amp;lt;br&amp;gt; so&lt;/p&gt;")
    )
    (raw,) = read(data, "a")
    assert isinstance(raw, RawArticle)
    draft = parse_record(raw)
    assert (draft.title, draft.body) == ("Use <b> well", ("Write <br> so",))


MODULES = (
    'xmlns:m="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)
CAPTION = (
    '<m:content url="p.jpg" medium="image"><m:title>Picture 7</m:title><m:description>'
    "A ferry before the old lighthouse of Skarholm in the morning mist, seen from the northern pier"
    " (archive picture of the harbour office)</m:description></m:content>"
)
TEXT = "<description>The ferry runs again.</description>"


@pytest.mark.parametrize("inner", [TEXT + CAPTION, CAPTION + TEXT])
def test_the_caption_of_a_picture_is_not_the_article(inner: str) -> None:
    data = rss(f"<item {MODULES}><title>Ferry</title>{inner}</item>")
    (record,) = records(read(data, "a"))
    assert record["paragraphs"] == ["The ferry runs again."]
    assert record["meta"]["summary"] is True


def test_the_content_wins_over_a_longer_caption() -> None:
    content = "<content:encoded>&lt;p&gt;It runs again since noon.&lt;/p&gt;</content:encoded>"
    data = rss(f"<item {MODULES}><title>Ferry</title>{CAPTION}{content}{TEXT}</item>")
    (record,) = records(read(data, "a"))
    assert record["paragraphs"] == ["It runs again since noon."]
    assert "meta" not in record


def test_of_a_video_the_description_is_all_there_is() -> None:
    data = rss(f"<item {MODULES}><title>Ferry</title><m:group>{CAPTION}</m:group></item>")
    (record,) = records(read(data, "a"))
    assert record["paragraphs"][0].startswith("A ferry before")
    assert record["meta"]["summary"] is True


@pytest.mark.parametrize("name", ["itunes:summary", "dc:description"])
@pytest.mark.parametrize("first", [True, False])
def test_a_second_description_is_a_summary_too(name: str, first: bool) -> None:
    other = f"<{name}>The ferry runs again, and what the crew says of it.</{name}>"
    inner = other + TEXT if first else TEXT + other
    data = rss(f"<item {MODULES}><title>Ferry</title>{inner}</item>")
    (record,) = records(read(data, "a"))
    assert record["paragraphs"] == ["The ferry runs again, and what the crew says of it."]
    assert record["meta"]["summary"] is True


@pytest.mark.parametrize(
    "head",
    [
        "<span>Ferry</span> <span><span>admin</span></span> <span>Sa., 01.08.2026 - 10:00</span>",
        "<span>Ferry</span><span>Olga Lind</span><span>Sat, 08/01/2026 - 10:00</span>",
    ],
)
def test_title_and_author_before_the_text_are_left_out(head: str) -> None:
    inner = html.escape(f"{head}<div><p>The ferry runs again.</p></div>")
    data = rss(f"<item><title>Ferry</title><description>{inner}</description></item>")
    (record,) = records(read(data, "a"))
    assert record["paragraphs"] == ["The ferry runs again."]


def test_a_summary_that_is_the_title_again_is_none() -> None:
    inner = html.escape('<a href="x">Ferry runs</a>&nbsp;<font>The Post</font>')
    data = rss(
        f"<item><title>Ferry runs - The Post</title><description>{inner}</description></item>"
    )
    (record,) = records(read(data, "a"))
    assert "paragraphs" not in record


def test_a_mailbox_with_a_long_domain_and_a_second_author() -> None:
    data = rss(
        f"<item {MODULES}><title>A</title><author>olga@ex.example (Olga Lind)</author>"
        "<dc:creator>By Per Holm</dc:creator></item>"
    )
    (record,) = records(read(data, "a"))
    assert record["authors"] == ["Olga Lind", "Per Holm"]


def test_a_section_within_a_section() -> None:
    inner = "<![CDATA[<![CDATA[<p>The ferry runs again.</p>]]]]><![CDATA[>]]>"
    data = rss(f"<item><title>A</title><description>{inner}</description></item>")
    (record,) = records(read(data, "a"))
    assert record["paragraphs"] == ["The ferry runs again."]


@pytest.mark.parametrize(
    "date", ["soon", "01/02/2026 - 10:00", "Sat, 01 Aug 2026 10:00:00 IST", "31 Nov 2026"]
)
def test_a_date_that_cannot_be_read_is_noted_and_costs_the_date_only(date: str) -> None:
    (raw,) = read(rss(f"<item><title>A</title><pubDate>{date}</pubDate></item>"), "a")
    assert isinstance(raw, RawArticle)
    draft = parse_record(raw)
    assert draft.published is None
    assert draft.meta["unread"] == {"published": date}


@pytest.mark.parametrize("date", ["0000-00-00 00:00:00", "Mon, 01 Jan 0001 00:00:00 +0000", ""])
def test_a_date_that_stands_for_none_is_none(date: str) -> None:
    (record,) = records(read(rss(f"<item><title>A</title><pubDate>{date}</pubDate></item>"), "a"))
    assert "published" not in record


@pytest.mark.parametrize(
    "date",
    [
        "2026/08/01 10:00:00",
        "20260801T100000Z",
        "1785578400",
        "2026-08-01 12:00:00 CEST",
        "2026-08-01T12:00:00 Europe/Berlin",
        "Sat, 01 August 2026 19:00:00 JST",
        "2026年8月1日(土) 10時00分",
        "2026년 8월 1일 10:00",
        "Sáb, 01 ago 2026 12:00:00 +0200",
        "Sat, 08/01/2026 - 10:00",
    ],
)
def test_dates_are_read_as_everywhere_else(date: str) -> None:
    (record,) = records(read(rss(f"<item><title>A</title><pubDate>{date}</pubDate></item>"), "a"))
    assert record["published"] == "2026-08-01T10:00:00+00:00"


@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        "<!ENTITY a PUBLIC 'x' 'http://127.0.0.1:1/x'>",
        '<!ENTITY b "bomb"><!ENTITY a "&b;&b;&b;&b;&b;&b;">',
        f'<!ENTITY a "{"x" * 5000}">',
    ],
)
def test_traps_of_xml_are_refused(entity: str) -> None:
    data = rss("<item><title>&a;&a;</title></item>")
    data = data.replace(b"<rss", f"<!DOCTYPE rss [{entity}]>\n<rss".encode())
    (reason,) = reasons(read(data, "a"))
    assert reason.startswith("The XML is refused: its entity 'a'")


def test_the_document_types_of_old_feeds_are_no_traps() -> None:
    doctype = b"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
     "http://my.netscape.com/publish/formats/rss-0.91.dtd" [<!ENTITY % HTMLlat1 PUBLIC "x" "y">
     <!ENTITY ex "The Example">]>\n<rss"""
    (record,) = records(read(rss(item("&ex;"), version="0.91").replace(b"<rss", doctype), "a"))
    assert record["title"] == "The Example"


def test_an_export_of_a_blog_keeps_drafts_and_pictures_out() -> None:
    wp = 'xmlns:wp="http://wordpress.org/export/1.2/"'
    entry = (
        "<item><title>{0}</title><description>x</description><wp:post_type {1}>{2}</wp:post_type>"
        "<wp:status {1}>{3}</wp:status></item>"
    )
    data = rss(
        entry.format("A", wp, "post", "publish")
        + entry.format("B", wp, "post", "draft")
        + entry.format("C", wp, "attachment", "inherit")
        + entry.format("D", wp, "page", "publish")
    )
    date = "<pubDate>Wed, 04 Mar 2026 06:00:00 GMT</pubDate></item>"
    later = entry.format("E", wp, "post", "future").replace("</item>", date)
    data = data.replace(b"</channel>", later.encode() + b"</channel>")
    articles, kept_out = published(read(data, "a"))
    assert [one.title for one in articles] == ["A", "E"]
    assert articles[1].embargo == datetime(2026, 3, 4, 6, tzinfo=UTC)
    assert kept_out == [
        "The item is no text but of the type 'attachment'.",
        "The item is not published: its status is 'draft'; --include-unpublished takes it in.",
        "The item is a page of the site, no article; --include-unpublished takes it in.",
    ]
    articles, _ = published(read(data, "a"), unpublished=True)
    assert [one.title for one in articles] == ["A", "B", "D", "E"]


def test_an_item_of_nothing_is_a_reject() -> None:
    items = read(rss("<item><guid>1</guid></item>" + item()), "a")
    assert reasons(items) == ["The item of the feed has neither a title nor a text."]
    assert len(good(items)) == 1


@given(st.binary(max_size=300), st.integers(0, len(rss(ITEM))), st.booleans())
@example(b"<" * 300, 100, True)
def test_any_bytes_in_a_feed_are_articles_or_rejects(data: bytes, at: int, cut: bool) -> None:
    whole = rss(ITEM)
    for one in articles_of_feed(whole[:at] + data + (b"" if cut else whole[at:]), "a", 10**6):
        if isinstance(one, RawArticle):
            parse_record(one)


@given(st.binary(max_size=200))
def test_any_bytes_after_the_root_are_articles_or_rejects(data: bytes) -> None:
    for start in (b"<rss version='2.0'><channel><item>", b"<feed xmlns='x'><entry>", b'{"items":['):
        list(articles_of_feed(start + data, "a", 10**6))


def test_an_article_about_traps_is_none() -> None:
    text = "<item><title>A</title><description><![CDATA[<!DOCTYPE x [<!ENTITY a SYSTEM 'b'>]>]]>"
    assert len(records(read(rss(text + "</description></item>"), "a"))) == 1


@given(st.binary(max_size=400))
def test_telling_a_feed_takes_any_bytes(data: bytes) -> None:
    assert told_feed(data * 20) in Told


@pytest.mark.parametrize(
    "author",
    [
        "ana@harbour.example (Ana Silva)",
        "Ana Silva &lt;ana@harbour.example&gt;",
        "(Ana Silva) ana@harbour.online",
    ],
)
def test_a_name_beside_a_mailbox_is_the_author(author: str) -> None:
    item = f"<item><title>Harbour</title><author>{author}</author></item>"
    assert good(read(rss(item), "x"))[0]["authors"] == ["Ana Silva"]


def test_a_mailbox_alone_is_no_author() -> None:
    item = "<item><title>Harbour</title><author>desk@harbour.example</author></item>"
    assert "authors" not in good(read(rss(item), "x"))[0]


def test_what_was_escaped_twice_is_read_as_it_was_meant() -> None:
    item = """<item><title>&lt;b&gt;Ships &amp;amp; ports&lt;/b&gt;: 3 &amp;lt; 4</title>
<description><![CDATA[&lt;p&gt;Ships may enter.&lt;/p&gt;&lt;p&gt;Slowly.&lt;/p&gt;]]></description>
</item>"""
    (found,) = good(read(rss(item), "x"))
    assert found["title"] == "Ships & ports: 3 < 4"
    assert found["paragraphs"] == ["Ships may enter.", "Slowly."]


def test_what_asks_for_a_subscription_within_an_item_is_left_out() -> None:
    text = "<p>Ships may enter the harbour again, from the north, in daylight only.</p>" * 9
    form = '<div class="subscription-widget-wrap"><p>Thanks! Subscribe for free.</p></div>'
    caption = '<p class="wp-caption-text">A ship</p>'
    item = (
        f"<item><title>H</title><description><![CDATA[{text}{form}{caption}]]></description></item>"
    )
    (found,) = good(read(rss(item), "x"))
    assert len(found["paragraphs"]) == 9


def test_of_an_export_of_blogger_what_is_published_is_read() -> None:
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
    entry = (
        "<entry><id>tag:blogger.com,1999:{}</id><title>{}</title>{}<content>Text</content></entry>"
    )
    draft = "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft></app:control>"
    new = "<{0} xmlns:blogger='http://schemas.google.com/blogger/2018'>{1}</{0}>"
    when = "<published>2031-03-04T06:15:00Z</published>"
    parts = [
        entry.format(1, "Post", kind.format("post")),
        entry.format(2, "Settings", kind.format("settings")),
        entry.format(3, "Comment", kind.format("comment")),
        entry.format(4, "Draft", kind.format("post") + draft),
        entry.format(5, "New", new.format("blogger:type", "POST")),
        entry.format(6, "Gone", new.format("blogger:status", "TRASHED")),
        entry.format(7, "Soon", new.format("blogger:status", "SCHEDULED") + when),
    ]
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Blog</title>{''.join(parts)}</feed>"
    articles, kept_out = published(read(feed.encode(), "x"))
    assert [one.title for one in articles] == ["Post", "New", "Soon"]
    assert articles[2].embargo == datetime(2031, 3, 4, 6, 15, tzinfo=UTC)
    assert kept_out == [
        "The item is no text but of the type 'settings'.",
        "The item is no text but of the type 'comment'.",
        "The item is not published: its status is 'draft'; --include-unpublished takes it in.",
        "The item is not published: its status is 'trashed'; --include-unpublished takes it in.",
    ]


def test_an_aggregated_item_has_its_own_address_title_and_source() -> None:
    link = "https://www.google.com/url?rct=j&amp;url=https://light.example/a?id%3D7&amp;ct=ga"
    source = '<source url="https://light.example">The Light</source>'
    title = "<title>Dockers vote - again - The Light</title>"
    item = f"<item>{title}<link>{link}</link>{source}</item>"
    (draft,) = published(read(rss(item), "x"))[0]
    assert (draft.title, draft.source) == ("Dockers vote - again", "The Light")
    assert draft.url == "https://light.example/a?id=7"


def test_offers_buttons_and_numbers_of_notes_are_no_text() -> None:
    text = (
        "<p>It held for sixty winters<a href='#footnote-1'>1</a>.</p>"
        "<p>Already a subscriber? Log in</p><p class='button-wrapper'><a href='/s'>Share</a></p>"
        "<p>See <a href='https://a.example/#top'>2026</a> for more.</p>"
        "<p><a href='/b'><b>[ Read more: The old weir ]</b></a></p>"
        "<p>Also read: <a href='/c'>Who pays for the weir?</a></p>"
    )
    item = f"<item><title>A</title><description><![CDATA[{text}]]></description></item>"
    (found,) = good(read(rss(item), "x"))
    assert found["paragraphs"] == ["It held for sixty winters.", "See 2026 for more."]


def _feed_of(item: str) -> bytes:
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:yandex="http://news.yandex.ru" xmlns:turbo="http://turbo.yandex.ru"'
    )
    return (
        f'<rss version="2.0" {spaces}><channel><title>Fenland Post</title>'
        f"<item><title>Weir fails</title><link>https://post.example/weir</link>{item}</item>"
        "</channel></rss>"
    ).encode()


@pytest.mark.parametrize(
    "item",
    [
        "<yandex:full-text>The weir failed.\n\nNobody was hurt.</yandex:full-text>",
        "<yandex:full-text>The weir failed.\nNobody was hurt.</yandex:full-text>",
        (
            "<turbo:content><![CDATA[<header><h1>Weir fails</h1></header><p>The weir failed.</p>"
            "<p>Nobody was hurt.</p>]]></turbo:content>"
        ),
        "<fulltext>The weir failed.\n\nNobody was hurt.</fulltext>",
        (
            "<content:encoded><![CDATA[<!doctype html><html><body><article><header>"
            "<h1>Weir fails</h1><b>9 May</b></header>"
            "<p>The weir failed.</p><p>Nobody was hurt.</p><footer>(c) Post"
            "</footer></article></body></html>]]></content:encoded>"
        ),
        (
            "<content:encoded><![CDATA[<p>The weir failed.</p><p>Nobody was hurt.</p><hr>"
            "<p>Weir fails was originally "
            "published in Fenland on Medium, where people are continuing the "
            "conversation.</p>]]></content:encoded>"
        ),
    ],
)
def test_the_whole_text_counts_wherever_a_feed_has_it(item: str) -> None:
    (article,) = good(read(_feed_of(f"{item}<description>A weir.</description>"), "feed.xml"))

    assert article["paragraphs"] == ["The weir failed.", "Nobody was hurt."]
    assert "meta" not in article


@pytest.mark.parametrize(
    "item",
    [
        "<dc:creator>Ada Fenn and Li Wei</dc:creator>",
        "<author>post@post.example (Ada Fenn, Li Wei)</author>",
        "<byline>By Ada Fenn and Li Wei</byline>",
        (
            '<media:credit role="author">Ada Fenn</media:credit>'
            '<media:credit role="author">Li Wei</media:credit>'
        ),
    ],
)
def test_authors_are_a_name_each_however_a_feed_has_them(item: str) -> None:
    (article,) = read(_feed_of(item), "feed.xml")

    assert isinstance(article, RawArticle)
    assert parse_record(article).authors == ("Ada Fenn", "Li Wei")


@pytest.mark.parametrize("written", ["AT&T & Co.", "AT&T &amp; Co.", "<![CDATA[AT&T & Co.]]>"])
def test_ampersands_that_nobody_escaped_stand_for_themselves(written: str) -> None:
    item = f"<item><title>{written}</title><link>https://ex.org/?a=1&b=2</link></item>"
    (found,) = good(read(rss(item), "x"))
    assert (found["title"], found["url"]) == ("AT&T & Co.", "https://ex.org/?a=1&b=2")


def test_a_headline_above_the_text_of_an_item_is_not_its_first_paragraph() -> None:
    text = "<![CDATA[<h3>Weir fails</h3><p>It was old.</p><p>Weir fails</p>]]>"
    item = f"<item><title>Weir fails!</title><description>{text}</description></item>"
    (found,) = good(read(rss(item), "x"))
    assert found["paragraphs"] == ["It was old.", "Weir fails"]


def test_the_source_of_an_item_in_a_search_for_news() -> None:
    source = '<N:Source xmlns:N="https://finder.example/?format=RSS">The Light</N:Source>'
    source = source.replace("N:", "News:").replace("xmlns:N", "xmlns:News")
    item = f"<item><title>Weir fails</title><link>https://ex.org/1</link>{source}</item>"
    (found,) = good(read(rss(item), "x"))
    assert found["source"] == "The Light"


def test_a_warning_before_a_feed_is_none_of_it() -> None:
    warning = b"PHP Warning:  Undefined variable $x in /srv/index.php on line 3\n"
    (found,) = good(read(warning + rss(item("A")), "x"))
    assert found["title"] == "A"
