"""Web archives: WARC and ARC, whole and damaged, as servers and crawlers really write them."""

from __future__ import annotations

import gzip
import io
import os
import time
import tracemalloc
import zipfile
import zlib

import brotli  # type: ignore[import-untyped,unused-ignore]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle, Reject
from indexer.sources.reader import Reader
from indexer.sources.web_archive.records import Damage, Record, records
from indexer.sources.web_archive.responses import response_of
from tests.support.reading import buffered, read, reasons

PARAGRAPH = "The harbour of {0} opened again on Monday after the storm, the mayor of {0} said. "


def page(name: str) -> bytes:
    text = "".join(f"<p>{PARAGRAPH.format(name) * 3}</p>" for _ in range(4))
    return (
        f"<!doctype html><html><head><title>Harbour of {name}</title></head><body><article>"
        f"<h1>Harbour of {name}</h1>{text}</article></body></html>"
    ).encode()


def http(body: bytes, headers: str = "", status: str = "200 OK", kind: str = "text/html") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{headers}\r\n".encode() + body


def warc(  # noqa: PLR0917 - the parts of a record
    block: bytes, uri: str = "https://ex.org/a", kind: str = "response", extra: str = "",
    length: int | None = None, version: str = "1.0",
) -> bytes:  # fmt: skip
    size = len(block) if length is None else length
    return (
        f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\n"
        f"WARC-Date: 2026-08-20T08:00:00Z\r\n{extra}"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {size}\r\n\r\n"
    ).encode() + block + b"\r\n\r\n"  # fmt: skip


def three(middle: bytes) -> list[bytes]:
    return [
        warc(http(page("Alba")), "https://ex.org/alba"),
        middle,
        warc(http(page("Cora")), "https://ex.org/cora", version="1.1"),
    ]


def titles(items: list[RawArticle | Reject]) -> list[str]:
    return [one.record["title"] for one in items if isinstance(one, RawArticle)]


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 100] for at in range(0, len(body), 100)]
    return b"".join(f"{len(p):x}\r\n".encode() + p + b"\r\n" for p in parts) + b"0\r\n\r\n"


BERO = page("Bero")
WIDE = 100_000


