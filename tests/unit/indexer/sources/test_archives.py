"""Zip and tar: their members are read as files; bombs, locks and damage cost what they are in."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import LEFT, REJECTS_IN_A_ROW, RawArticle, Reject
from indexer.sources import archive_bounds
from indexer.sources.compression import damage_errors
from tests.support.reading import read, reasons

MEMBERS = {
    "a/one.jsonl": b'{"text": "One"}\n{"text": "Two"}\n',
    "b.txt": b"Title\n\nText of b.",
    "c.csv": b"title,text\nA,B\n",
    "__MACOSX/._b.txt": b"\x00\x05",
    ".hidden.txt": b"no",
}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def good(items: list[RawArticle | Reject]) -> list[tuple[str, str]]:
    return [(str(one.origin), one.read_as) for one in items if isinstance(one, RawArticle)]


@pytest.mark.parametrize("name", ["x.zip", "x.txt", "x"])
@pytest.mark.parametrize(
    "data", [zipped(MEMBERS), tarred(MEMBERS), tarred(MEMBERS, "w:gz"), tarred(MEMBERS, "w:xz")]
)
def test_members_are_read_as_files(data: bytes, name: str) -> None:
    items = read(data, name)
    assert good(items) == [
        (f"{name}!a/one.jsonl, line 1", "JSON Lines"),
        (f"{name}!a/one.jsonl, line 2", "JSON Lines"),
        (f"{name}!b.txt", "plain text"),
        (f"{name}!c.csv, line 2", "CSV and TSV"),
    ]
    assert not reasons(items)


@pytest.mark.parametrize("inner", [zipped(MEMBERS), tarred(MEMBERS)])
def test_an_archive_within_an_archive_is_refused(inner: bytes) -> None:
    items = read(zipped({"in.zip": inner, "b.txt": b"Title\n\nText"}), "x.zip")
    assert [name for name, _ in good(items)] == ["x.zip!b.txt"]
    assert [reason for _, reason in reasons(items)] == [
        "Archives within archives are not read; unpack this one first."
    ]


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_bounds, "FREE_BYTES", 1000)
    many = {f"{n}.jsonl": b"\n" * 900_000 for n in range(9)}
    data = zipped(many | {"b.txt": b"Title"})
    for archive in (data, data[: data.index(b"PK\x01\x02")]):
        items = read(archive, "x.zip")
        assert "The archive is refused: it grows far" in reasons(items)[-1][1]
        assert not good(items)


def test_a_bomb_among_the_members_costs_none_of_the_others() -> None:
    data = zipped({"a.jsonl": b"\n" * 9_000_000, "b.txt": b"Title"})
    cut = data[: data.index(b"PK\x01\x02")]
    for archive, others in ((data, ["x.zip!b.txt"]), (cut, [])):
        items = read(archive, "x.zip")
        assert "The member is refused: it grows far" in reasons(items)[0][1]
        assert [name for name, _ in good(items)] == others


@pytest.mark.parametrize("packed", [zipped, tarred])
def test_what_compressed_members_unpack_to_is_bounded(
    packed: Callable[[dict[str, bytes]], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_bounds, "FREE_BYTES", 1000)
    member = lzma.compress(b'{"text": "One."}\n' + b"\n" * 5_000_000)
    items = read(packed({"a.jsonl.xz": member, "b.txt": b"Title"}), "x.zip")
    assert "grows far beyond its size" in reasons(items)[-1][1]
    assert len(good(items)) <= 1


LINES = b"".join(b'{"text": "%s"}\n' % os.urandom(30).hex().encode() for _ in range(400))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_zip_that_was_cut_off_gives_what_it_has(method: int) -> None:
    data = zipped(
        {"a.txt": b"Title\n\nText.", ".no": b"x", "b.jsonl": LINES, "c.txt": b"C"}, method
    )
    found = read(data[: len(data) * 3 // 4], "x.zip")
    names = [name.partition(",")[0] for name, _ in good(found)]
    assert names[:2] == ["x.zip!a.txt", "x.zip!b.jsonl"]
    assert 200 < names.count("x.zip!b.jsonl") < 400
    assert [one.reason for one in found if isinstance(one, Reject)][-1] == (
        "The archive is damaged or ends too early after this place."
    )


@pytest.mark.parametrize("members", [MEMBERS, {"a.txt": b"a" * 200_000, "b.txt": b"Title"}])
def test_a_zip_without_its_table_of_contents_gives_all(members: dict[str, bytes]) -> None:
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        data = zipped(members, method)
        *whole, damaged = read(data[: data.index(b"PK\x01\x02")], "x.zip")
        assert whole == read(data, "x.zip")
        assert isinstance(damaged, Reject)


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_mark_of_a_zip_are_sentences(data: bytes) -> None:
    assert read(b"PK\x03\x04" + data, "x.zip")


def test_a_damaged_member_costs_itself_only() -> None:
    data = bytearray(zipped({"a.txt": b"AAAA" * 50, "b.txt": b"Title\n\nText"}, zipfile.ZIP_STORED))
    at = data.index(b"AAAA")
    data[at] = 0x42
    items = read(bytes(data), "x.zip")
    assert [name for name, _ in good(items)] == ["x.zip!b.txt"]
    assert len(reasons(items)) == 1


def test_links_and_paths_out_of_the_archive_are_harmless() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
        away = tarfile.TarInfo("../../away.txt")
        away.size = 11
        archive.addfile(away, io.BytesIO(b"Title\n\nText"))
    # Nothing is unpacked to a path, so that a name that leads out of the archive is just a name.
    assert [name for name, _ in good(read(out.getvalue(), "x.tar"))] == ["x.tar!../../away.txt"]


def test_a_document_of_an_office_program_is_no_archive() -> None:
    slides = {"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<x/>"}
    items = read(zipped(slides), "a")
    assert "export it as text" in reasons(items)[0][1]


def test_a_binary_spreadsheet_is_to_be_saved_as_another() -> None:
    items = read(zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}), "a.xlsb")
    assert [str(one) for one in items if "save it as .xlsx or CSV" in str(one)]


@given(st.binary(max_size=400), st.integers(0, 500))
def test_any_damage_is_a_reject(data: bytes, at: int) -> None:
    for whole in (zipped(MEMBERS), tarred(MEMBERS)):
        # What only begins as compressed data does is a reject of `Reader`.
        with suppress(*damage_errors()):
            read(whole[:at] + data + whole[at + len(data) :], "x")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_member_of_nothing_but_rejects_is_left_and_the_next_is_read(
    pack: Callable[[dict[str, bytes]], bytes],
) -> None:
    bad = gzip.compress(b"".join(b'{"a": %d\n' % n for n in range(REJECTS_IN_A_ROW + 500)))
    items = read(pack({"bad.jsonl.gz": bad, "b.txt": b"Title\n\nText of b."}), "x.zip")
    refused = [one for one in items if isinstance(one, Reject)]
    assert len(refused) == REJECTS_IN_A_ROW + 1
    assert refused[-1].reason == LEFT
    assert [place for place, _ in good(items)] == ["x.zip!b.txt"]
