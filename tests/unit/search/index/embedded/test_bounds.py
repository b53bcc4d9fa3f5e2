"""Which passages can be among the nearest: none of them is missed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.embedded.bounds import FEW, among_best, among_nearest

LENGTHS = st.lists(st.integers(1, 9), min_size=1, max_size=30)


@given(LENGTHS, st.integers(1, FEW + 1), st.integers(0, 2**32 - 1), st.sampled_from([0, 0.01, 0.3]))
def test_none_of_the_best_is_left_out(
    lengths: list[int], passages: int, seed: int, margin: float
) -> None:
    """Whatever the true cosines are, within their bounds, and however many are alike."""
    chance = np.random.default_rng(seed)
    rows = sum(lengths)
    middle = chance.integers(-5, 5, rows).astype(np.float32) / 10
    low, high = (middle - margin).astype(np.float32), (middle + margin).astype(np.float32)
    true = low + chance.random(rows).astype(np.float32) * (high - low)
    among = among_best(np.array(lengths), low, high, passages)
    start = 0
    for length in lengths:
        own = np.arange(start, start + length)
        best = own[np.argsort(-true[own], kind="stable")][:passages]
        assert among[best].all()
        start += length


@pytest.mark.parametrize("passages", [1, 3, FEW])
def test_what_is_surely_worse_is_left_out(passages: int) -> None:
    """As many stay as `among_nearest` leaves where nothing is alike."""
    chance = np.random.default_rng(7)
    lengths = chance.integers(1, 30, 200)
    scores = chance.permutation(int(lengths.sum())).astype(np.float32) / 1000
    low, high = (scores - 0.0001).astype(np.float32), (scores + 0.0001).astype(np.float32)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    among = among_best(lengths, low, high, passages)
    assert np.array_equal(among, among_nearest(owners, low, high, len(lengths), passages))
    assert among.sum() == np.minimum(lengths, passages).sum()


def test_nothing_at_all() -> None:
    nothing = np.zeros(0, np.float32)
    assert len(among_best(np.zeros(0, np.int64), nothing, nothing, 3)) == 0
