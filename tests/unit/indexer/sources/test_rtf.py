"""Documents in Rich Text Format: the text that stands there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle
from indexer.article.records import parse_record
from indexer.sources.formats import detect
from indexer.sources.rtf import FORMAT
from tests.support.reading import read, reasons

TITLE, TEXT = "Греблю прорвало", "Греблю на річці прорвало вночі, 𝔸 повідомив мер «Києва»."
HEAD = r"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fswiss\fcharset204 Arial;}}{\info{\author X}}"
AROUND = r"{\header\pard Page one\par}{\pict\pngblip " + "0a1b\n" * 300 + "}"


def escaped(text: str) -> str:
    units = text.encode("utf-16-le")
    codes = [int.from_bytes(units[n : n + 2], "little") for n in range(0, len(units), 2)]
    return "".join(chr(c) if c < 128 else f"\\u{c - 65536 * (c > 32767)}?" for c in codes)


def of_code_page(text: str) -> str:
    return "".join(c if ord(c) < 128 else f"\\'{c.encode('cp1251').hex()}" for c in text)


PLAIN = TEXT.replace(" 𝔸", "")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            f"{HEAD}{AROUND}\\f0\\b {escaped(TITLE)}\\b0\\par\\par {escaped(TEXT)}\\par}}".encode(),
            TEXT,
        ),
        (
            f"{HEAD}\\f0 {of_code_page(TITLE)}\\par\\par {of_code_page(PLAIN)}\\par}}".encode(),
            PLAIN,
        ),
        (f"{HEAD}\\f0 {TITLE}\\par\\par {PLAIN}\\par}}".encode("cp1251"), PLAIN),
        (f"{HEAD}\\f0 {TITLE}\\par\\par {TEXT}\\par}}".encode(), TEXT),
    ],
    ids=["unicode", "code page", "bytes of a code page", "UTF-8"],
)
def test_the_text_is_read_in_any_way_to_write_letters(data: bytes, text: str) -> None:
    (found,) = [one for one in read(data, "a") if isinstance(one, RawArticle)]
    draft = parse_record(found)
    assert detect("a", data) is FORMAT
    assert (draft.title, str(draft.body).strip()) == (TITLE, text)


def test_links_are_their_words() -> None:
    field = r'{\field{\*\fldinst{HYPERLINK "https://k.example/"}}{\fldrslt{\ul the weir}}}'
    (found,) = read(
        rf"{HEAD}Weir fails\par\par Of {field} nothing is left.\par}}".encode(), "a.rtf"
    )
    assert isinstance(found, RawArticle)
    assert found.record["text"].strip() == "Of the weir nothing is left."


FACTIVA = """HD  Weir fails
PD  9 March 2026
SN  Fenland Post
LA  English
TD
The weir failed on Monday.

AN  Document FENP000020260309"""


def test_an_export_of_a_press_archive_is_its_articles() -> None:
    data = HEAD + FACTIVA.replace("\n", "\\par\n") + "\\par}"
    (found,) = [one for one in read(data.encode(), "a.rtf") if isinstance(one, RawArticle)]
    draft = parse_record(found)
    assert (draft.title, draft.source, draft.id) == (
        "Weir fails",
        "Fenland Post",
        "FENP000020260309",
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (HEAD.encode() + b"}", "no text"),
        (HEAD.encode() + rb"\u99999999?}", "damaged"),
        (HEAD.encode() + b"{" * 1_000_001, "groups"),
        (HEAD.encode() + b"a z " * 4_000_001, "longer than 16 MB"),
    ],
)
def test_what_has_no_text_says_so(data: bytes, sentence: str) -> None:
    assert sentence in reasons(read(data, "a.rtf"))[0][1]


@given(st.binary(max_size=200))
def test_whatever_follows_is_an_article_or_a_sentence(data: bytes) -> None:
    for one in read(HEAD.encode() + data, "a.rtf"):
        assert isinstance(one, RawArticle) or one.reason
