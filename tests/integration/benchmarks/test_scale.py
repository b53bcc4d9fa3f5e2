"""The benchmark of growth, on a corpus that is small enough for a test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scale import Corpus, measured, run
from benchmarks.scale_articles import SAMPLE, headlines, read
from benchmarks.tables import growth
from tests.support.places import ROOT

PASSAGES = 1000


CHILDREN = """
import sys
from benchmarks.scale import run
large = run([sys.executable, "-c", "print(len(bytearray(10**9)))"])
small = run([sys.executable, "-c", "print(1)"])
assert (large.output, small.output) == ("1000000000\\n", "1\\n")
assert large.peak_mb > 900 > small.peak_mb, (large, small)
"""


def test_a_child_is_measured_by_itself() -> None:
    """In a process as small as the benchmark's: a child is counted with its parent's size."""
    subprocess.run([sys.executable, "-c", CHILDREN], cwd=ROOT, check=True, timeout=120)


def test_every_figure_has_its_place_in_the_table(tmp_path: Path) -> None:
    queries = tmp_path / "headlines.json"
    queries.write_text(json.dumps(headlines(read(SAMPLE), 5)), encoding="utf-8")
    corpus = Corpus(tmp_path / "corpus", SAMPLE, PASSAGES)
    least = run([sys.executable, "-c", "pass"])
    found = measured(corpus, queries, 1, least)
    assert found["passages"] == pytest.approx(PASSAGES, rel=0.05)
    assert all(figure > 0 for figure in numbers(found))
    head, _, *rows = growth([found, found]).splitlines()
    assert head.count(f"{found['passages']:,}") == 2
    assert all(row.count("|") == 4 for row in rows)
    written = (corpus.folder / "ingest.json").stat().st_mtime_ns
    assert corpus.ingested().wall_s > 0
    assert (corpus.folder / "ingest.json").stat().st_mtime_ns == written, "ingested once"


def numbers(figures: dict[str, Any]) -> Iterator[float]:
    for figure in figures.values():
        if isinstance(figure, dict):
            yield from numbers(figure)
        elif not isinstance(figure, str):
            yield figure