@pytest.mark.parametrize(
    "block",
    [
        http(BERO),
        http(BERO).replace(b"\r\n", b"\n"),
        http(chunked(BERO), "Transfer-Encoding: chunked\r\n"),
        http(BERO, "Transfer-Encoding: chunked\r\n"),
        http(gzip.compress(BERO), "Content-Encoding: gzip\r\n"),
        http(BERO, "Content-Encoding: gzip\r\n"),
        http(zlib.compress(BERO), "Content-Encoding: deflate\r\n"),
        http(zlib.compress(BERO)[2:-4], "Content-Encoding: deflate\r\n"),
        http(chunked(gzip.compress(BERO)),
             "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
        http(BERO, kind="application/octet-stream"),
        http(BERO, status="200"),
        # What crawlers and servers write beside that.
        http(BERO).replace(b"HTTP/1.1 200 OK", b"HTTP/2 200"),
        http(BERO).replace(b"HTTP/1.1", b"HTTP/2.0"),
        http(BERO).replace(b"HTTP/1.1", b"http/1.1"),
        http(BERO).replace(b"Content-Type: text/html\r\n", b"Server: x\r\n"),
        http(BERO).replace(b"text/html", b"text/html;\r\n charset=utf-8"),
        http(BERO, kind="application/xml"),
        http(brotli.compress(BERO), "Content-Encoding: br\r\n"),
        http(chunked(brotli.compress(BERO)),
             "content-encoding: br\r\ntransfer-encoding: chunked\r\n"),
        http(BERO, "Content-Encoding: br\r\n"),
        http(zstandard.compress(BERO), "Content-Encoding: zstd\r\n"),
        http(BERO, "Content-Encoding: zstd\r\n"),
        http(gzip.compress(BERO)),
        http(gzip.compress(zlib.compress(BERO)), "Content-Encoding: deflate, gzip\r\n"),
        http(BERO, "Content-Encoding: identity\r\nContent-Length: 3\r\n"),
        http(BERO, "Content-Encoding: deflate\r\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", ["plain", "members", "one"])
def test_bodies_are_read_whatever_their_headers_say(block: bytes, packed: str) -> None:
    parts = three(warc(block, "https://ex.org/bero"))
    whole = b"".join(parts)
    data = {
        "plain": whole,
        "members": b"".join(map(gzip.compress, parts)),
        "one": gzip.compress(whole),
    }[packed]
    items = read(data, "x.warc.gz", WIDE)
    assert titles(items) == ["Harbour of Alba", "Harbour of Bero", "Harbour of Cora"]
    assert [one.origin.line for one in items] == [1, 2, 3]
    assert {one.read_as for one in items} == {"web archives"}
    first = items[0]
    assert isinstance(first, RawArticle)
    assert first.record["url"] == "https://ex.org/alba"
    assert first.record["meta"]["archived"] == "2026-08-20T08:00:00Z"


@pytest.mark.parametrize(
    "middle",
    [
        warc(http(b"", status="302 Found")),
        warc(http(page("x"), status="404 Not Found")),
        warc(http(b"\x89PNG", kind="image/png")),
        warc(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        warc(http(b""), kind="revisit"),
        warc(b"software: x\r\n", "", "warcinfo"),
        warc(b"1 2 3", "dns:ex.org"),
        warc(
            b"via: https://ex.org/\r\n",
            kind="metadata",
            extra="Content-Type: application/warc-fields\r\n",
        ),
        warc(http(BERO), "urn:text:https://ex.org/bero", "resource"),
        warc(http(BERO), "urn:pageinfo:https://ex.org/bero", "resource"),
        warc(http(BERO), kind="continuation", extra="WARC-Segment-Number: 2\r\n"),
    ],
)
def test_what_is_no_article_is_passed_over(middle: bytes) -> None:
    items = read(b"".join(three(middle)), "x", WIDE)
    assert titles(items) == ["Harbour of Alba", "Harbour of Cora"]
    assert not reasons(items)


@pytest.mark.parametrize("short", range(14))
@pytest.mark.parametrize("unit", [b"x\r\n", b"x", b"warc:x x\n"])
def test_a_record_is_found_behind_noise_of_any_length(unit: bytes, short: int) -> None:
    record = warc(http(page("Riga")))
    noise = (unit * 400_000)[: (1 << 20) - short - len(record)]
    found = read(record + noise + record, "a.warc")
    assert titles(found) == ["Harbour of Riga"] * 2


def test_millions_of_lines_that_are_no_records_are_passed_over_at_once() -> None:
    data = warc(http(page("Riga"))) + b"x\r\n" * 4_000_000
    start = time.process_time()
    assert len(list(records(buffered(data), 1000))) == 2
    assert time.process_time() - start < 2.5


@pytest.mark.parametrize("length", [-400, 300, 5000])
def test_a_length_that_is_wrong_costs_its_record_only(length: int) -> None:
    block = http(BERO)
    items = read(b"".join(three(warc(block, length=len(block) + length))), "x", WIDE)
    assert {"Harbour of Alba", "Harbour of Cora"} <= set(titles(items))


@pytest.mark.parametrize(
    "middle", [b"rubbish\r\n\r\n", b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", bytes(3000)]
)
def test_what_is_no_record_is_one_reject(middle: bytes) -> None:
    items = read(b"".join(three(middle)), "x", WIDE)
    assert titles(items) == ["Harbour of Alba", "Harbour of Cora"]
    assert len(reasons(items)) == 1


def test_a_damaged_member_costs_its_record_only() -> None:
    first, second, third = (gzip.compress(part) for part in three(warc(http(BERO))))
    for at in range(12, len(second) - 8, 40):
        broken = second[:at] + b"\xff\xff\xff\xff" + second[at + 4 :]
        found = titles(read(first + broken + third, "x.warc.gz", WIDE))
        assert found[0] == "Harbour of Alba"
        assert found[-1] == "Harbour of Cora"


def test_a_record_that_is_cut_off_is_marked() -> None:
    said = warc(http(BERO), extra="WARC-Truncated: length\r\n")
    ended = warc(http(BERO))[:-200]
    for data in (said, ended):
        (item,) = read(data, "x", WIDE)
        assert isinstance(item, RawArticle)
        assert item.record["meta"]["truncated"] is True


def test_a_compressed_body_is_unpacked_up_to_the_limit_only() -> None:
    much = BERO + b"<!-- " + bytes(50_000_000)
    for coding, packed in (
        ("br", brotli.compress(much, quality=1)),
        ("zstd", zstandard.compress(much)),
        ("gzip", gzip.compress(much)),
    ):
        record = Record(
            1, "response", "https://ex.org", "", http(packed, f"Content-Encoding: {coding}\r\n")
        )
        tracemalloc.start()
        body = response_of(record, WIDE).body
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert body == much[:WIDE]
        assert peak < 5_000_000


def test_the_first_of_several_segments_is_marked_as_truncated() -> None:
    (item,) = read(warc(http(BERO), extra="WARC-Segment-Number: 1\r\n"), "x", WIDE)
    assert isinstance(item, RawArticle)
    assert item.record["meta"]["truncated"] is True


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\n", b"\n"),
        (b"Content-Length:", b"content-length :"),
        (b"WARC-Target-URI: https://ex.org/bero", b"WARC-Target-URI: <https://ex.org/bero>"),
        (b"WARC-Target-URI: https://", b"WARC-Target-URI:\r\n https://"),
        (b"WARC-Type: response", b"WARC-Type: Response"),
        (b"WARC-Date:", b"WARC-Identified-Payload-Type: text/html\r\nWARC-Date:"),
        (b"WARC/1.0", b"WARC/0.18"),
    ],
)  # fmt: skip
def test_headers_of_records_as_writers_write_them(old: bytes, new: bytes) -> None:
    middle = warc(http(BERO), "https://ex.org/bero").replace(old, new)
    if old == b"\r\n":  # lengths are those of the blocks
        middle = warc(http(BERO).replace(old, new), "https://ex.org/bero").replace(old, new)
    items = read(b"".join(three(middle)), "x", WIDE)
    assert titles(items) == ["Harbour of Alba", "Harbour of Bero", "Harbour of Cora"]
    assert not reasons(items)
    assert isinstance(items[1], RawArticle)
    assert items[1].record["url"] == "https://ex.org/bero"


def test_a_page_without_its_response_is_a_resource() -> None:
    data = warc(BERO, "https://ex.org/bero", "resource").replace(
        b"application/http; msgtype=response", b"text/html"
    )
    assert titles(read(data, "x", WIDE)) == ["Harbour of Bero"]


def test_an_archive_whose_first_member_is_damaged() -> None:
    parts = [gzip.compress(part) for part in three(warc(http(BERO)))]
    damaged = parts[0][:10] + b"\xff" * 30 + parts[0][40:]
    found = titles(read(damaged + b"".join(parts[1:]), "x.warc.gz", WIDE))
    assert found == ["Harbour of Bero", "Harbour of Cora"]


def test_an_arc_with_blanks_in_its_addresses() -> None:
    start = b"1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n\n"
    block = http(BERO)
    data = b"filedesc://x.arc 0.0.0.0 20260820080000 text/plain %d\n" % len(start) + start
    data += b"\nhttps://ex.org/a?q=b c 10.0.0.1 20260820080000 text/html %d\n" % len(block) + block
    for packed in (data, gzip.compress(data)):
        (item,) = read(packed + b"\n" if packed is data else packed, "x.arc", WIDE)
        assert isinstance(item, RawArticle)
        assert item.record["title"] == "Harbour of Bero"
        assert item.record["url"] == "https://ex.org/a?q=b%20c"


def test_a_feed_in_an_archive_gives_its_items() -> None:
    feed = (
        b"<rss version='2.0'><channel><title>T</title><item><title>A</title><link>/a</link>"
        b"<description>x</description></item></channel></rss>"
    )
    data = warc(http(feed, kind="application/rss+xml"), "https://ex.org/feed")
    (item,) = read(data, "x", WIDE)
    assert isinstance(item, RawArticle)
    assert (item.record["url"], item.read_as) == ("https://ex.org/a", "feeds")
    assert str(item.origin) == "x!https://ex.org/feed, line 1"


def test_a_wacz_has_its_records_in_a_folder() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("pages/pages.jsonl", '{"text": "no"}\n')
        archive.writestr("archive/data.warc.gz", gzip.compress(b"".join(three(b""))))
    items = read(out.getvalue(), "x.wacz", WIDE)
    assert titles(items) == ["Harbour of Alba", "Harbour of Cora"]
    assert str(items[0].origin) == "x.wacz!archive/data.warc.gz, line 1"


def test_a_block_over_the_limit_is_bounded() -> None:
    data = b"".join(three(warc(http(BERO + bytes(WIDE)))))
    found = [one for one in records(buffered(data), 5000) if isinstance(one, Record)]
    assert [len(one.block) <= 5000 for one in found] == [True] * 3
    assert found[1].is_truncated


@given(st.binary(max_size=300), st.integers(0, 3000), st.booleans())
def test_any_damage_is_bounded(data: bytes, at: int, packed: bool) -> None:
    parts = three(warc(http(b"x" * 100, kind="image/png")))
    whole = b"".join(map(gzip.compress, parts) if packed else parts)
    for one in records(buffered(whole[:at] + data + whole[at:]), 10_000):
        assert isinstance(one, Record | Damage)
    list(Reader(["-"], stdin=io.BytesIO(whole[:at] + data + whole[at:])))


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_member_that_is_lost_is_a_reject(at: int) -> None:
    parts = [gzip.compress(part) for part in three(warc(http(BERO)))]
    parts[at] = parts[at][:40] + b"\xff" * 30 + parts[at][70:]
    items = read(b"".join(parts), "x.warc.gz", WIDE)
    every = ["Harbour of Alba", "Harbour of Bero", "Harbour of Cora"]
    assert titles(items) == every[:at] + every[at + 1 :]
    damage = "The archive is damaged here; reading goes on with the next record."
    assert reasons(items) == [(at or None, damage)]
    # what came before is whole
    assert not any("truncated" in str(one.record) for one in items if isinstance(one, RawArticle))


def test_a_zip_that_only_lists_its_members_is_no_web_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("datapackage.json", '{"title": "Weirs", "resources": []}')
        archive.writestr("data/weirs.csv", "title,text\nWeir fails,It was old.\n")
        archive.writestr("one.wacz", b"PK\x03\x04")
    table, inner = read(out.getvalue(), "x.zip", WIDE)
    assert isinstance(table, RawArticle)
    assert table.record["title"] == "Weir fails"
    assert isinstance(inner, Reject)
    assert inner.reason == "Archives within archives are not read; unpack this one first."


@pytest.mark.parametrize("begin", [b"\xff\xd8\xff\xe0\x00\x10JFIF", b"%PDF-1.4\n", b"PK\x03\x04"])
def test_what_a_server_only_calls_a_page_is_none(begin: bytes) -> None:
    body = begin + os.urandom(30_000)
    header = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    (refused,) = read(warc(header + body, "https://ex.org/a"), "x.warc", WIDE)
    assert isinstance(refused, Reject)
    assert refused.reason == "The page is not text, whatever it is called."
