"""Rank fusion: numbers checked by hand, and what must hold for any ranking."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking.fusion import (
    Fusion,
    FusionMethod,
    convex_combination,
    ranked,
    reciprocal_rank_fusion,
    relative_to_language,
    scaled_to_pool,
)
from search.request import Request
from search.retrieval.legs import LEGS, weighed

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
    fused = convex_combination([{"a": 1.0, "b": 0.5}, {"b": 1.0, "c": 0.2}], [1.0, 3.0])
    assert fused["a"] == pytest.approx(0.25)
    assert fused["b"] == pytest.approx(0.25 * 0.5 + 0.75)
    assert fused["c"] == pytest.approx(0.75 * 0.2)
    assert convex_combination([{}, {"a": 0.4}], [1.0, 3.0]) == {"a": pytest.approx(0.4)}
    assert convex_combination([{"a": 0.4}], [0.0]) == {"a": 0.0}


def test_cosines_are_scaled_from_the_best_to_the_end_of_the_pool() -> None:
    cosines = {"a": 0.8, "b": 0.5, "c": 0.2, "d": 0.1}
    scaled = scaled_to_pool(cosines, depth=3)
    assert scaled == {"a": 1, "b": pytest.approx(0.5), "c": pytest.approx(0), "d": 0}
    assert scaled_to_pool({}, 3) == {}


def test_a_pool_of_much_the_same_is_not_torn_apart() -> None:
    scaled = scaled_to_pool({"a": 0.80, "b": 0.79}, depth=200)
    assert scaled["b"] == pytest.approx(1 - 0.01 / 0.4)
    assert scaled_to_pool({"a": 0.8}, 200) == {"a": 1}
    assert scaled_to_pool({"a": 0.0}, 200) == {"a": 1}


def test_words_count_by_the_best_of_their_language() -> None:
    langs = {"d1": "de", "d2": "de", "f1": "fr", "f2": "fr"}
    scores = {"d1": 20.0, "d2": 10.0, "f1": 4.0, "f2": 2.0}
    relative = relative_to_language(scores, langs, depth=4)
    assert relative == {"d1": 1, "d2": 0.125, "f1": 1, "f2": 0.125}
    # French is not among the best two, so it has no measure of its own.
    behind = relative_to_language(scores, langs, depth=2)
    assert behind["f1"] == pytest.approx((4 / 20) ** 3)
    assert relative_to_language({}, {}, 4) == {}


def test_a_common_word_does_not_beat_a_perfect_match_of_meaning() -> None:
    """The trouble with ranks: the first of a leg counts the same however little it matches."""
    words = {"de-flood": 30.0, "en-noise": 3.0, "en-other": 2.9}
    meaning = {"uk-flood": 0.9, "de-flood": 0.5, "en-other": 0.45, "en-noise": 0.4}
    langs = {one: one[:2] for one in {**words, **meaning}}
    scores = fused(Fusion(), langs, lexical=words, vector=meaning)
    assert ranked(scores)[:2] == ["uk-flood", "de-flood"]
    assert max(scores.values()) <= 1


SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 40), max_size=8)


@given(SCORES, SCORES, st.sampled_from(FusionMethod))
def test_fused_scores_are_shares_and_every_id_is_kept(
    words: dict[str, float], cosines: dict[str, float], method: FusionMethod
) -> None:
    langs = {one: "de" if one < "e" else "fr" for one in "abcdefgh"}
    cosines = {one: score / 40 for one, score in cosines.items()}
    scores = fused(Fusion(method=method), langs, lexical=words, vector=cosines)
    assert scores.keys() == words.keys() | cosines.keys()
    assert all(0 <= score <= 1 + 1e-9 for score in scores.values())


@pytest.mark.parametrize("method", FusionMethod)
def test_what_comes_behind_the_pool_falls_and_stays_under_what_words_can_give(
    method: FusionMethod,
) -> None:
    fusion = Fusion(method=method)
    shares = [fusion.share_behind(1.0, 4.0, rank, 1 / rank) for rank in (1, 2, 50)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(0.25)
    assert fusion.share_behind(0.0, 0.0, 1, 1.0) == 0


def test_equal_scores_are_ordered_by_id() -> None:
    assert ranked({"b": 1.0, "a": 1.0, "c": 2.0}) == ["c", "a", "b"]


def test_names_decide_between_articles_that_are_alike_otherwise() -> None:
    langs = {"de": "de", "uk": "uk", "ja": "ja"}
    meaning = {"de": 0.5, "uk": 0.5, "ja": 0.5}
    names = {"uk": 7.0, "ja": 3.0}
    scores = fused(Fusion(), langs, vector=meaning, names=names)
    assert scores["uk"] == scores["ja"] == pytest.approx(1.0)
    assert scores["de"] == pytest.approx(1 / (1 + LEGS["names"].weight))
    alone = fused(Fusion(), langs, vector=meaning)
    assert alone == fused(Fusion(), langs, vector=meaning, names={})


def test_names_weigh_more_where_they_are_all_that_is_asked() -> None:
    langs = dict.fromkeys("ab", "en")
    meaning, names = {"a": 0.6, "b": 0.5}, {"b": 5.0}
    plain, off = Fusion(weights={"names": 0.2}), Fusion(weights={"names": 0.0})
    some, alone = Request("a storm in London"), Request("London")
    assert not some.query_names.alone
    assert alone.query_names.alone
    assert ranked(fused(plain, langs, some, vector=meaning, names=names)) == ["a", "b"]
    assert ranked(fused(plain, langs, alone, vector=meaning, names=names)) == ["b", "a"]
    assert ranked(fused(off, langs, alone, vector=meaning, names=names)) == ["a", "b"]


@pytest.mark.parametrize("query", ["ليرنا", "लेरना", "레르나"])
def test_names_weigh_more_where_no_article_has_a_word_of_a_short_query(query: str) -> None:
    langs = dict.fromkeys("ab", "en")
    meaning, names = {"a": 0.6, "b": 0.5}, {"b": 5.0}
    fusion, short = Fusion(weights={"names": 0.3}), Request(query)
    long = Request("how many people left lerna")
    assert ranked(fused(fusion, langs, short, vector=meaning, names=names)) == ["b", "a"]
    assert ranked(fused(fusion, langs, long, vector=meaning, names=names)) == ["a", "b"]
    words = {"a": 3.0}
    found = fused(fusion, langs, short, lexical=words, vector=meaning, names=names)
    assert ranked(found) == ["a", "b"]


def fused(
    fusion: Fusion,
    langs: Mapping[str, str],
    request: Request | None = None,
    /,
    **legs: Mapping[str, float],
) -> dict[str, float]:
    """Fuse the scores of legs with the weights and scales of the table of legs."""
    return fusion.fused(legs, weighed(fusion, request or Request("a storm at sea"), legs), langs)
