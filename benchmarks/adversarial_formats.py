"""Inputs made to take all time or memory, in formats that have a structure; see `adversarial`."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping

import openpyxl

Made = Callable[[int], bytes]


def of(unit: str | bytes, before: str = "", after: str = "") -> Made:
    """A unit over and over, up to a length in bytes."""
    data = unit.encode() if isinstance(unit, str) else unit

    def made(size: int) -> bytes:
        return before.encode() + data * (size // len(data)) + after.encode()

    return made


def nested(opening: str, closing: str, before: str = "", after: str = "") -> Made:
    """As many openings as closings."""

    def made(size: int) -> bytes:
        count = size // (len(opening) + len(closing))
        return (before + opening * count + closing * count + after).encode()

    return made


def numbered(unit: str, before: str = "", after: str = "") -> Made:
    """A unit over and over, with a number of its own in the place of `%`."""

    def made(size: int) -> bytes:
        count = size // (len(unit) + 5)
        return (before + "".join(unit.replace("%", str(n)) for n in range(count)) + after).encode()

    return made


ARTICLE = "<p>The bridge in the old town is closed until autumn, as the council said.</p>" * 5
HTML, BODY = "<!DOCTYPE html><html><head><title>The bridge</title>", f"</head><body>{ARTICLE}"
PAGES: Mapping[str, Made] = {
    "divisions": nested("<div>", "</div>", HTML + BODY),
    "open divisions": of("<div>", HTML + BODY),
    "paragraphs": of("<p>The bridge is closed until autumn.</p>", HTML + BODY),
    "open paragraphs": of("<p>a", HTML + BODY),
    "bold": of("<b>a", HTML + BODY),
    "links": numbered('<a href="/a%">a</a> ', HTML + BODY),
    "tables": nested("<table><tr><td>", "</td></tr></table>", HTML + BODY),
    "cells": of("<td>a", HTML + BODY + "<table><tr>"),
    "lists": nested("<ul><li>", "</li></ul>", HTML + BODY),
    "headings": of("<h1>a</h1>", HTML + BODY),
    "breaks": of("<br>a", HTML + BODY),
    "open comment": of("<!--", HTML + BODY),
    "comments": of("<!---->", "", "<html><body>One."),
    "doctypes": of("<!DOCTYPE[", ""),
    "closings": of("</div>", HTML + BODY),
    "an attribute": of("a ", HTML + BODY + '<p title="', '">'),
    "attributes": numbered("a%=b ", HTML + BODY + "<p ", ">a"),
    "classes": of("byline ", HTML + BODY + '<p class="', '">By A B</p>'),
    "entities": of("&lt;", HTML + BODY),
    "a script": of("{", HTML + "<script>", "</script>" + BODY),
    "linked data": nested('{"a":', "}", HTML + '<script type="application/ld+json">', "</script>"),
    "graph": numbered(
        '{"@type":"NewsArticle","headline":"a%"},',
        HTML + '<script type="application/ld+json">{"@graph":[',
        "{}]}</script>" + BODY,
    ),
    "scripts of data": of('<script type="application/ld+json">{}</script>', HTML, BODY),
    "meta": numbered('<meta property="article:tag" content="a%">', HTML, BODY),
    "title": of("bridge | ", "<html><head><title>", f"</title>{BODY}"),
    "bylines": of('<p class="byline">By Ann Bell and </p>', HTML + BODY),
    "dates": of("<time datetime=2026-01-01>1 January 2026</time>", HTML + BODY),
    "names": of("By Ann ", HTML + BODY + "<p class=author>", "</p>"),
    "address": of("data:", HTML + '<link rel=canonical href="', f'">{BODY}'),
    "frames": nested("<svg><g>", "</g></svg>", HTML + BODY),
    "forms": of("<select><option>a", HTML + BODY),
    "spans": nested("<span>", "</span>", HTML + BODY + "<p>"),
    "words": of("word ", HTML + BODY + "<p>", "</p>"),
}
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>a</title>'
ITEM = "<item><title>a</title><description>"
FEEDS: Mapping[str, Made] = {
    "items": numbered("<item><guid>%</guid><title>a</title></item>", RSS, "</channel></rss>"),
    "items alike": of("<item><title>a</title></item>", RSS, "</channel></rss>"),
    "open items": of("<item>", RSS),
    "elements": nested("<a>", "</a>", RSS + "<item>", "</item></channel></rss>"),
    "markup": nested("&lt;div&gt;", "&lt;/div&gt;", RSS + ITEM, "</description></item>"),
    "open markup": of("&lt;", RSS + ITEM),
    "entities": of("&amp;amp;", RSS + ITEM),
    "text": of("A. ", RSS + ITEM, "</description></item></channel></rss>"),
    "categories": numbered("<category>%</category>", RSS + "<item>", "</item></channel></rss>"),
    "keywords": numbered("a%,", RSS + "<item><itunes:keywords>", "</itunes:keywords></item></rss>"),
    "entities of its own": numbered('<!ENTITY a% "b">', "<!DOCTYPE rss [", f"]>{RSS}"),
    "links": numbered("<link>http://a.example/%</link>", RSS + "<item>", "</item></channel></rss>"),
    "enclosures": numbered(
        '<enclosure url="http://a.example/%"/>', RSS + "<item>", "</item></rss>"
    ),
    "guid": of("a", RSS + "<item><guid>", "</guid><title>a</title></item></channel></rss>"),
    "sections": of("<![CDATA[", RSS + ITEM),
    "closed sections": of("<![CDATA[a]]>", RSS + ITEM),
    "comments": of("<!---->", '<?xml version="1.0"?>', "<rss><channel/></rss>"),
    "open comments": of("<!-- ", '<?xml version="1.0"?>'),
    "instructions": of("<?a?>", '<?xml version="1.0"?>', "<rss><channel/></rss>"),
    "doctypes": of("<!DOCTYPE a[", '<?xml version="1.0"?>', "]<rss/>"),
    "brackets": of("]", '<?xml version="1.0"?><!DOCTYPE rss [', "<rss/>"),
    "namespaces": numbered(' xmlns:a%="b"', '<?xml version="1.0"?><rss', "><channel/></rss>"),
    "attributes": numbered(' a%="b"', RSS + "<item", "/></channel></rss>"),
    "control characters": of("\x01", RSS + ITEM, "</description></item></channel></rss>"),
    "ampersands": of("& ", RSS + ITEM, "</description></item></channel></rss>"),
    "address": of("a://", RSS + "<item><link>", "</link></item></channel></rss>"),
}
JSON_FEED = '{"version":"https://jsonfeed.org/version/1.1","title":"a","items":['
JSON_FEEDS: Mapping[str, Made] = {
    "items": numbered('{"id":"%","content_text":"a"},', JSON_FEED, "{}]}"),
    "markup": of("<div>", JSON_FEED + '{"id":"1","content_html":"', '"}]}'),
    "depth": nested("[", "]", JSON_FEED, "]}"),
}
TABLES: Mapping[str, Made] = {
    "one line": of("text,"),
    "columns": numbered("a%,", "", "\n1,2\n"),
    "open quotation": of("a\n", 'title,text\na,"'),
    "quotation marks": of('""', 'title,text\na,"', '"\n'),
    "marks alone": of('"', "title,text\n"),
    "long rows": of("a," * 1000 + "\n", "title,text\n"),
    "empty rows": of(",\n", "title,text\n"),
    "signs": of(";,\t|", "", "\n"),
    "returns": of("\r", "title,text\r"),
}
G2 = '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="a"><contentSet><inlineXML>'
G2_MESSAGE = '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>'
WIRE: Mapping[str, Made] = {
    "G2, depth": nested("<a>", "</a>", G2, "</inlineXML></contentSet></newsItem>"),
    "G2, items": numbered(
        '<newsItem guid="%"><contentMeta><headline>a</headline></contentMeta><contentSet>'
        f"<inlineXML><html><body><p>{'a ' * 1000}</p></body></html></inlineXML></contentSet>"
        "</newsItem>",
        G2_MESSAGE,
        "</itemSet></newsMessage>",
    ),
    "G2, items in items": nested("<newsItem>", "</newsItem>", G2_MESSAGE),
    "NITF, depth": nested("<block>", "</block>", "<nitf><body><body.content>", "</nitf>"),
    "NITF, paragraphs": of("<p>a</p>", "<nitf><body><body.content>", "</nitf>"),
    "NITF, open": of("<p>", "<nitf><body><body.content>"),
    "NewsML 1, components": nested("<NewsComponent>", "</NewsComponent>", "<NewsML><NewsItem>"),
    "NewsML 1, items": of("<NewsItem/>", "<NewsML>", "</NewsML>"),
    "NewsML 1, names": of("<NewsLines><HeadLine>a</HeadLine></NewsLines>", "<NewsML><NewsItem>"),
}
SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
SITEMAPS: Mapping[str, Made] = {
    "addresses": numbered("<url><loc>http://a.example/%</loc></url>", SITEMAP, "</urlset>"),
    "open addresses": of("<url>", SITEMAP),
    "depth": nested("<url>", "</url>", SITEMAP),
    "one address": of("a", SITEMAP + "<url><loc>http://a.example/", "</loc></url></urlset>"),
    "maps": numbered("<sitemap><loc>http://a.example/%</loc></sitemap>", "<sitemapindex>"),
    "comments": of("<!---->", '<?xml version="1.0"?>', "<urlset/>"),
}
NINJS: Mapping[str, Made] = {
    "associations": nested('{"uri":"a","type":"text","associations":{"b":', "}}", "", ""),
    "texts": of("a ", '{"uri":"a","type":"text","headline":"a","body_text":"', '"}'),
    "markup": of("<p>", '{"uri":"a","type":"text","headline":"a","body_html":"', '"}'),
}


def zipped(count: Callable[[int], int], data: bytes) -> Made:
    """An archive of many members."""

    def made(size: int) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(count(size)):
                archive.writestr(f"a{number}.txt", data)
        return file.getvalue()

    return made


def tarred(size: int) -> bytes:
    """An archive of members without anything in them."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number in range(size // 512):
            archive.addfile(tarfile.TarInfo(f"a{number}.txt"))
    return file.getvalue()


