"""Coverage at terminals of any width, and as a picture and a table, whatever the texts are."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len
from rich.console import Console

from search.coverage.matrix.model import Activity, Coverage
from search.coverage.matrix.rows import (
    buckets_of,
    headlines_of,
    languages_of,
    rows_of,
    shared_texts,
    window_of,
)
from search.coverage.matrix.silence import silent_sources
from search.errors import UsageError
from search.index.withdrawals import Withdrawal, Withdrawn
from search.results.coverage_document import COLUMNS, coverage_document, write_csv
from search.results.coverage_plot import check_plot, svg, write_plot
from search.terminal.coverage import show_coverage, span, sparkline
from tests.unit.search.coverage.test_matrix import BEGINS, found

HOSTILE = '=cmd|" /C calc"!A0\x1b[2J\ud800\ufffe<script>'

ARTICLES = (
    found("w1", "Wire", 0, text="wire", title="Flood hits Lerna"),
    found("p1", "The Very Long Name of a Newspaper of Record", 3.5, text="wire"),
    found("a1", "صحيفة المرسى", 4, lang="ar", title="فيضان يضرب ليرنا"),
    found("j1", "東浜新聞", 30, lang="ja", title="レルナで洪水"),
    found("x1", HOSTILE, 31, lang="hi", title=HOSTILE),
    replace(found("c1", "Bote", 40, lang="de"), versions=3, corrected=BEGINS + timedelta(days=2)),
    replace(found("z1", "Zeit", None, lang="und"), status="canceled"),
)


def coverage(articles: tuple = ARTICLES, *, silent: bool = True) -> Coverage:  # type: ignore[type-arg]
    window = window_of(articles)
    buckets = buckets_of(window)
    rows = rows_of(articles, buckets)
    activities = [Activity(row.source, 20, 100, 10) for row in rows]
    activities.append(Activity("静かな新聞", 50, 400, 90, ("s1", HOSTILE, 0.4)))
    return Coverage(
        subject="flood Lerna",
        window=window,
        languages=languages_of(articles),
        rows=rows,
        buckets=buckets,
        shared=shared_texts(articles),
        headlines=headlines_of(rows),
        silent=silent_sources(activities, rows) if silent else (),
        withdrawn=(Withdrawal("k1", Withdrawn.CANCELED, when=BEGINS, source="Wire", why="Wrong."),),
        basis="the 7 articles that match",
    )


def screen(shown: Coverage, width: int, *, terminal: bool = True) -> list[str]:
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=terminal, no_color=True, markup=False, highlight=False
    )
    show_coverage(shown, "UTC", console)
    lines = out.getvalue().split("\n")
    return [
        line.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "") for line in lines
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 133, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(cell_len(line) for line in screen(coverage(), width)) <= width


@pytest.mark.parametrize("width", [80, 133])
def test_columns_stand_below_each_other(width: int) -> None:
    lines = screen(coverage(), width)
    start = next(n for n, line in enumerate(lines) if line.startswith("source"))
    rows = lines[start + 1 : start + 1 + len(coverage().rows)]
    ends = {
        cell_len(line[: line.index(word)]) for line, word in zip(rows, ("first",), strict=False)
    }
    for line in rows[1:]:
        plain = line.replace("\u2068", "").replace("\u2069", "")
        word = next(word for word in (" own", " carried", " origin") if word in plain)
        ends.add(cell_len(plain[: plain.index(word)]) - 5)
    assert len(ends) == 1


def test_what_is_said() -> None:
    text = "\n".join(screen(coverage(), 200, terminal=False))
    assert "7 articles by 7 sources in 6 languages" in text
    assert "2 sources: Wire 2026-03-02 08:00 (w1); The Very Long Name of a Newspaper" in text
    assert "corrected: version 3" in text
    assert "canceled" in text
    assert "Wire has withdrawn the article k1 (2026-03-02 08:00 UTC): Wrong." in text
    assert "静かな新聞: " in text
    assert "\x1b[2J" not in text


def test_a_delay_of_weeks_stands_apart_from_the_counts() -> None:
    late = found("l1", "Late", 23 * 24 + 22.5, lang="fr")
    line = next(one for one in screen(coverage((ARTICLES[0], late)), 80) if one.startswith("Late"))
    assert " 1 23 d 22 h" in line


def test_what_a_silence_says_of_small_sources_and_where_nothing_is_near() -> None:
    rows = rows_of(ARTICLES[:1], ())
    covering = Activity("Wire", 20, 100, 0)
    (known,) = silent_sources([covering, Activity("Village", 5, 40, 2)], rows)
    (unknown,) = silent_sources([covering, Activity("Village", 5, 40, 0)], rows)
    told = [
        screen(replace(coverage(), silent=(one,)), 200, terminal=False)[-2].strip()
        for one in (known, unknown)
    ]
    assert told[0] == (
        "Village: 41% (unsure): 5 articles in this time, 0.5 expected on this; 2 of its 40 near "
        "the subject"
    )
    assert told[1] == "Village: 18% (unsure): 5 articles in this time, 0.2 expected on this"


def test_nothing_found_is_said() -> None:
    assert screen(coverage((), silent=False), 80)[0].startswith("Nothing found")


def test_spans_and_bars() -> None:
    assert [span(timedelta(minutes=m)) for m in (0, 59, 60, 1439, 1441, 300_000)] == [
        "0 min",
        "59 min",
        "1 h 00",
        "23 h 59",
        "1 d 0 h",
        "208 d",
    ]
    assert sparkline([0, 1, 2, 4], 4) == "·▂▄█"
    assert sparkline([1, 1, 0, 0], 2) == "█·"
    assert sparkline([1], 0) == ""


def test_the_document_has_what_the_terminal_has() -> None:
    document = coverage_document(coverage())
    assert document["sources"][0]["source"] == "Wire"
    assert document["timeline"][1]["delay_s"] == 12_600
    assert document["same_text"][0]["sources"][0] == "Wire"
    silent = {one["source"]: one for one in document["silent"]}
    assert silent["静かな新聞"]["evidence"]["nearest"]["id"] == "s1"
    assert document["withdrawn"][0]["status"] == "canceled"
    assert {cell["lang"] for cell in document["matrix"]} == set(document["languages"])


def test_a_table_is_safe_in_a_spreadsheet() -> None:
    out = io.StringIO()
    write_csv(coverage(), out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 8
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert rows[-1]["wording"] == "none"


def test_a_picture_is_well_formed(tmp_path: Path) -> None:
    tree = ElementTree.fromstring(svg(coverage(), "Europe/Berlin"))  # noqa: S314 - our own
    dots = [one for one in tree.iter() if one.tag.endswith("circle")]
    assert len(dots) == 6 + len(coverage().languages)
    for name in ("a.svg", "a.png"):
        write_plot(coverage(), tmp_path / name, "UTC")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match=r"end it in \.svg or \.png"):
        check_plot(Path("a.gif"))
