"""Spreadsheets of Excel: lists of articles, as press monitors write them."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle
from indexer.article.records import parse_record
from indexer.sources.formats import detect
from indexer.sources.spreadsheets import FORMAT
from tests.support.reading import read, reasons, records

COLUMNS = ["Nr", "Titel", "Datum", "Medium", "Autor", "Volltext", "Link"]
TEXT = "Das Wehr brach am Montag.\nNiemand wurde verletzt."
ROW = [1.0, "Das Wehr bricht", datetime(2026, 3, 9, 8, 30), "Bote", "Ada Fenn", TEXT]
LINK = "https://bote.example/1"


def book(sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(data: bytes, members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, members.get(name, old.read(name)), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def shared() -> bytes:
    """The same as Excel itself writes it: cells point into one table of texts."""
    texts = ["Titel", "Datum", "Text", "Das Wehr bricht", TEXT]
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    names = "".join(f'<c r="{at}1" t="s"><v>{n}</v></c>' for n, at in enumerate("ABC"))
    cells = '<c r="A2" t="s"><v>3</v></c><c r="B2"><v>46090.35</v></c><c r="C2" t="s"><v>4</v></c>'
    rows = f'<row r="1">{names}</row><row r="2">{cells}</row>'
    sheet = f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>"
    table = f"<sst {main}>{''.join(f'<si><t>{one}</t></si>' for one in texts)}</sst>"
    of = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(io.BytesIO(SIMPLE)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{of}"/></Types>'
    out = io.BytesIO(
        changed(
            SIMPLE,
            {
                "xl/worksheets/sheet1.xml": sheet.encode(),
                "[Content_Types].xml": types.replace("</Types>", part).encode(),
            },
        )
    )
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", table)
    return out.getvalue()


SIMPLE = book({"Artikel": [COLUMNS, [*ROW, LINK]]})


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "a"])
def test_a_row_is_an_article(name: str) -> None:
    (found,) = [one for one in read(SIMPLE, name) if isinstance(one, RawArticle)]
    draft = parse_record(found)

    assert detect("a.xlsx", SIMPLE[:8192]) is FORMAT
    assert (draft.title, draft.body, draft.source, draft.url) == (ROW[1], TEXT, "Bote", LINK)
    assert draft.published == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    assert draft.meta["Nr"] == "1"
    assert found.origin.line == 2


def test_cells_may_point_into_a_table_of_texts() -> None:
    (record,) = records(read(shared(), "a.xlsx"))
    assert record == {"Titel": "Das Wehr bricht", "Datum": "46090.35", "Text": TEXT}


def test_what_stands_above_the_names_and_in_other_sheets_is_no_article() -> None:
    second = [2, "二番目の記事", date(2026, 3, 10), "新聞", None, "堰が壊れた。", None]
    data = book(
        {
            "Summary": [["Press review"], ["Articles", 2]],
            "Artikel": [["Press review"], [], COLUMNS, [*ROW, LINK], [None] * 7, second],
            "Mehr": [COLUMNS, [3, "Dritter", "2026-03-11", "Bote", None, "Ein Text.", None]],
            "Alt": [COLUMNS, [4, "Alt", "2020-03-11", "Bote", None, "Ein Text.", None]],
        },
        hidden=("Alt",),
    )
    found = [one for one in read(data, "a.xlsx") if isinstance(one, RawArticle)]
    assert [one.record["Nr"] for one in found] == ["1", "2", "3"]
    assert [one.origin.line for one in found] == [4, 6, 2]
    assert found[1].record["Datum"] == "2026-03-10"


def test_a_sheet_without_known_columns_is_read_for_who_says_what_they_are() -> None:
    (record,) = records(read(book({"A": [["Kopf", "Rumpf"], ["K", "Ein Text."]]}), "a.xlsx"))
    assert record == {"Kopf": "K", "Rumpf": "Ein Text."}


def test_a_workbook_without_tables_says_so() -> None:
    assert not records(read(book({"A": []}), "a.xlsx"))
    with zipfile.ZipFile(io.BytesIO(SIMPLE)) as archive:
        names = archive.read("xl/workbook.xml")
    hidden = changed(SIMPLE, {"xl/workbook.xml": names.replace(b'"visible"', b'"hidden"')})
    assert reasons(read(hidden, "a.xlsx"))[0][1] == "There is no table in the spreadsheet."


def test_a_cell_far_away_costs_nothing_and_a_row_beyond_all_is_left_out() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(SIMPLE)) as archive:
        text = archive.read(sheet)
    for row in (b"1048576", b"99999999999"):
        far = b'<row r="%s"><c r="B%s" t="inlineStr"><is><t>Far</t></is></c></row></sheetData>'
        data = changed(SIMPLE, {sheet: text.replace(b"</sheetData>", far % (row, row))})
        found = records(read(data, "a.xlsx"))
        assert [one["Titel"] for one in found] == [ROW[1], "Far"][: 1 + (row == b"1048576")]


def test_bombs_and_what_is_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = changed(SIMPLE, {"xl/worksheets/sheet1.xml": bytes(9_000_000)})
    assert "as bombs do" in reasons(read(bomb, "a.xlsx"))[0][1]
    for what in ("MOST_STRINGS", "MOST_STYLES"):
        with monkeypatch.context() as patch:
            patch.setattr(f"indexer.sources.spreadsheets.{what}", 10)
            assert "save it as CSV" in reasons(read(shared(), "a.xlsx"))[0][1]


def test_what_does_not_end_is_refused_before_it_takes_memory() -> None:
    sheet = b"<worksheet><sheetData>" + b"<row>" * 200_000
    items = read(changed(SIMPLE, {"xl/worksheets/sheet1.xml": sheet + bytes(range(32, 60))}), "a")
    assert "do not end" in reasons(items)[0][1]


def test_more_cells_than_a_list_of_articles_has_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.sources.spreadsheets.MOST_CELLS", 10)
    data = book({"A": [COLUMNS, [*ROW, LINK], [*ROW, f"{LINK}2"]]})
    first, last = read(data, "a.xlsx")
    assert isinstance(first, RawArticle)
    assert reasons([last])[0][0] == 3


@given(st.binary(max_size=200), st.integers(0, len(SIMPLE)))
def test_any_damage_is_a_sentence_and_nothing_is_warned_of(noise: bytes, at: int) -> None:
    with warnings.catch_warnings(action="error"):
        for one in read(SIMPLE[:at] + noise + SIMPLE[at + len(noise) :], "a.xlsx"):
            assert isinstance(one, RawArticle) or one.reason
