"""Documents of word processors: Word's .docx (ECMA-376) and OpenDocument's .odt (ISO 26300).

What is read is the text that stands there, a line a paragraph, as a text file of it would be: press
releases, manuscripts, and exports of press archives, whose readers get it. Text that was struck
out, comments and notes are left out; so is what only draws.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from indexer.article.draft import Item, Origin, Reject
from indexer.sources.archive_bounds import is_bomb
from indexer.sources.format import Format, Told
from indexer.sources.json_shape import HEAD
from indexer.sources.spooled import spooled
from indexer.sources.xml_tree import parse_xml
from indexer.text.encoding import too_long

if TYPE_CHECKING:
    from lxml import etree

_FIRST = re.compile(
    rb"PK\x03\x04.{22}.{4}(?:\[Content_Types\]\.xml|_rels/\.rels|docProps/\w+\.xml|(?:word|xl)/\w+\.xml"
    rb"|mimetypeapplication/vnd\.oasis\.opendocument\.text)",
    re.DOTALL,
)
"""The header of the first member, its name, and of OpenDocument what it says (APPNOTE, 4.3.7)."""

NO_TEXT = "There is no text in the document."

WORD, OPEN = "word/document.xml", "content.xml"
"""The members with the text."""

MOST_TAGS = 2_000_000
"""Of a document: those of a thousand pages. They take three seconds, and 0.4 GB of memory."""

BOOK, _BINARY_BOOK = "xl/workbook.xml", "xl/workbook.bin"
"""Members of spreadsheets of Excel."""

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_OF_WORD = (_WORD, _WORD_STRICT)
_OPEN = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-", "line-break": "\n", "s": " "}
_LEFT_OUT = frozenset(
    (
        _FALLBACK,  # what stands beside it is the same for newer programs
        *(f"{word}{name}" for word in _OF_WORD for name in ("del", "moveFrom")),
        f"{_OPEN}tracked-changes",
        f"{_OPEN}note",
        f"{_OFFICE}annotation",
    )
)
_PARAGRAPHS = frozenset((*(f"{word}p" for word in _OF_WORD), f"{_OPEN}p", f"{_OPEN}h"))


def read_office(stream: BinaryIO, name: str, limit: int) -> Iterator[Item]:
    """Yield what the text of a document holds, or the reject that it is."""
    kept = spooled(stream)
    if isinstance(kept, str):
        yield Reject(Origin(name), kept)
        return
    with kept:
        yield from read_zip(kept, name, limit)


def read_zip(file: BinaryIO, name: str, limit: int) -> Iterator[Item]:
    """Yield the same of a file that can be read from any place."""
    try:
        with zipfile.ZipFile(file) as archive:
            is_spreadsheet = BOOK in archive.namelist()
            read = b"" if is_spreadsheet else _text(archive, limit)
    except DAMAGED:
        read = "The document is damaged or encrypted."
    if isinstance(read, str):
        yield Reject(Origin(name), read)
        return
    if is_spreadsheet:
        from indexer.sources.spreadsheets import read_workbook  # begins as documents do

        yield from read_workbook(file, name, limit)
        return
    yield from read_as_text(read, name, limit)


def read_as_text(text: bytes, name: str, limit: int) -> Iterator[Item]:
    """Yield what a text in UTF-8 holds that was taken out of a document."""
    from indexer.sources.formats import detect  # which knows all formats, these too

    shape = detect("document.txt", text[:HEAD])
    if not text.strip() or isinstance(shape, str) or not shape.is_text:
        yield Reject(Origin(name), NO_TEXT)
        return
    stream: io.BufferedReader = io.BufferedReader(cast(io.RawIOBase, io.BytesIO(text)))
    yield from shape.read(stream, name, limit)


DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(NotImplementedError, RuntimeError),  # packed in another way, or encrypted
    *(ValueError, struct.error, OverflowError),  # of lengths and places that are none
)
"""What a zip raises that is damaged."""


def refusal(names: Collection[str]) -> str | None:
    """Say why a zip with these members is no document to be read here; None if it is one."""
    if WORD in names or (OPEN in names and "mimetype" in names):
        return None
    if _BINARY_BOOK in names:
        return "The file is a binary spreadsheet of Excel; save it as .xlsx or CSV."
    return "The file is a document of an office program or a book; export it as text."


def _text(archive: zipfile.ZipFile, limit: int) -> bytes | str:
    """Return the text in UTF-8, or the sentence that refuses the document."""
    names = set(archive.namelist())
    if refused := refusal(names):
        return refused
    member = archive.getinfo(WORD if WORD in names else OPEN)
    if member.file_size > limit or is_bomb(member.file_size, member.compress_size):
        return too_long("The document", limit)
    data = archive.read(member)
    if data.count(b"<") > MOST_TAGS:
        return f"The document has more than {MOST_TAGS:,} tags; split it."
    root = parse_xml(data)
    if isinstance(root, str):
        return f"The document is damaged. {root}"
    text = "\n".join(_lines(root)).strip()
    return text.encode() if text else NO_TEXT


def _lines(root: etree._Element) -> Iterator[str]:
    """Yield the text of every paragraph; one within another, as a box is, comes before it ends."""
    from lxml import etree

    within: list[list[str]] = []
    skipped = 0
    for event, one in etree.iterwalk(root, events=("start", "end")):
        begins, is_paragraph = event == "start", one.tag in _PARAGRAPHS
        if one.tag in _LEFT_OUT:
            skipped += 1 if begins else -1
        elif skipped:
            pass
        elif is_paragraph and begins:
            within.append([])
        elif is_paragraph:
            yield "".join(within.pop())
        if within and not skipped:
            within[-1].append(_said(one, begins=begins))


def _said(one: etree._Element, *, begins: bool) -> str:
    """Return the text before the first part of an element, or behind its end."""
    space, _, name = str(one.tag).rpartition("}")
    if not begins:  # in OpenDocument texts stand between elements, in Word in those of their own
        parent = one.getparent()
        is_within = parent is not None and str(parent.tag).startswith(_OPEN)
        return one.tail or "" if is_within and one.tag not in _PARAGRAPHS else ""
    if f"{space}}}" not in (*_OF_WORD, _OPEN):
        return ""
    return _SIGNS.get(name) or (one.text or "" if name == "t" or f"{space}}}" == _OPEN else "")


def told(head: bytes) -> Told:
    """Tell documents of office programs, which all begin alike."""
    return Told.EXACTLY if _FIRST.match(head) else Told.NO


FORMAT = Format(
    name="Word and OpenDocument",
    suffixes=(".docx", ".docm", ".odt"),
    media_types=(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
    ),
    told=told,
    read=read_office,
    is_text=False,
)
