"""Rows are found by their ids, however few are left of those that there were."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.index.embedded.numbering import Numbering


@given(st.lists(st.integers(0, 3000), unique=True, max_size=60))
def test_every_row_has_the_number_of_its_place(ids: list[int]) -> None:
    row_ids = np.array(ids, np.int64)
    numbering = Numbering.of(row_ids)
    assert numbering(row_ids).tolist() == list(range(len(ids)))
    backwards = row_ids[::-1]
    assert numbering(backwards).tolist() == list(range(len(ids)))[::-1]
    assert numbering(np.empty(0, np.int64)).tolist() == []


def test_pages_without_rows_take_no_room() -> None:
    dense = Numbering.of(np.arange(10_000))
    sparse = Numbering.of(np.arange(10_000) + 6_400_000)
    assert dense.nbytes < 5 * 10_000
    assert sparse.nbytes - dense.nbytes < 6_400_000 / 10
