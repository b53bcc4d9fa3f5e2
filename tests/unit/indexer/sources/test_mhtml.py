"""Pages that a browser saved as one file."""

from __future__ import annotations

import base64
import io
import quopri
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import Reject, UnreadPage
from indexer.sources.format import Format
from indexer.sources.formats import detect
from indexer.sources.mhtml import FORMAT, read_mhtml
from indexer.sources.reader import Reader
from tests.support.reading import records

PAGE = """<!doctype html><html lang="cs"><head><title>Jeřáb spadl</title></head><body><article>
<h1>Jeřáb spadl</h1><p>Jeřáb na severním nábřeží spadl v noci na pondělí do vody, řekl přístavní
kapitán. Nikdo nebyl zraněn.</p><p>Oprava potrvá několik týdnů, protože chybějí díly, a lodě proto
kotví na jižním nábřeží.</p></article></body></html>"""
ADDRESS = "https://herald.example/jerab?id=7"


def saved(content: bytes, encoding: str, charset: str = "utf-8", browser: str = "Blink") -> bytes:
    head = f"""From: <Saved by {browser}>
Snapshot-Content-Location: {ADDRESS}
Subject: =?utf-8?Q?Je=C5=99=C3=A1b?=
Date: Mon, 30 Nov 2026 09:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----MultipartBoundary--x"


------MultipartBoundary--x
Content-Type: text/css
Content-Location: https://herald.example/a.css

body {{ color: red }}
------MultipartBoundary--x
Content-Type: text/html
Content-Location: https://ads.example/frame

<html><body><p>Buy a crane today, said the advertisement in the frame.</p></body></html>
------MultipartBoundary--x
Content-Type: text/html; charset="{charset}"
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: {encoding}
Content-Location: {ADDRESS}

"""
    end = "\n------MultipartBoundary--x--\n"
    return b"".join((head.encode(), content, end.encode())).replace(b"\n", b"\r\n")


@pytest.mark.parametrize("name", ["jerab.mhtml", "jerab.mht", "jerab.html", "jerab"])
@pytest.mark.parametrize(
    "data",
    [
        saved(quopri.encodestring(PAGE.encode()), "quoted-printable"),
        saved(base64.encodebytes(PAGE.encode()), "base64"),
        saved(PAGE.encode("cp1250"), "8bit", "windows-1250"),
    ],
    ids=["quoted", "base64", "8bit"],
)
def test_the_page_is_read_and_not_what_it_shows(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    (record,) = records(list(Reader([str(tmp_path / name)])))
    assert record["title"] == "Jeřáb spadl"
    assert record["url"] == ADDRESS
    assert record["lang"] == "cs"
    assert [one[:5] for one in record["paragraphs"]] == ["Jeřáb", "Oprav"]


def test_a_file_without_a_page_is_a_reject() -> None:
    data = saved(b"", "8bit").replace(b"text/html", b"text/plain")
    shape = detect("a.mhtml", data[:4096])
    assert isinstance(shape, Format)
    assert shape is FORMAT
    (item,) = read_mhtml(io.BytesIO(data), "a.mhtml", 10_000)
    assert isinstance(item, Reject)
    assert "no page in the file" in item.reason


@given(st.binary(max_size=300), st.integers(0, 1500))
def test_any_bytes_within_are_one_item(noise: bytes, at: int) -> None:
    data = saved(quopri.encodestring(PAGE.encode()), "quoted-printable")
    broken = data[:at] + noise + data[at + len(noise) :]
    (item,) = read_mhtml(io.BytesIO(broken), "a.mhtml", 10_000)
    assert isinstance(item, UnreadPage | Reject)
