"""Tables: CSV and TSV as programs write them, Parquet and Arrow."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle
from indexer.sources import csv_table
from tests.support.reading import LIMIT, read, reasons, records

ROWS = 'title,text,lang\nHarbour,"Ships may\nenter, ""again"".",en\nBrücke,Bis Herbst,de\n'
WANTED = [
    {"title": "Harbour", "text": 'Ships may\nenter, "again".', "lang": "en"},
    {"title": "Brücke", "text": "Bis Herbst", "lang": "de"},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a"])
def test_encodings_and_names(encoding: str, name: str) -> None:
    assert records(read(ROWS.encode(encoding), name)) == WANTED


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    text = ROWS.replace("enter,", "enter").replace(",", delimiter).replace("\n", end)
    first, second = records(read(text.encode(), "a.csv"))
    assert (first["title"], second) == ("Harbour", WANTED[1])
    assert first["text"].split() == ["Ships", "may", "enter", '"again".']


def test_the_delimiter_that_excel_says() -> None:
    assert records(read(b"sep=;\ntitle;text\na;b, c\n", "a.csv")) == [
        {"title": "a", "text": "b, c"}
    ]


def test_quotes_behind_a_backslash() -> None:
    data = b'title,text\n"a \\"b\\", c",d\n'
    assert records(read(data, "a.csv")) == [{"title": 'a "b", c', "text": "d"}]


def test_nameless_columns_and_empty_cells_are_left_out() -> None:
    data = b",title,text,Unnamed: 3,url\n0,A,B,x,\n1,C,D,y,NaN\n"
    assert records(read(data, "a.csv")) == [
        {"title": "A", "text": "B"},
        {"title": "C", "text": "D"},
    ]


def test_cells_of_several_values() -> None:
    data = b'text,tags,authors\nx,"a; b","Li, Wei; Ana Silva"\ny,"[""c"", ""d""]",Li\n'
    first, second = records(read(data, "a.csv"))
    assert (first["tags"], first["authors"]) == (["a", "b"], ["Li, Wei", "Ana Silva"])
    assert second["tags"] == ["c", "d"]


def test_a_row_that_does_not_fit_is_one_reject_with_its_line() -> None:
    items = read(b'title,text\nA,"B\nB"\nC\nD,E,F\nG,H,,\n\nI,J\n', "a.csv")
    assert [one.record["title"] for one in items if isinstance(one, RawArticle)] == ["A", "G", "I"]
    assert [line for line, _ in reasons(items)] == [4, 5]
    assert "3 cells where the first row has 2" in reasons(items)[1][1]


def test_a_quote_that_never_ends_costs_its_row_only() -> None:
    items = read(b'title,text\nA,"B\nC,D\nE,F\n', "a.csv")
    assert [one.record["title"] for one in items if isinstance(one, RawArticle)] == ["C", "E"]
    assert [line for line, _ in reasons(items)] == [2]


def test_a_row_over_the_limit_is_one_reject() -> None:
    items = read(b"title,text\nA," + b"x" * (3 * LIMIT) + b"\nC,D\n", "a.csv")
    assert [one.record["title"] for one in items if isinstance(one, RawArticle)] == ["C"]
    assert [line for line, _ in reasons(items)] == [2]


@pytest.mark.parametrize(
    "prose", ["Harbour, again\n\nShips, boats and more, says the mayor.", "Title, Text\n", "a,b\n"]
)
def test_prose_with_commas_is_no_table(prose: str) -> None:
    items = read(prose.encode(), "a.txt")
    assert items[0].read_as == "plain text"


TABLE = pa.table(
    {
        "title": ["A", "B"],
        "paragraphs": [["x", "y"], ["z"]],
        "published": [datetime(2026, 8, 20, 8, tzinfo=UTC), None],
        "score": [1.5, float("nan")],
        "__index_level_0__": [0, 1],
    }
)


def _bytes(kind: str) -> bytes:
    sink = io.BytesIO()
    if kind == "parquet":
        pq.write_table(TABLE, sink)
    elif kind == "feather":
        pyarrow.feather.write_feather(TABLE, sink)
    else:
        opened = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
        with opened(sink, TABLE.schema) as writer:
            writer.write_table(TABLE)
    return sink.getvalue()


@pytest.mark.parametrize("kind", ["parquet", "feather", "file", "stream"])
@pytest.mark.parametrize("name", ["a", "a.parquet", "a.csv"])
def test_tables_of_columns(kind: str, name: str) -> None:
    assert records(read(_bytes(kind), name)) == [
        {"title": "A", "paragraphs": ["x", "y"], "published": "2026-08-20T08:00:00+00:00",
         "score": 1.5},
        {"title": "B", "paragraphs": ["z"]},
    ]  # fmt: skip


def test_a_map_is_an_object() -> None:
    kinds = pa.schema([("text", pa.string()), ("meta", pa.map_(pa.string(), pa.string()))])
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": ["A"], "meta": [[("desk", "sea")]]}, schema=kinds), sink)
    assert records(read(sink.getvalue(), "a")) == [{"text": "A", "meta": {"desk": "sea"}}]


@pytest.mark.parametrize("kind", ["parquet", "feather", "file", "stream"])
def test_a_damaged_table_is_a_reject(kind: str) -> None:
    data = _bytes(kind)
    items = read(data[: len(data) // 2], "a")
    assert reasons(items)[-1][1].startswith("The table cannot be read after this place: ")


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_rejects(data: bytes) -> None:
    for start in (b"title,text\n", b"PAR1", b"ARROW1\x00\x00", b"\xff\xff\xff\xff\x10\x00\x00\x00"):
        read(start + data, "a.csv")


CELLS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=20)


@example([["", "\n\\"]])
@example([["C:\\texts\\", 'He said "yes".']])
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=20))
def test_what_python_writes_is_read(rows: list[list[str]]) -> None:
    import csv

    out = io.StringIO()
    csv.writer(out).writerows([["title", "text"], *rows])
    items: list[Any] = read(out.getvalue().encode("utf-8", "replace"), "a.csv")
    assert not reasons(items)


def test_empty_lines_count_and_say_nothing() -> None:
    items = read(b"title,text\r\n\r\n\n\rA,B\n\n,,x,\n", "a.csv")
    assert [(one.origin.line, type(one).__name__) for one in items] == [
        (5, "RawArticle"),
        (7, "Reject"),
    ]


def test_a_table_of_empty_lines_is_refused_where_they_have_no_end() -> None:
    items = read(b"title,text\rA,B\r" + b"\r" * 1_000_001 + b"C,D\r", "a.csv")
    assert records(items[:1]) == [{"title": "A", "text": "B"}]
    assert reasons(items[1:]) == [(1_000_003, "The table has more than 1,000,000 empty lines.")]


def test_a_quote_without_end_costs_its_row_however_many_lines_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_table, "_MOST_LINES", 100)
    items = read(b'title,text\na,"b\n' + b"c,d\n" * 1000, "a.csv")
    assert reasons(items[:1]) == [(2, "The row has a quote that does not end.")]
    assert records(items[1:]) == [{"title": "c", "text": "d"}] * 1000


def test_what_stands_above_the_names_of_the_columns_is_passed_over() -> None:
    table = (
        "Export from MediaMonitor\nDate: 2026-03-10\n\n"
        'Headline,Outlet,Published,Text,URL\n"Weir, again",Kurier,9 March 2026,The weir failed.,'
        "https://k.example/1\nWeir mended,Kurier,10 March 2026,It holds.,https://k.example/2\n"
    )
    found = read(table.encode(), "export.csv")
    assert [one.origin.line for one in found] == [5, 6]
    assert [one["Headline"] for one in records(found)] == ["Weir, again", "Weir mended"]


def test_names_that_stand_in_a_later_row_make_no_header_of_it() -> None:
    table = "kind,note,year,page\nfirst,title,2026,1\nother,text,date,url\n"
    assert [one["note"] for one in records(read(table.encode(), "a.csv"))] == ["title", "text"]


def test_columns_by_language_are_an_article_in_each() -> None:
    rows = (
        "id,title_en,text_en,title_fr,text_fr\n"
        "7,Weir fails,It failed.,Barrage,Il a rompu.\n"
        "8,Mayor leaves,She left., ,\n"
    )
    wanted = [
        {"id": "7.en", "title": "Weir fails", "text": "It failed.", "lang": "en"},
        {"id": "7.fr", "title": "Barrage", "text": "Il a rompu.", "lang": "fr"},
        {"id": "8", "title": "Mayor leaves", "text": "She left.", "lang": "en"},
    ]
    assert records(read(rows.encode(), "a.csv")) == wanted
    table = pa.Table.from_pylist([{"id": "7", "title_en": "Weir", "text_en": "It failed."}])
    target = io.BytesIO()
    pq.write_table(table, target)
    assert records(read(target.getvalue(), "a.parquet")) == [
        {"id": "7", "title": "Weir", "text": "It failed.", "lang": "en"}
    ]
