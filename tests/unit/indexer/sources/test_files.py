"""Files, folders and standard input."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest

from indexer.article.draft import Origin, Reject
from indexer.errors import InputMissing, InputUnreadable
from indexer.sources.files import Address, InputFile, check, walk
from indexer.sources.reader import Reader
from tests.support.places import DATA
from tests.support.reading import records


def names(folder: Path, **options: Any) -> list[str]:
    return [
        str(item.path.relative_to(folder)) if isinstance(item, InputFile) else item.reason
        for item in walk([str(folder)], **options)
        if not isinstance(item, Address)
    ]


def test_a_folder_is_walked_in_order_without_hidden_files_and_rejects(tmp_path: Path) -> None:
    for name in ["b.txt", "a/z.txt", "a/b/c.txt", ".git/x.txt", ".y.txt", "c.rejects.jsonl"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    assert names(tmp_path) == ["a/b/c.txt", "a/z.txt", "b.txt"]
    assert names(tmp_path, exclude=[tmp_path / "a" / "b"]) == ["a/z.txt", "b.txt"]


def test_what_browsers_save_beside_a_page_is_left_out(tmp_path: Path) -> None:
    for name in [
        *("Crane fails.html", "Crane fails_files/ad.html", "Crane fails_files/app.js"),
        *("Hafen.HTM", "Hafen-Dateien/logo.png", "port.html.gz", "port_fichiers/a.css"),
        *("crane_files/notes.txt", "Hafen/notes.txt", "other_files.html"),
    ]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    assert names(tmp_path) == [
        *("Crane fails.html", "Hafen/notes.txt", "Hafen.HTM", "crane_files/notes.txt"),
        *("other_files.html", "port.html.gz"),
    ]


def test_links_in_circles_and_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("text")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "again").symlink_to(tmp_path / "a")
    assert names(tmp_path) == ["a/b.txt", "The link is broken: what it points to does not exist."]


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


def test_an_address_of_another_kind_is_said_not_to_be_fetched() -> None:
    with pytest.raises(InputMissing, match=r"example/b is not fetched: only .* https") as error:
        check(["ftp://desk:secret@a.example/b"])
    assert "secret" not in str(error.value)
