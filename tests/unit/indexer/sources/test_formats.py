"""Which format a file has, whatever its name says, and compression."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from indexer.article.draft import RawArticle, Reject
from indexer.errors import BadArticle
from indexer.sources import compression
from indexer.sources.compression import plain
from indexer.sources.formats import detect, formats
from indexer.sources.reader import Reader, Reading
from tests.support.reading import read, reasons, records

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize(
    ("name", "head", "reader"),
    [
        ("a.jsonl", b"x", "read_json_lines"),
        ("a.jsonl.gz", b"x", "read_json_lines"),
        ("A.NDJSON", b"x", "read_json_lines"),
        ("a.json", b'{\n  "text": "a"\n}', "read_json_values"),
        ("a.json", b'[{"text": "a"}]', "read_json_values"),
        ("a.json", b'{"text": "a"}\n{"text": "b"}', "read_json_lines"),
        ("a.md", b"# a", "read_markdown"),
        ("a.txt", b"Title\n\ntext", "read_plain_text"),
        ("a.txt", b'{"text": "a"}\n', "read_json_lines"),
        ("", b'{"text": "a", ', "read_json_lines"),
        ("", b'{\n  "text": "a"}', "read_json_values"),
        ("", b'[\n {"text": "a"}]', "read_json_values"),
        ("", b'{"articles":[\n{"text": "a"},\n{"text": "b"}]}', "read_json_values"),
        ("a.json", b'{"total":2,"articles":[{"text": "a"},\n{"text": "b', "read_json_values"),
        ("a.json", b'{"text":\n"a"}', "read_json_values"),
        ("", b'{"text": "a\n{"text": "b"}\n', "read_json_lines"),
        ("", b'{"id": "x", "text": \n{"text": "b"}\n', "read_json_lines"),
        ("", b'{"text": "a",\n{"text": "b"}\n{"text": "c"}\n', "read_json_lines"),
        ("", b"---\ntitle: a\n---\n", "read_markdown"),
        ("", b"[Berlin] Title\n\ntext", "read_plain_text"),
        ("article.2024", b"Title\n\ntext", "read_plain_text"),
        ("README", b"Title\n\ntext", "read_plain_text"),
        ("a.txt", "Titel\n\nText".encode("utf-16-le"), "read_plain_text"),
    ],
)
def test_formats_are_told_by_name_and_content(name: str, head: bytes, reader: str) -> None:
    shape = detect(name, head)
    assert not isinstance(shape, str), shape
    assert shape.read.__name__ == reader


def test_every_format_has_names_of_its_own() -> None:
    assert {"JSON", "JSON Lines", "Markdown", "plain text"} <= {one.name for one in formats()}
    suffixes = [suffix for one in formats() for suffix in one.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in suffixes)
    assert all(one.media_types for one in formats())


def test_what_is_read_says_in_which_format_it_was() -> None:
    (article,) = read(b"# Flood\n\nThe dam broke.", "a.md")
    (reject,) = read(b"{", "a.jsonl")
    assert (article.read_as, reject.read_as) == ("Markdown", "JSON Lines")


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100), "is not text"),
        ("a.txt", os.urandom(5000), "is not text"),
        ("a.pdf", b"%PDF-1.7 text", "application/pdf"),
        ("a.vcf", b"BEGIN:VCARD", "text/x-vcard"),
        ("a.py", b"import os", "text/x-python"),
        ("a", b'  <?xml version="1.0"?>', "XML"),
    ],
)
def test_what_is_not_read_is_said(name: str, head: bytes, words: str) -> None:
    shape = detect(name, head)
    assert isinstance(shape, str)
    assert words in shape
    assert "JSON Lines" in shape


MAIL = (
    b"From: The Post <news@post.example>\r\nSubject: Bridge\r\n"
    b"Date: Thu, 5 Mar 2026 06:00:00 +0100\r\nMessage-ID: <1@post.example>\r\n\r\n"
    b"The bridge is open.\r\n"
)


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\n", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an older office program"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(200)), "a 7z archive"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(range(200)), "a RAR archive"),
        (b"SQLite format 3\x00" + bytes(100), "an SQLite database"),
        (b"-- MySQL dump 10.13\n\nDROP TABLE IF EXISTS `posts`;\n", "a dump of a database"),
        (b"/* export */\nSET NAMES utf8;\nINSERT INTO `posts` VALUES (1,'A');\n", "a dump"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n", "a calendar"),
        (b"\xef\xbb\xbfBEGIN:VCARD\nFN:Ada Fenn\nEND:VCARD\n", "a list of contacts"),
        (b"WEBVTT\n\n00:01.000 --> 00:04.000\nThe bridge is open.\n", "subtitles"),
        (b"bplist00\xd1\x01\x02_\x10\x0fWebMainResource", "as Safari saves pages"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>',
         "a spreadsheet"),
        (b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>A</td></tr>',
         "a spreadsheet"),
    ],
)  # fmt: skip
def test_what_would_pass_for_text_is_named_and_says_what_to_do(head: bytes, what: str) -> None:
    for name in ("a.txt", "a", "a.dat"):
        shape = detect(name, head)
        assert isinstance(shape, str)
        assert what in shape
        assert shape.count(". ") == 1


@pytest.mark.parametrize(
    "head",
    [
        b"From: Paris\nDate: 5 March 2026\nSubject: Bridge\n\nThe bridge is open.",
        b"From the bridge: a report\n\nInsert into it what you will.",
        b"-- A bridge --\n\nThe bridge is open.",
        b"PDF-files are read by few.",
    ],
)
def test_texts_that_begin_a_little_like_these_are_texts(head: bytes) -> None:
    assert not isinstance(detect("a.txt", head), str)


@pytest.mark.parametrize("suffix", PACK)
def test_compressed_files_are_read_whatever_their_name(suffix: str) -> None:
    rows = [{"text": f"number {i}"} for i in range(2000)]
    data = PACK[suffix]("\n".join(map(json.dumps, rows)).encode())
    assert records(read(data, f"feed.jsonl{suffix}")) == rows
    assert records(read(data, "feed.jsonl")) == rows


@pytest.mark.parametrize("suffix", PACK)
def test_a_compressed_file_that_was_cut_off_gives_what_it_has(suffix: str, tmp_path: Path) -> None:
    rows = [{"text": os.urandom(30).hex()} for _ in range(3000)]
    data = PACK[suffix]("\n".join(map(json.dumps, rows)).encode())
    path = tmp_path / f"feed.jsonl{suffix}"
    path.write_bytes(data[: len(data) * 3 // 4])
    items = list(Reader([str(path)]))
    assert reasons(items)[-1][1] == (
        "The compressed data is damaged or ends too early after this place."
    )
    if suffix != ".bz2":  # which packs 900 kB at a time
        assert len(items) > 1000
    path = tmp_path / f"feed.json{suffix}"
    data = PACK[suffix](json.dumps(rows).encode())
    path.write_bytes(data[: len(data) * 3 // 4])
    assert reasons(list(Reader([str(path)])))[-1][1] == (
        "The compressed data is damaged or ends too early after this place."
    )


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_a_short_file_that_was_cut_off_gives_what_it_has(suffix: str) -> None:
    rows = [{"text": os.urandom(30).hex()} for _ in range(20)]
    data = PACK[suffix]("\n".join(map(json.dumps, rows)).encode())
    items = read(data[: len(data) * 2 // 3], f"feed.jsonl{suffix}")
    whole = [one.record for one in items if isinstance(one, RawArticle)]
    assert whole == rows[: len(whole)]
    assert len(whole) > 5
    line, cut = reasons(items)
    assert line[1].startswith("The line is not valid JSON")
    assert cut[1] == "The compressed data is damaged or ends too early after this place."


ROWS = b'{"text": "One."}\n' * 3


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("tail", [b"garbage", ROWS, b"[" * 100])
def test_what_follows_compressed_data_is_not_ignored(
    suffix: str, tail: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"feed.jsonl{suffix}"
    path.write_bytes(PACK[suffix](ROWS) + tail)
    items = list(Reader([str(path)]))
    assert reasons(items)[-1][1] == (
        "The compressed data is damaged or ends too early after this place."
    )


@pytest.mark.parametrize("suffix", PACK)
def test_compressed_files_that_were_joined_are_read_to_the_end(suffix: str) -> None:
    assert len(records(read(PACK[suffix](ROWS) * 3, "feed.jsonl"))) == 9
    if suffix != ".zst":
        padded = PACK[suffix](ROWS) + bytes(512) + PACK[suffix](ROWS) + bytes(512)
        assert len(records(read(padded, "feed.jsonl"))) == 6


@pytest.mark.parametrize("suffix", PACK)
def test_a_compressed_file_made_to_fill_the_memory_is_left(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"feed.txt{suffix}"
    path.write_bytes(PACK[suffix](b"\n" * 100_000_000))
    ((_, reason),) = reasons(list(Reader([str(path)], how=Reading(200_000_000))))
    assert reason.startswith(
        "The compressed file unpacks to more than 64 MB and 250 times its size"
    )


def test_an_input_that_is_left_is_read_no_further(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(ROWS)
    reader = Reader([str(tmp_path)])
    items = []
    for item in reader:
        items.append(item)
        if len(items) == 1:
            reader.leave(item.origin.input)
    assert [type(item).__name__ for item in items] == ["RawArticle", "Reject", *["RawArticle"] * 3]


@pytest.mark.parametrize("name", ["x.html", "x.csv", "x.jsonl", "x.xml", "x.md"])
def test_what_is_no_text_is_none_whatever_its_name(name: str) -> None:
    noise = os.urandom(60_000).replace(b"{", b"{ {")
    for data in (noise, b"\x01dpa 12\x02" + noise):  # such as begins like a wire text
        (refused,) = read(data, name)
        assert isinstance(refused, Reject)
        assert "not text" in refused.reason
    # Lines that are whole, in a file with zero bytes, are read.
    lines = b'{"title": "Weir fails"}\n' + b"\x00" * 500 + b'\n{"title": "It was old"}\n'
    found = [one for one in read(lines, "x.jsonl") if isinstance(one, RawArticle)]
    assert [one.record["title"] for one in found] == ["Weir fails", "It was old"]


@pytest.mark.parametrize(
    "unit", [zstandard.ZstdCompressor().compress(b"\n"), b"\x50\x2a\x4d\x18\x00\x00\x00\x00"]
)
def test_very_many_small_frames_take_time_with_their_number(unit: bytes) -> None:
    first = zstandard.ZstdCompressor().compress(b"One two.")
    data = first + unit * 300_000
    begin = time.process_time()
    unpacked = plain(io.BufferedReader(io.BytesIO(data))).read()
    assert time.process_time() - begin < 3
    assert unpacked.strip() == b"One two."


def test_parts_of_a_few_bytes_without_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "MOST_PARTS", 1000)
    for pack in (gzip.compress, zstandard.ZstdCompressor().compress):
        few = plain(io.BufferedReader(io.BytesIO(pack(b"\n") * 900)))
        assert few.read() == b"\n" * 900
        enough = plain(io.BufferedReader(io.BytesIO(pack(b"One two three four.\n") * 3000)))
        assert len(enough.read()) == 60_000
        with pytest.raises(BadArticle, match="a few bytes each"):
            plain(io.BufferedReader(io.BytesIO(pack(b"\n") * 3000))).read()
