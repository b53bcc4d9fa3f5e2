"""Tables of text: CSV and TSV, an article per row, its keys in the first row.

Delimiter, quotes and encoding are found. A row that does not fit the first one is a reject with its
line, and a quote that never ends costs the row that it is in, not those after it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.table_cells import KNOWN, LONGEST_NAME, known, names_at, record_of
from indexer.sources.translations import translated
from indexer.text.encoding import as_utf8, decode, has_faults, too_long

_DELIMITERS = ",;\t|"
_SEP = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
"""The line by which Excel says the delimiter."""

_LINE_END = re.compile(r"\r\n|\n|\r")
"""Excel on a Macintosh ends lines with a carriage return alone."""

_CELL = "\x1f"
"""Parts cells where a row is decoded by itself."""

_HEAD = 65_536
_MOST_LINES, _MOST_BLANK = 1_000_000, 1_000_000
"""Lines of a row, and empty ones of a table: each takes 60 bytes, or half a microsecond."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How cells are parted and quotes escaped, and how many rows stand above the names."""

    delimiter: str
    escape: str | None
    above: int = 0


def read_csv(stream: io.BufferedReader, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the rows in order; the place of each is the line that it begins in."""
    plain = as_utf8(stream)
    head = plain.peek(_HEAD)[:_HEAD].decode("utf-8", "replace")
    dialect = _dialect(head)
    text = io.TextIOWrapper(plain, "utf-8", errors="surrogateescape", newline="")
    csv.field_size_limit(max(limit, csv.field_size_limit()))
    columns: list[str] | None = None
    above = dialect.above
    for line, given, size in _Rows(text, dialect, limit):
        origin = Origin(name, line)
        row, warning = _decoded(given, line)
        if isinstance(row, str):
            yield Reject(origin, row)
        elif above:
            above -= 1
        elif columns is None:
            columns = [cell.strip() for cell in row]
        elif len(row) != len(columns) and not _only_blank_beyond(row, len(columns)):
            yield Reject(
                origin, f"The row has {len(row)} cells where the first row has {len(columns)}."
            )
        else:
            record = record_of(columns, row)
            yield from translated(RawArticle(origin, record, size, warning=warning))
    if columns is None:
        yield Reject(Origin(name), "The file is empty.")


def _decoded(row: list[str] | str, line: int) -> tuple[list[str] | str, str | None]:
    """Return the cells of a row that may not be UTF-8, or why it is refused; and the warning."""
    if isinstance(row, str) or not has_faults("".join(row)):
        return row, None
    try:
        found = decode(_CELL.join(row).encode("utf-8", "surrogateescape"))
    except UnicodeError as error:
        return str(error), None
    return found.text.split(_CELL), found.warning(line - 1)


def _only_blank_beyond(row: list[str], columns: int) -> bool:
    return len(row) > columns and not any(cell.strip() for cell in row[columns:])


class _Rows:
    """Gives each row with the line that it begins in and its size; a text is why it is refused."""

    def __init__(self, text: io.TextIOWrapper, dialect: _Dialect, limit: int) -> None:
        self._text = text
        self._dialect = dialect
        self._limit = limit
        self._ahead: deque[str] = deque()

    def __iter__(self) -> Iterator[tuple[int, list[str] | str, int]]:
        number, blank = 1, 0
        while True:
            if self._pass_blank():
                number, blank = number + 1, blank + 1
                if blank > _MOST_BLANK:
                    yield number - 1, f"The table has more than {_MOST_BLANK:,} empty lines.", 0
                    return
                continue
            taken: list[str] = []
            try:
                row: list[str] | str | None = next(self._reader(taken), None)
            except csv.Error as error:
                row = f"The row is not a row of a table: {error}."
            except _TooLong:
                row = too_long("The row", self._limit)
            if row is None and not taken:
                return
            size = sum(map(len, taken))
            if number == 1 and _SEP.fullmatch(taken[0].strip()):
                row = []
            if len(taken) > 1 and size <= 2 * self._limit and not self._is_closed(taken):
                # Only the line that it begins in is lost.
                self._ahead.extendleft(reversed(taken[1:]))
                taken, row = taken[:1], "The row has a quote that does not end."
            if row:
                yield number, row, size
            number += len(taken)

    def _next_line(self) -> str:
        return self._ahead.popleft() if self._ahead else self._text.readline(self._limit + 1)

    def _pass_blank(self) -> bool:
        """Pass over the line that a row would begin with, if nothing is in it; tells whether so."""
        line = self._next_line()
        if line and not line.rstrip("\r\n"):
            return True
        if line:
            self._ahead.appendleft(line)
        return False

    def _is_closed(self, lines: list[str]) -> bool:
        text = "".join(lines)
        if self._dialect.escape:
            text = text.replace("\\\\", "").replace('\\"', "")
        return text.count('"') % 2 == 0

    def _reader(self, taken: list[str]) -> Iterator[list[str]]:
        return csv.reader(
            self._lines(taken),
            delimiter=self._dialect.delimiter,
            doublequote=True,
            escapechar=self._dialect.escape,
            skipinitialspace=self._dialect.delimiter != "\t",
        )

    def _lines(self, taken: list[str]) -> Iterator[str]:
        size = 0
        while True:
            line = self._next_line()
            if not line:
                return
            taken.append(line)
            size += len(line)
            if len(taken) > _MOST_LINES:
                raise _TooLong
            if len(line) > self._limit:
                while line and not line.endswith(("\n", "\r")):
                    line = self._text.readline(self._limit)
                taken[:] = taken[:1] if len(taken) == 1 else taken[:-1]
                raise _TooLong
            if size > self._limit:
                raise _TooLong
            yield line


class _TooLong(Exception):
    pass


_ESCAPED = re.compile(r'\\"(?![",;\t|\r\n]|\Z)')
"""A quotation mark within a cell, behind a backslash. Where one ends the cell, the backslash is the
last character of it."""

_DOUBLED = re.compile(r'[^,;\t|\r\n]""[^,;\t|\r\n]')


def _dialect(head: str) -> _Dialect:
    """Find the delimiter that the first row and the rows after it agree on."""
    said = _SEP.match(_LINE_END.split(head, maxsplit=1)[0].strip())
    escape = "\\" if _ESCAPED.search(head) and not _DOUBLED.search(head) else None
    if said:
        return _Dialect(said[1], escape)
    best = max(_DELIMITERS, key=lambda one: _score(_rows_of(head, one, escape)))
    return _Dialect(best, escape, names_at(_rows_of(head, best, escape)))


def _score(rows: list[list[str]]) -> tuple[int, int, int]:
    """How well a delimiter fits: known names in the row of them, rows of its width, its width."""
    if not rows:
        return (0, 0, 0)
    at = names_at(rows)
    width = len(rows[at])
    return (known(rows[at]), sum(len(row) == width > 1 for row in rows), width)


def _rows_of(head: str, delimiter: str, escape: str | None) -> list[list[str]]:
    """Return the first rows, as they are with a delimiter."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, escapechar=escape)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > 20:
                break
    except csv.Error:
        pass
    return rows


def _told(head: bytes) -> Told:
    start = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf").lstrip()
    if start[:1] in (b"", b"{", b"<") or (start[:1] == b"[" and start[1:2] in b'{"['):
        return Told.FITS if start else Told.NO
    text = start.decode("utf-8", "replace")
    first, *rest = _LINE_END.split(text, maxsplit=1)
    if not rest or not rest[0].strip() or len(first) > 2000:
        return Told.FITS
    try:
        cells = next(csv.reader([first], delimiter=_dialect(text).delimiter), [])
    except csv.Error:  # what is no text has a carriage return anywhere
        return Told.FITS
    short = all(len(cell) <= LONGEST_NAME for cell in cells)
    return Told.SURELY if short and len(cells) > 1 and known(cells) >= KNOWN else Told.FITS


FORMAT = Format(
    name="CSV and TSV",
    suffixes=(".csv", ".tsv", ".tab"),
    media_types=("text/csv", "text/tab-separated-values"),
    told=_told,
    read=read_csv,
)
