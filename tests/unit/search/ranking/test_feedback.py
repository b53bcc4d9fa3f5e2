"""Feedback: what is near the best articles counts as well."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking.feedback import centres, fed_back

SHARES = st.floats(0, 1)

EAST, WEST, NORTH, NOWHERE = map(np.array, ((0.3, 0.0), (-0.5, 0.0), (0.0, 0.9), (0.0, 0.0)))


def test_the_first_centre_lies_between_articles_by_their_weights() -> None:
    found = centres([EAST, NORTH], [1.0, 1.0])
    assert found is not None
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array([[0.70711, 0.70711], [1, 0], [0, 1]]), abs=1e-5)
    alone = centres([EAST, NORTH, NOWHERE], [1.0, 0.0, 1.0])
    assert alone is not None
    assert alone == pytest.approx(np.array([[1, 0], [1, 0], [0, 1], [0, 0]]))


def test_what_cancels_out_has_no_centre() -> None:
    assert centres([EAST, WEST], [0.5, 0.5]) is None
    assert centres([EAST], [0.0]) is None
    assert centres([NOWHERE], [1.0]) is None
    assert centres([], []) is None


def test_what_is_near_the_best_moves_up() -> None:
    scores = {"a": 0.9, "b": 0.5, "c": 0.6}
    found = fed_back(scores, {"a": 0.95, "b": 0.9, "d": 0.1}, 200, 0.3)
    assert sorted(found, key=found.__getitem__, reverse=True) == ["a", "b", "c"]
    assert found["c"] == pytest.approx(0.7 * 0.6)


@given(st.dictionaries(st.sampled_from("abcdef"), SHARES), SHARES)
def test_scores_stay_in_bounds_and_no_share_changes_nothing(
    scores: dict[str, float], share: float
) -> None:
    nearness = dict.fromkeys("abx", 0.4) | {"c": -0.2}
    found = fed_back(scores, nearness, 3, share)
    assert found.keys() == scores.keys()
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in found.values())
    assert fed_back(scores, nearness, 3, 0.0) == pytest.approx(scores)
