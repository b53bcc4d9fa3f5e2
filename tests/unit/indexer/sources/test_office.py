"""Documents of word processors, as their own programs write them in small."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle, Reject
from indexer.article.records import parse_record
from tests.support.reading import read, reasons

LIMIT = 100_000
TYPES = "<Types/>"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
OF_OPEN = (
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)


def zipped(members: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, kind)
    return made.getvalue()


def word(body: str) -> bytes:
    text = f"<w:document {W} {MC} {WP}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": text})


def lines(*texts: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)


def open_document(body: str) -> bytes:
    text = f"<office:document-content {OF_OPEN}><office:body><office:text>{body}"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"{text}</office:text></office:body></office:document-content>",
        }
    )


PARTS = ("The weir fails", "The weir at Fenland failed on Monday.", "Nobody was hurt, they said.")
BOX = "<w:p><w:r><w:t>In a box.</w:t></w:r></w:p>"
OF_WORD = f"""
<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>The weir </w:t></w:r>
<w:ins><w:r><w:t>fails</w:t></w:r></w:ins><w:del><w:r><w:delText>holds</w:delText></w:r></w:del></w:p>
<w:p><w:r><w:t>The weir at Fenland</w:t><w:tab/><w:t>failed</w:t><w:br/><w:t>on Monday.</w:t></w:r>
<w:r><mc:AlternateContent><mc:Choice><wp:posOffset>12</wp:posOffset>{BOX}</mc:Choice>
<mc:Fallback>{BOX}</mc:Fallback></mc:AlternateContent></w:r></w:p>
<w:tbl><w:tr><w:tc>{lines("Nobody was hurt, they said.")}</w:tc></w:tr></w:tbl>
"""
OF_OPEN_DOCUMENT = """
<text:tracked-changes><text:p>Struck out.</text:p></text:tracked-changes>
<text:h>The <text:span>weir</text:span> fails</text:h>
<text:p>The weir<text:s/>at <text:a>Fenland</text:a><text:note><text:p>1</text:p></text:note>
failed <draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame>on
Monday.</text:p>
<text:p>Nobody was hurt, they said.<office:annotation><text:p>?</text:p></office:annotation>
</text:p>
"""


def drafted(data: bytes, name: str) -> tuple[str, str]:
    (found,) = read(data, name, LIMIT)
    assert isinstance(found, RawArticle), found
    assert found.read_as == "Word and OpenDocument"
    draft = parse_record(found)
    body = draft.body if isinstance(draft.body, str) else "\n".join(draft.body)
    return draft.title, " ".join(body.split())


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (word(OF_WORD), "a.docx"),
        (word(OF_WORD), "a"),
        (open_document(OF_OPEN_DOCUMENT), "a.odt"),
    ],
)
def test_the_text_is_read_as_it_stands(data: bytes, name: str) -> None:
    title, body = drafted(data, name)
    assert title == PARTS[0]
    assert body.replace("In a box. ", "") == " ".join(PARTS[1:])
    assert body.count("In a box.") == 1


def test_a_document_is_read_as_a_text_file_of_it_would_be() -> None:
    above = ("Title: The weir fails", "Date: 2026-03-09", "Source: Fenland Bote", "", *PARTS[1:])
    (found,) = read(word(lines(*above)), "a.docx", LIMIT)
    assert isinstance(found, RawArticle)
    draft = parse_record(found)
    assert (draft.title, draft.source) == ("The weir fails", "Fenland Bote")
    assert str(draft.published).startswith("2026-03-09")


def test_documents_within_an_archive_are_read() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("press/a.docx", word(lines(*PARTS)))
        archive.writestr("press/b.odt", open_document(OF_OPEN_DOCUMENT))
    found = read(made.getvalue(), "x.zip", LIMIT)
    assert [one.origin.input for one in found if isinstance(one, RawArticle)] == [
        "x.zip!press/a.docx", "x.zip!press/b.odt",
    ]  # fmt: skip


BOMB = {"[Content_Types].xml": TYPES, "word/document.xml": " " * 5_000_000}
ENTITIES = f'<!DOCTYPE a [<!ENTITY b "c">]><w:document {W}/>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (word(""), "no text"),
        (word("<w:p/>" * 3), "no text"),
        (word(lines(*PARTS))[:-40], "damaged"),
        (word(lines("a" * LIMIT)), "limit"),
        (zipped(BOMB), "limit"),
        (zipped({"[Content_Types].xml": TYPES, "word/document.xml": ENTITIES}), "entities"),
        (zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": ""}), "spreadsheet is damaged"),
        (zipped({"[Content_Types].xml": TYPES, "ppt/presentation.xml": ""}), "export it as text"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, sentence: str) -> None:
    ((_, reason),) = reasons(read(data, "a.docx", LIMIT))
    assert sentence in reason


@given(st.binary(max_size=50), st.integers(0, 900))
def test_any_damage_is_a_reject_or_read(noise: bytes, at: int) -> None:
    data = word(lines(*PARTS))
    for one in read(data[:at] + noise + data[at + len(noise) :], "a.docx", LIMIT):
        assert isinstance(one, RawArticle | Reject)
