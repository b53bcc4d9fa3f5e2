"""When files and segments are merged: rules over their sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.embedded.upkeep import MOST_MERGED, Policy, disordered, taken_in

AT_ONCE = Policy().small_files


def written(sizes: list[int]) -> tuple[list[int], int]:
    """Write files of so many rows one after the other; files, newest first, and rows rewritten."""
    files: list[int] = []
    rewritten = 0
    for rows in sizes:
        files.insert(0, rows)
        merged = disordered(files)
        if merged >= AT_ONCE:
            rewritten += sum(files[:merged])
            files = [sum(files[:merged]), *files[merged:]]
    return files, rewritten


def bound(rows: int) -> float:
    """Files that may be there: those that wait, and one for each doubling."""
    return AT_ONCE + float(np.log2(max(rows, 2)))


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param([2800] * 400, id="batches of hundreds of articles"),
        pytest.param([14] * 3000, id="articles one by one"),
        pytest.param([2800, 14] * 300, id="a batch and a correction by turns"),
        pytest.param([14, 2800, 1, 40] * 300, id="anything by turns"),
        pytest.param([2**n for n in range(18)] * 5, id="ever larger ones"),
        pytest.param([2**n for n in range(18, 0, -1)] * 5, id="ever smaller ones"),
    ],
)
def test_files_stay_few_and_rewrites_rare(sizes: list[int]) -> None:
    files, rewritten = written(sizes)
    rows = sum(sizes)
    assert sum(files) == rows
    assert len(files) <= bound(rows)
    assert rewritten <= rows * np.log2(rows)


@given(st.lists(st.integers(1, 5000), max_size=400))
def test_whatever_is_written_files_stay_few(sizes: list[int]) -> None:
    files, rewritten = written(sizes)
    rows = sum(sizes)
    assert len(files) <= bound(rows)
    assert rewritten <= rows * (1 + np.log2(max(rows, 2)))


@given(st.lists(st.integers(0, 5000), max_size=60))
def test_what_is_left_outweighs_all_that_is_younger(files: list[int]) -> None:
    merged = disordered(files)
    left = [sum(files[:merged]), *files[merged:]] if merged else files
    younger = 0
    for number, rows in enumerate(left):
        assert number == 0 or rows > younger
        younger += rows


def test_segments_beyond_a_size_are_left_alone() -> None:
    assert taken_in([MOST_MERGED // 2, 10], MOST_MERGED // 4) == 2
    assert taken_in([MOST_MERGED, 10], MOST_MERGED // 4) == 0
    assert taken_in([10, MOST_MERGED], MOST_MERGED // 4) == 1