def headed(size: int) -> bytes:
    """An archive whose only member has a header as long as a file."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("a.txt")
        member.pax_headers = {"comment": "a" * size}
        archive.addfile(member)
    return file.getvalue()


def warc(body: bytes, head: str = "") -> bytes:
    """Return one record of a web archive."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + head.encode() + b"\r\n" + body
    fields = (
        f"WARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Length: {len(http)}"
    )
    return f"WARC/1.0\r\n{fields}\r\n\r\n".encode() + http + b"\r\n\r\n"


ARCHIVES: Mapping[str, tuple[str, Made]] = {
    "zip, members": (".zip", zipped(lambda size: size // 120, b"")),
    "zip, articles": (".zip", zipped(lambda size: size // 2000, b"The bridge is closed. " * 5)),
    "zip, bomb": (".zip", zipped(lambda size: min(100, size // 10_000), b"0" * 10_000_000)),
    "tar, members": (".tar", tarred),
    "tar, header": (".tar", headed),
    "tar, zeros": (".tar", lambda size: tarred(1024) + b"\0" * size),
    "WARC, records": (".warc", of(warc(b"<p>a"))),
    "WARC, members": (".warc.gz", of(gzip.compress(warc(b"<p>a")))),
    "WARC, no end": (".warc", of("A: b\r\n", "WARC/1.0\r\n")),
    "WARC, one line": (".warc", of("a", "WARC/1.0\r\nA: ")),
    "WARC, fields": (".warc", lambda size: warc(b"<p>a", "A: b\r\n" * (size // 6))),
    "WARC, chunks": (
        ".warc",
        lambda size: warc(b"1\r\na\r\n" * (size // 6), "Transfer-Encoding: chunked\r\n"),
    ),
    "WARC, bomb": (
        ".warc",
        lambda size: warc(
            zlib.compress(b"0" * (40 * min(size, 5_000_000))), "Content-Encoding: deflate\r\n"
        ),
    ),
    "WARC, noise": (".warc", lambda size: warc(b"<p>a") + b"x\r\n" * (size // 3)),
}


LETTER = (
    "From: The Post <news@post.example>\nSubject: Bridge\nMessage-ID: <1@post.example>\n"
    "Date: Thu, 5 Mar 2026 06:00:00 +0100\nMIME-Version: 1.0\n"
)
PARTS = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(20))
MAIL: Mapping[str, Made] = {
    "one line": of("a", LETTER + "\n"),
    "lines": of("a" * 70 + "\n", LETTER + "\n"),
    "lines in parts": of("--" + "a" * 70 + "\n", LETTER + PARTS + "\n"),
    "parts": of("--b\nContent-Type: text/plain\n\na\n", LETTER + PARTS),
    "header": of("X-A: a\n", LETTER, "\na"),
    "folded header": of("a\n ", LETTER + "X-A: ", "\n\na"),
    "words of the subject": of("=?utf-8?q?a?= ", LETTER + "Subject: ", "\n\na"),
    "senders": of("(", LETTER + "From: ", "\n\na"),
    "parameters": of("; a=b", LETTER + "Content-Type: text/plain", "\n\na"),
    "letters": of(f"From a Thu Mar  5 06:00:00 2026\n{LETTER}\n{'a ' * 500}\n\n"),
}


def word(unit: str) -> Made:
    """A document of Word of a unit over and over."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def made(size: int) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            body = f"<w:document {space}><w:body>{unit * (size // len(unit))}</w:body></w:document>"
            archive.writestr("word/document.xml", body)
        return file.getvalue()

    return made


WORD: Mapping[str, Made] = {
    "paragraphs": word("<w:p><w:r><w:t>a</w:t></w:r></w:p>"),
    "empty paragraphs": word("<w:p/>"),
    "open paragraphs": word("<w:p>"),
    "breaks": word("<w:br/>"),
    "words": word("<w:p><w:r><w:t>" + "a " * 1000 + "</w:t></w:r></w:p>"),
}


RTF: Mapping[str, Made] = {
    name: of(unit, "{\\rtf1\\ansi ", "}")
    for name, unit in {
        "paragraphs": "a\\par\n",
        "escapes": "\\'e9",
        "letters": "\\u1234?",
        "groups": "{a}",
        "open groups": "{",
        "fields": "{\\field{\\*\\fldinst HYPERLINK a}{\\fldrslt a}}",
        "open fields": "{\\*\\fldinst ",
        "almost pictures": "0a" * 199 + " ",
        "fonts": "{\\fonttbl{\\f1\\fcharset204 A;}}",
    }.items()
}


def excel(unit: str) -> Made:
    """A spreadsheet with a row or cell over and over."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    names = "".join(f"<c t='inlineStr'><is><t>{one}</t></is></c>" for one in ("Title", "Text"))

    def made(size: int) -> bytes:
        file = io.BytesIO()
        openpyxl.Workbook().save(file)
        book = io.BytesIO()
        with zipfile.ZipFile(file) as empty, zipfile.ZipFile(book, "w") as archive:
            for name in empty.namelist():
                data: str | bytes = empty.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    rows = unit * (size // len(unit))
                    sheet = f"<worksheet {main}><sheetData><row>{names}</row>{rows}</sheetData>"
                    data = f"{sheet}</worksheet>"
                archive.writestr(name, data)
        return book.getvalue()

    return made


EXCEL: Mapping[str, Made] = {
    "rows": excel("<row><c/><c t='inlineStr'><is><t>" + "a " * 150 + "</t></is></c></row>"),
    "empty rows": excel("<row/>"),
    "numbers": excel("<row>" + "<c><v>1</v></c>" * 1000 + "</row>"),
    "open rows": excel("<row>"),
    "texts": excel("<row><c/><c t='inlineStr'><is><t>" + "a " * 1000 + "</t></is></c></row>"),
}


def cases() -> dict[str, tuple[str, Made]]:
    """Every case: its name -> suffix of the file, and what is in it."""
    found: dict[str, tuple[str, Made]] = {}
    for kind, suffix, made in (
        ("page", ".html", PAGES),
        ("feed", ".rss", FEEDS),
        ("JSON feed", ".json", JSON_FEEDS),
        ("table", ".csv", TABLES),
        ("wire", ".xml", WIRE),
        ("sitemap", ".xml", SITEMAPS),
        ("ninjs", ".json", NINJS),
        ("mail", ".eml", MAIL),
        ("Word", ".docx", WORD),
        ("RTF", ".rtf", RTF),
        ("Excel", ".xlsx", EXCEL),
    ):
        found |= {f"{kind}: {name}": (suffix, one) for name, one in made.items()}
    return found | {f"archive: {name}": one for name, one in ARCHIVES.items()}
