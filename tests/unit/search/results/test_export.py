"""Exports: valid whatever the text, safe in a spreadsheet, written hit by hit."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.answer import Hit, LegScore, ShownPassage
from search.index.model import Article, Passage
from search.results.export import Export, Format, columns, export_as, safe_cell

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def hit(identifier: str = "a", title: str = "Title", text: str = "Text.", **fields: object) -> Hit:
    article = Article(id=identifier, title=title, passages=(), **fields)  # type: ignore[arg-type]
    legs = {"lexical": LegScore(2, 7.123456)}
    return Hit(article, 0.5, legs, (ShownPassage(Passage(3, text, "en"), ((0, 2),)),), 1)


def written(form: Format, *hits: Hit, mark: bool = False) -> str:
    out = io.StringIO(newline="")
    passed = list(export_as(form, mark).write(hits, {"query": "q"}, out))
    assert passed == list(hits)
    return out.getvalue()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- CSV ------------------------------------------------------------------------------------


def test_how_likely_a_hit_is_right_is_in_every_format() -> None:
    found = replace(hit("a"), confidence=0.123456)
    assert rows(written("csv", found))[0]["confidence"] == "0.1235"
    assert json.loads(written("jsonl", found))["confidence"] == 0.1235
    assert json.loads(written("json", found))["hits"][0]["confidence"] == 0.1235


def test_csv_columns() -> None:
    found = hit("a", "Title", "Text.", lang="en", source="herald", tags=("x", "y"), section="s")
    (row,) = rows(written("csv", found))
    assert list(row) == columns()
    assert row == {
        "rank": "1",
        "id": "a",
        "title": "Title",
        "lang": "en",
        "source": "herald",
        "published": "",
        "updated": "",
        "url": "",
        "section": "s",
        "tags": "x; y",
        "score": "0.5",
        "confidence": "",
        "lexical_rank": "2",
        "lexical_score": "7.1235",
        "vector_rank": "",
        "vector_score": "",
        "names_rank": "",
        "names_score": "",
        "rerank_score": "",
        "rank_before_rerank": "",
        "duplicates": "1",
        "copies": "",
        "position": "3",
        "paragraph": "Text.",
    }


@pytest.mark.parametrize(
    "evil",
    [
        '=HYPERLINK("https://evil.example","click")',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "＝1+1",
        "＠SUM(A1)",
    ],
)
def test_no_cell_is_a_formula(evil: str) -> None:
    found = hit(evil, evil, evil, source=evil, section=evil, tags=(evil,), url=evil)
    (row,) = rows(written("csv", found))
    for name in ("id", "title", "source", "section", "tags", "url", "paragraph"):
        assert row[name] == f"'{evil}"


@given(TEXT)
def test_a_safe_cell_keeps_the_text(text: str) -> None:
    cell = safe_cell(text)
    assert cell.removeprefix("'") == text.replace("\0", "").removeprefix("'")
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@"))


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_csv_is_read_back_whatever_the_text(texts: list[tuple[str, str]]) -> None:
    hits = [hit(f"a{n}", title, text) for n, (title, text) in enumerate(texts)]
    read = rows(written("csv", *hits))
    assert [row["title"] for row in read] == [safe_cell(title) for title, _ in texts]
    assert [row["paragraph"] for row in read] == [safe_cell(text) for _, text in texts]


def test_byte_order_mark() -> None:
    assert written("csv", hit(), mark=True).startswith("\ufeffrank,")
    assert written("csv", hit()).startswith("rank,")


def test_csv_lines_end_as_the_rfc_says() -> None:
    assert written("csv", hit()).count("\r\n") == 2


# --- JSON -----------------------------------------------------------------------------------


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_json_is_valid_whatever_the_text(texts: list[tuple[str, str]]) -> None:
    hits = [hit(f"a{n}", title, text) for n, (title, text) in enumerate(texts)]
    document = json.loads(written("json", *hits))
    assert document["query"] == "q"
    assert [one["title"] for one in document["hits"]] == [title for title, _ in texts]
    lines = written("jsonl", *hits)
    read = [json.loads(line) for line in lines.split("\n")[:-1]]
    assert [one["paragraphs"][0]["text"] for one in read] == [text for _, text in texts]
    assert [one["rank"] for one in read] == list(range(1, len(texts) + 1))


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_hits_are_written_as_they_come(form: Format) -> None:
    out = io.StringIO()
    taken = []

    def hits() -> Iterator[Hit]:
        for n in range(3):
            taken.append(n)
            yield hit(f"id-{n}")

    export: Export = export_as(form)
    stream = export.write(hits(), {}, out)
    next(stream)
    assert taken == [0]
    assert "id-0" in out.getvalue()
    assert "id-1" not in out.getvalue()


def test_an_article_without_passages() -> None:
    bare = Hit(Article(id="a", title="T", passages=()), 0.0, {}, ())
    (row,) = rows(written("csv", bare))
    assert (row["position"], row["paragraph"]) == ("", "")
