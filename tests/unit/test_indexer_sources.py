from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Origin, RawArticle, Reject
from indexer.errors import InputMissing, InputUnreadable
from indexer.sources.encoding import decode
from indexer.sources.files import InputFile, walk
from indexer.sources.formats import detect
from indexer.sources.json_lines import read_json_lines
from indexer.sources.json_values import read_json_values
from indexer.sources.reader import Reader, read_stream

DATA = Path(__file__).parent.parent / "data" / "articles"
LIMIT = 10_000
TOO_LONG = (
    "The line is longer than 0.01 MB, the limit for one article; if it is one, raise the "
    "setting max_article_mb."
)

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def buffered(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(cast(io.RawIOBase, io.BytesIO(data)))


def read(data: bytes, name: str = "feed", limit: int = LIMIT) -> list[RawArticle | Reject]:
    return list(read_stream(buffered(data), name, limit))


def records(items: list[RawArticle | Reject]) -> list[dict[str, Any]]:
    assert all(isinstance(item, RawArticle) for item in items), items
    return [dict(item.record) for item in items if isinstance(item, RawArticle)]


def reasons(items: list[RawArticle | Reject]) -> list[tuple[int | None, str]]:
    return [(item.origin.line, item.reason) for item in items if isinstance(item, Reject)]


# --- plain text -------------------------------------------------------------------------

GERMAN = (
    "Zürich prüft Brücke\n\nDie Ingenieure wollen zwei Pfeiler prüfen, sagte der Bürgermeister.\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_a_text_file_in_any_encoding(encoding: str) -> None:
    (record,) = records(read(GERMAN.encode(encoding), "a.txt"))
    title, _, text = GERMAN.strip().partition("\n")
    assert record == {"title": title, "text": text}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (
            "cp1251",
            "Мэр заявил, что мост останется закрытым до осени. Инженеры хотят его осмотреть.",
        ),
        (
            "koi8_r",
            "Мэр заявил, что мост останется закрытым до осени. Инженеры хотят его осмотреть.",
        ),
        ("cp1252", "El alcalde dijo que el puente seguirá cerrado. Mañana habrá otra reunión."),
        ("cp1250", "Starosta řekl, že most zůstane zavřený. Inženýři chtějí prohlédnout pilíře."),
        (
            "iso8859_2",
            "Starosta řekl, že most zůstane zavřený. Inženýři chtějí prohlédnout pilíře.",
        ),
        ("cp932", "市長は橋が秋まで閉鎖されたままだと述べた。技術者が調査を続けている。"),
        ("gb18030", "市长表示，大桥将关闭到秋天。工程师希望再次检查桥墩。"),
        ("cp949", "시장은 다리가 가을까지 폐쇄될 것이라고 말했다. 기술자들이 조사하고 있다."),
        ("cp1256", "قال رئيس البلدية إن الجسر سيبقى مغلقا حتى الخريف وإن المهندسين يفحصونه."),
    ],
)
def test_old_encodings_are_told_by_their_letters(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_a_text_of_one_line_has_no_title() -> None:
    assert records(read(b"Never", "a.txt")) == [{"text": "Never"}]


def test_a_first_line_that_is_a_paragraph_is_no_title() -> None:
    text = "word " * 100 + "\nSecond."
    (record,) = records(read(text.encode(), "a.txt"))
    assert "title" not in record


@pytest.mark.parametrize("data", [b"", b" \n\r\n", "\ufeff".encode()])
def test_an_empty_file_is_a_reject(data: bytes) -> None:
    assert reasons(read(data, "a.txt")) == [(None, "The file is empty.")]
    assert reasons(read(data, "a.jsonl")) == [(None, "The file is empty.")]


def test_a_text_over_the_limit_is_a_reject() -> None:
    ((_, reason),) = reasons(read(b"word " * 3000, "a.txt"))
    assert reason.startswith("The file is longer than 0.01 MB, the limit for one article")


# --- Markdown ---------------------------------------------------------------------------


def test_markdown_with_front_matter() -> None:
    (record,) = records(read((DATA / "ferry.md").read_bytes(), "ferry.md"))
    assert record == {
        "title": "Une barque remplace le pont",
        "published": "2025-08-21",
        "authors": ["C. Castel", "D. Dorn"],
        "lang": "fr-FR",
        "tags": ["pont", "fleuve"],
        "edition": 3,
        "paragraphs": [
            "Depuis mardi, une barque relie les deux rives ; elle passe toutes les vingt minutes.",
            "dix places",
            "un vélo",
            "jour | passages",
            "mardi | 41",
        ],
    }


def test_markdown_without_front_matter_takes_its_first_heading() -> None:
    (record,) = records(read(b"# Bridge *shut*\n\nOne.\n\n## Losses\n\nTwo\nthree.", "a.md"))
    assert record == {"title": "Bridge shut", "paragraphs": ["One.", "Losses", "Two three."]}


def test_markdown_with_toml_front_matter() -> None:
    data = b'+++\ntitle = "Bridge"\ndate = 2025-08-21T10:00:00Z\n+++\nOne.\n'
    (record,) = records(read(data, "a.md"))
    assert record["title"] == "Bridge"
    assert record["published"] == "2025-08-21T10:00:00+00:00"


def test_a_heading_alone_is_a_text() -> None:
    assert records(read(b"# Never", "a.md")) == [{"title": "", "paragraphs": ["Never"]}]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"---\ntitle: [\n---\nOne.", "The front matter is not valid YAML in line 2."),
        (b"---\njust text\n---\nOne.", "The front matter is not a list of keys and values."),
        (b"+++\ntitle\n+++\nOne.", "The front matter is not valid TOML."),
        (b"\n", "The file is empty."),
    ],
)
def test_markdown_that_cannot_be_read(data: bytes, reason: str) -> None:
    assert reasons(read(data, "a.md")) == [(None, reason)]


