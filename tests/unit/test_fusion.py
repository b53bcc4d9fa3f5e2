"""Rank fusion: numbers checked by hand, and what must hold for any ranking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fusion import convex_combination, ranked, reciprocal_rank_fusion

RANKINGS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), min_size=1, max_size=3)


def test_scores_by_hand() -> None:
    fused = reciprocal_rank_fusion([["a", "b"], ["b", "c"]], [1.0, 1.0], k=60)
    attainable = 2 / 61
    assert fused["b"] == pytest.approx((1 / 62 + 1 / 61) / attainable)
    assert fused["a"] == pytest.approx((1 / 61) / attainable)
    assert fused["c"] == pytest.approx((1 / 62) / attainable)
    assert ranked(fused) == ["b", "a", "c"]


def test_weight_decides_between_two_leaders() -> None:
    fused = reciprocal_rank_fusion([["a"], ["b"]], [1.0, 2.0], k=60)
    assert fused == {"a": pytest.approx(1 / 3), "b": pytest.approx(2 / 3)}


def test_leader_of_the_only_leg_that_found_something_scores_one() -> None:
    assert reciprocal_rank_fusion([[], ["a"]], [1.0, 1.0])["a"] == pytest.approx(1.0)


def test_a_repeated_id_counts_once() -> None:
    once = reciprocal_rank_fusion([["a", "b"]], [1.0])
    assert reciprocal_rank_fusion([["a", "a", "b"]], [1.0]) == once


@given(RANKINGS)
def test_scores_are_shares_and_every_id_is_kept(rankings: list[list[str]]) -> None:
    fused = reciprocal_rank_fusion(rankings, [1.0] * len(rankings))
    assert set(fused) == {identifier for ranking in rankings for identifier in ranking}
    assert all(0 < score <= 1 + 1e-9 for score in fused.values())


@given(RANKINGS, st.integers(0, 10))
def test_one_ranking_is_never_reordered(rankings: list[list[str]], k: int) -> None:
    ranking = rankings[0]
    assert ranked(reciprocal_rank_fusion([ranking], [1.0], k)) == ranking


@given(RANKINGS)
def test_moving_up_never_lowers_a_score(rankings: list[list[str]]) -> None:
    first = rankings[0]
    if len(first) < 2:
        return
    last = first[-1]
    better = [[last, *first[:-1]], *rankings[1:]]
    weights = [1.0] * len(rankings)
    before, after = (reciprocal_rank_fusion(r, weights) for r in (rankings, better))
    assert after[last] > before[last]


def test_convex_combination_by_hand() -> None:
    fused = convex_combination([{"a": 8.0, "b": 4.0}, {"b": 0.6, "c": -0.2}], [1.0, 3.0], [0, -1])
    assert fused["a"] == pytest.approx(0.25)
    assert fused["b"] == pytest.approx(0.25 * 0.5 + 0.75)
    assert fused["c"] == pytest.approx(0.75 * 0.5)


def test_equal_scores_are_ordered_by_id() -> None:
    assert ranked({"b": 1.0, "a": 1.0, "c": 2.0}) == ["c", "a", "b"]
