"""Spreadsheets of Excel (.xlsx, ECMA-376): an article per row, its keys in the first row.

Press monitors and archives write such lists. Every sheet that has columns whose names are known is
read; where none has, the first one is, for who says what its columns are.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from indexer.article.draft import Item, Origin, RawArticle, Reject
from indexer.sources import office
from indexer.sources.archive_bounds import is_bomb
from indexer.sources.format import Format, Told
from indexer.sources.table_cells import ABOVE, KNOWN, known, names_at, record_of, said_by
from indexer.sources.translations import translated
from indexer.text.encoding import too_long

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_PIECE = 1 << 20

_STRINGS = "xl/sharedStrings.xml"
_HELD = re.compile(r"^(?!xl/worksheets/sheet[^/]*$).*\.(?:xml|rels)$")

MOST_STRINGS = 200_000_000
"""Bytes of the texts of all cells, which are held: ten thousand articles of the longest kind."""

MOST_STYLES = 5_000_000
"""Bytes of everything else that is held (styles, names of sheets): they take four seconds."""

MOST_CELLS = 2_000_000
"""Of a spreadsheet that are read: they take eight seconds."""

_TOO_MANY = (
    f"The spreadsheet has more than {MOST_CELLS:,} cells; the rest of it was not read: split it."
)

MOST_OPEN = 100_000
"""Elements within each other: of those that do not end each takes 400 bytes."""

MOST_ROWS, MOST_COLUMNS = 1_048_576, 1_000
"""Of a sheet: Excel's own limit of rows, and more columns than tables of articles have. A file may
say of a cell that it stands far beyond."""


def read_workbook(file: BinaryIO, name: str, limit: int) -> Iterator[Item]:
    """Yield the rows of all sheets in order; the place of each is the number of its row.

    A row without a text is a reject, as in any table; an empty one is passed over.
    """
    from openpyxl.reader.excel import ExcelReader

    if refused := _refusal(file):
        yield Reject(Origin(name), refused)
        return
    try:
        reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        with reader.archive:
            with warnings.catch_warnings(action="ignore"):  # of styles and the like
                reader.read()
            sheets = [one for one in reader.wb.worksheets if one.sheet_state == "visible"]
            headed = [(one, *_names(one)) for one in sheets]
            named = [one for one in headed if known(one[2]) >= KNOWN]
            cells = 0
            for columns, number, row in _rows(named or headed[:1]):
                cells += len(row)
                if cells > MOST_CELLS:
                    yield Reject(Origin(name, number), _TOO_MANY)
                    return
                yield from _articles(Origin(name, number), columns, row, limit)
            if not sheets:
                yield Reject(Origin(name), "There is no table in the spreadsheet.")
    except _DAMAGED as error:
        yield Reject(Origin(name), f"The spreadsheet is damaged: {said_by(error)}.")


_DAMAGED = (
    *office.DAMAGED,
    *(SyntaxError, TypeError, KeyError, IndexError, AttributeError, AssertionError),
)
"""What openpyxl raises for files that other programs, or accidents, have made."""


def _told(head: bytes) -> Told:
    return office.told(head) if b"xl/" in head else Told.NO


def _refusal(file: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if any(is_bomb(one.file_size, one.compress_size) for one in members):
                return "The spreadsheet is refused: it grows far beyond its size, as bombs do."
            parts = [one for one in members if one.filename.endswith((".xml", ".rels"))]
            if any(_is_deep(archive, one) for one in parts):
                return "The spreadsheet is damaged: its elements do not end."
    except office.DAMAGED:
        return "The spreadsheet is damaged."
    sizes = {one.filename: one.file_size for one in members}
    strings = sizes.pop(_STRINGS, 0)
    held = [name for name in sizes if _HELD.search(name)]
    if strings > MOST_STRINGS or sum(sizes[name] for name in held) > MOST_STYLES:
        return "The spreadsheet has too much text or too many styles for one; save it as CSV."
    return None


def _is_deep(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Tell whether far more elements begin than end, in any part of a member."""
    open_ones = 0
    with archive.open(member) as file:
        while part := file.read(_PIECE):
            ends = part.count(b"</")
            open_ones += part.count(b"<") - 2 * ends - part.count(b"/>")
            if open_ones > MOST_OPEN:
                return True
    return False


def _names(sheet: ReadOnlyWorksheet) -> tuple[int, list[str]]:
    """Return which row has the names of the columns, counted from 0, and these."""
    rows = [_texts(row) for row in islice(_cells(sheet), ABOVE)]
    at = names_at(rows)
    return at, [one.strip() for one in rows[at]] if rows else []


def _cells(sheet: ReadOnlyWorksheet) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what a file says of its size need not be so
    found: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    return found


def _rows(
    headed: Sequence[tuple[ReadOnlyWorksheet, int, list[str]]],
) -> Iterator[tuple[list[str], int, tuple[Any, ...]]]:
    """Yield the rows below the names of the columns: with these, its number, and what is in it."""
    for sheet, at, columns in headed:
        blank: tuple[Any, ...] = ()
        for number, row in enumerate(islice(_cells(sheet), at + 1, MOST_ROWS), start=at + 2):
            if row is blank:  # one and the same for all that are left out
                continue
            if any(one is not None for one in row):
                yield columns, number, row
            else:
                blank = row


def _articles(
    origin: Origin, columns: list[str], row: tuple[Any, ...], limit: int
) -> Iterator[Item]:
    cells = _texts(row)
    size = sum(map(len, cells))
    if size > limit:
        yield Reject(origin, too_long("The row", limit))
    else:
        yield from translated(RawArticle(origin, record_of(columns, cells), size))


def _texts(row: tuple[Any, ...]) -> list[str]:
    """Return the cells as a table of text would have them."""
    return list(map(_text, row[:MOST_COLUMNS]))


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


FORMAT = Format(
    name="Excel",
    suffixes=(".xlsx", ".xlsm"),
    media_types=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    told=_told,
    read=office.read_office,
    is_text=False,
)
