"""Feedback: what is near the best articles counts as well."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking.feedback import centre, fed_back

SHARES = st.floats(0, 1)


def vectors(*rows: tuple[float, float]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array(rows, np.float32)


def test_the_centre_lies_between_articles_by_their_weights() -> None:
    east, north = vectors((1, 0), (1, 0), (1, 0)), vectors((0, 1))
    between = centre([east, north], [1.0, 1.0])
    assert between is not None
    assert between == pytest.approx([0.70711, 0.70711], abs=1e-5)
    alone = centre([east, north], [1.0, 0.0])
    assert alone is not None
    assert alone == pytest.approx([1, 0])


def test_what_cancels_out_has_no_centre() -> None:
    assert centre([vectors((1, 0)), vectors((-1, 0))], [0.5, 0.5]) is None
    assert centre([vectors((1, 0))], [0.0]) is None
    assert centre([vectors((0, 0))], [1.0]) is None


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