# --- JSON Lines -------------------------------------------------------------------------


def lines(*rows: bytes) -> list[RawArticle | Reject]:
    return list(read_json_lines(buffered(b"\n".join(rows)), "feed.jsonl", LIMIT))


def test_bad_lines_do_not_stop_good_ones() -> None:
    items = lines(
        b'\xef\xbb\xbf{"text": "a"}',
        b"",
        b'{"text": "b"',
        b'{"text": "c" "id": 1}',
        b"[1]",
        b'{"text": NaN}',
        b'{"text": "\xff"}',
        b'{"text": "d"}\x00\x00',
        b"[" * 100_000,
        b'{"text": "' + b"x" * 2 * LIMIT + b'"}',
        b'{"text": "z"}\r',
    )
    assert [(i.origin.line, i.record) for i in items if isinstance(i, RawArticle)] == [
        (1, {"text": "a"}),
        (11, {"text": "z"}),
    ]
    assert reasons(items) == [
        (3, "The line is not valid JSON: it ends in the middle; was the file cut off?"),
        (4, "The line is not valid JSON: expecting ',' delimiter at character 14."),
        (5, "The line is a list, not an object."),
        (6, "The line is not valid JSON: NaN is not JSON."),
        (7, "The line is not UTF-8 at byte 11."),
        (8, "The line holds zero bytes, as a crashed writer leaves them."),
        (9, TOO_LONG),
        (10, TOO_LONG),
    ]


def test_deep_nesting_is_a_reject() -> None:
    items = list(read_json_lines(buffered(b"[" * 500_000), "feed.jsonl", 1_000_000))
    assert reasons(items) == [(1, "The line is not valid JSON: it is nested too deeply.")]


def test_a_line_of_just_the_limit_is_read() -> None:
    row = b'{"text": "' + b"x" * (LIMIT - 12) + b'"}'
    assert len(row) == LIMIT
    assert len(records(lines(row, row))) == 2


def test_lines_in_utf_16() -> None:
    data = '{"text": "Brücke"}\n{"text": "橋"}\n'.encode("utf-16")
    assert records(read(data, "feed.jsonl")) == [{"text": "Brücke"}, {"text": "橋"}]


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20)), max_size=5))
def test_what_json_writes_is_read_back(rows: list[dict[str, str]]) -> None:
    encoded = [json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") for row in rows]
    good = [row for row, data in zip(rows, encoded, strict=True) if _is_utf8(data)]
    items = lines(*encoded)
    assert [i.record for i in items if isinstance(i, RawArticle)] == good


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


# --- JSON -------------------------------------------------------------------------------


def values(data: bytes) -> list[RawArticle | Reject]:
    return list(read_json_values(io.BytesIO(data), "a.json", LIMIT))


def test_json_lists_objects_and_sequences() -> None:
    rows = [{"text": "a" * 300, "id": str(i)} for i in range(300)]
    assert records(values(json.dumps(rows, indent=2).encode())) == rows
    assert records(values(json.dumps(rows[0], indent=2).encode("utf-8-sig"))) == rows[:1]
    assert records(values("\n".join(map(json.dumps, rows)).encode("utf-16"))) == rows
    assert [i.origin.line for i in values(json.dumps(rows[:3]).encode())] == [1, 2, 3]


CUT_OFF = "it ends in the middle; was the file cut off?"
NOT_READ = "The rest of the file was not read."


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", None, "The file holds no articles."),
        (b"[]", None, "The file holds no articles."),
        (b"[1]", 1, "The item is a number, not an object."),
        (
            b'[{"a": 1}, {"a" 2}, {"a": 3}]',
            2,
            f"The item is not valid JSON: expecting ':' delimiter at character 6. {NOT_READ}",
        ),
        (b'[{"a": 1}, {"a": 2}', None, "The file ends in the middle; was it cut off?"),
        (b'[{"a": 1}, {"a": ', 2, f"The item is not valid JSON: {CUT_OFF} {NOT_READ}"),
        (b'{"a": "\xff"}', 1, f"The file is not UTF-8. {NOT_READ}"),
        (b'{"a": "' + b"x" * 200_000, 1, f"{TOO_LONG.replace('line', 'item')} {NOT_READ}"),
        (b"[" * 200_000, 1, f"The item is nested too deeply. {NOT_READ}"),
    ],
)
def test_json_that_cannot_be_read(data: bytes, line: int | None, reason: str) -> None:
    assert reasons(values(data)) == [(line, reason)]


# --- formats ----------------------------------------------------------------------------


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
    assert shape.__name__ == reader


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100), "is not text"),
        ("a.txt", os.urandom(5000), "is not text"),
        ("a.pdf", b"%PDF-1.7 text", "application/pdf"),
        ("a.csv", b"a,b\n1,2", "text/csv"),
        ("a.py", b"import os", "text/x-python"),
        ("a.html", b"<!doctype html><p>a", "HTML"),
        ("a", b'  <?xml version="1.0"?>', "XML"),
    ],
)
def test_what_is_not_read_is_said(name: str, head: bytes, words: str) -> None:
    shape = detect(name, head)
    assert isinstance(shape, str)
    assert words in shape
    assert "JSON Lines" in shape


@pytest.mark.parametrize("suffix", PACK)
def test_compressed_files_are_read_whatever_their_name(suffix: str) -> None:
    rows = [{"text": f"number {i}"} for i in range(2000)]
    data = PACK[suffix]("\n".join(map(json.dumps, rows)).encode())
    assert records(read(data, f"feed.jsonl{suffix}")) == rows
    assert records(read(data, "feed.jsonl")) == rows


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".bz2"])
def test_a_compressed_file_that_was_cut_off_gives_what_it_has(suffix: str, tmp_path: Path) -> None:
    rows = [{"text": os.urandom(30).hex()} for _ in range(3000)]
    data = PACK[suffix]("\n".join(map(json.dumps, rows)).encode())
    path = tmp_path / f"feed.jsonl{suffix}"
    path.write_bytes(data[: len(data) * 3 // 4])
    items = list(Reader([str(path)]))
    assert reasons(items)[-1][1] == (
        "The compressed data is damaged or ends too early after this place."
    )
    if suffix == ".gz":
        assert len(items) > 1000


# --- files ------------------------------------------------------------------------------


def names(folder: Path, **options: Any) -> list[str]:
    return [
        str(item.path.relative_to(folder)) if isinstance(item, InputFile) else item.reason
        for item in walk([str(folder)], **options)
    ]


def test_a_folder_is_walked_in_order_without_hidden_files_and_rejects(tmp_path: Path) -> None:
    for name in ["b.txt", "a/z.txt", "a/b/c.txt", ".git/x.txt", ".y.txt", "c.rejects.jsonl"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    assert names(tmp_path) == ["a/b/c.txt", "a/z.txt", "b.txt"]
    assert names(tmp_path, exclude=[tmp_path / "a" / "b"]) == ["a/z.txt", "b.txt"]


def test_links_in_circles_and_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("text")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "again").symlink_to(tmp_path / "a")
    assert names(tmp_path) == ["a/b.txt", "The link leads nowhere."]


def test_what_is_named_must_be_there_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Never")
    with pytest.raises(
        InputMissing, match=r"There is no file or folder .*gone; nothing was indexed"
    ):
        next(iter(Reader([str(tmp_path / "a.txt"), str(tmp_path / "gone")])))
    with pytest.raises(InputMissing):
        next(iter(Reader([str(tmp_path / "a.txt" / "b")])))
    with pytest.raises(InputMissing):
        next(iter(Reader(["a\x00b"])))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0)
    with pytest.raises(InputUnreadable):
        next(iter(Reader([str(shut)])))
    assert names(tmp_path)[0].startswith("The folder cannot be read")


def test_a_folder_of_mixed_files(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + os.urandom(500))
    (tmp_path / "empty.txt").write_bytes(b"")
    reader = Reader([str(DATA), str(tmp_path)])
    total = reader.total_bytes()
    items = list(reader)
    assert [item.origin for item in items] == [
        Origin(str(DATA / "bridge.de.txt")),
        Origin(str(DATA / "deeper" / "wire.jsonl"), 1),
        Origin(str(DATA / "deeper" / "wire.jsonl"), 2),
        Origin(str(DATA / "ferry.md")),
        Origin(str(tmp_path / "empty.txt")),
        Origin(str(tmp_path / "photo.jpg")),
    ]
    assert [isinstance(item, Reject) for item in items] == [False] * 4 + [True] * 2
    assert total is not None
    assert 0 < reader.bytes_read <= total


def test_standard_input() -> None:
    stdin = io.BytesIO(b'{"text": "a"}\n{"text": "b"}\n')
    reader = Reader(["-"], stdin=stdin)
    assert reader.total_bytes() is None
    assert [str(item.origin) for item in reader] == ["-, line 1", "-, line 2"]
    assert not stdin.closed
    assert records(list(Reader(["-"], stdin=io.BytesIO(b"Title\n\nText.")))) == [
        {"title": "Title", "text": "\nText."}
    ]
