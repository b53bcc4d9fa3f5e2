"""Measures checked by hand, and what languages do to them."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation.bias import language_bias, peer
from search.evaluation.collection import Collection
from search.evaluation.languages import quality_by_language
from search.evaluation.measures import MEASURES, means, measure
from search.evaluation.plot import heat_map
from search.evaluation.report import differences, report, report_document
from search.evaluation.run import Run
from search.evaluation.significance import compare
from search.evaluation.topics import Topic


def test_measures_by_hand() -> None:
    values = measure({"t": ["x", "b", "a"]}, {"t": {"a": 2, "b": 1, "c": 0}})["t"]
    found = 1 / math.log2(3) + 2 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert values["nDCG@10"] == pytest.approx(found / ideal)
    assert values["R@10"] == values["R@100"] == 1
    assert values["RR@10"] == pytest.approx(1 / 2)
    assert values["AP@100"] == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_a_topic_without_an_answer_scores_nought_and_one_without_judgements_is_left_out() -> None:
    values = measure({"u": ["a"]}, {"t": {"a": 1}, "u": {"a": 0}})
    assert values == {"t": dict.fromkeys(MEASURES, 0.0)}
    assert means(values.values()) == dict.fromkeys(MEASURES, 0.0)
    assert means([]) == {}
    assert measure({}, {"u": {"a": 0}}) == {}


LANGS = {"a": "de", "b": "fr", "c": "fr", "x": "de", "y": "de"}


def test_right_answers_in_other_languages_are_not_held_against_a_language() -> None:
    topics = [Topic("t", "q", "de"), Topic("u", "q")]
    quality = quality_by_language(
        topics, {"t": ["a", "b", "x", "c"]}, {"t": {"a": 1, "b": 1, "c": 1}, "u": {"a": 1}}, LANGS
    )
    assert quality.topics == {("de", "de"): 1, ("de", "fr"): 1}
    assert quality.pairs["de", "de"]["nDCG@10"] == 1
    french = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert quality.pairs["de", "fr"]["nDCG@10"] == pytest.approx(french)
    assert quality.same == quality.pairs["de", "de"]
    assert quality.cross == quality.pairs["de", "fr"]


def test_bias_by_hand() -> None:
    ranking = [*"axy", *(f"y{n}" for n in range(7)), "b", "c"]
    langs = LANGS | {f"y{n}": "de" for n in range(7)}
    bias = language_bias(
        [Topic("t", "q", "de")], {"t": ranking}, {"t": dict.fromkeys("abc", 1)}, langs
    )
    assert bias.page_recall_same == 1
    assert bias.page_recall_cross == 0
    assert bias.own_share == 1
    assert bias.own_share_relevant == pytest.approx(1 / 3)
    assert bias.languages_shown == pytest.approx(1 / 2)


def test_equal_ranks_are_probable_when_languages_alternate_and_not_when_they_do_not() -> None:
    german, french = [f"d{n}" for n in range(8)], [f"f{n}" for n in range(8)]
    langs = dict.fromkeys(german, "de") | dict.fromkeys(french, "fr")
    relevant = dict.fromkeys([*german, *french], 1)
    mixed = [a for pair in zip(german, french, strict=True) for a in pair]
    fair = peer(mixed, relevant, langs)
    unfair = peer([*german, *french], relevant, langs)
    assert fair is not None
    assert unfair is not None
    assert fair > 0.6
    assert unfair < 0.01
    assert peer(german, dict.fromkeys(german, 1), langs) == 1
    assert peer([], relevant, langs) == 1
    assert peer(["d0", "f0"], {"d0": 1, "f0": 1}, langs) is None


def test_articles_not_found_tie_behind_all_others() -> None:
    langs = {"a": "de", "b": "de", "c": "fr", "d": "fr"}
    relevant = dict.fromkeys("abcd", 1)
    never = peer(["a", "b"], relevant, langs)
    last = peer(["a", "b", *(f"x{n}" for n in range(97)), "c"], relevant, langs)
    assert never is not None
    assert last is not None
    # Ranks 1 2 | 3 4 give H = 2.4; the tie 3.5 3.5 divides it by 0.9; chi-squared, one degree.
    assert last == pytest.approx(math.erfc(math.sqrt(2.4 / 2)))
    assert never == pytest.approx(math.erfc(math.sqrt(2.4 / 0.9 / 2)))


def test_a_gain_on_every_topic_is_no_chance_and_one_of_two_is() -> None:
    first = {f"t{n}": {"m": 0.2} for n in range(12)}
    second = {f"t{n}": {"m": 0.5} for n in range(12)}
    gain = compare(first, second, "m")
    assert (gain.better, gain.worse, gain.equal) == (12, 0, 0)
    assert gain.mean == pytest.approx(0.3)
    assert gain.p_value == pytest.approx(2 / 2**12, rel=0.01)  # exact: 4,096 ways to swap
    assert compare(first, first, "m").p_value == 1
    mixed = {"t0": {"m": 0.3}, "t1": {"m": 0.1}}
    assert compare(first, mixed, "m").p_value == 1
    assert compare(first, {"t0": {"m": 0.9}}, "m").p_value == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
def test_the_order_of_two_settings_only_turns_the_sign(values: list[tuple[float, float]]) -> None:
    first = {str(n): {"m": a} for n, (a, _) in enumerate(values)}
    second = {str(n): {"m": b} for n, (_, b) in enumerate(values)}
    forth, back = compare(first, second, "m"), compare(second, first, "m")
    assert forth.mean == pytest.approx(-back.mean)
    assert forth.p_value == pytest.approx(back.p_value)
    assert 0 < forth.p_value <= 1
    assert (forth.better, forth.worse) == (back.worse, back.better)


@pytest.fixture
def collection() -> Collection:
    topics = (Topic("t", "q", "de"), Topic("u", "q", "fr"))
    judgements = {"t": {"a": 2, "b": 1}, "u": {"c": 1, "gone": 1}}
    return Collection(topics, judgements, LANGS, frozenset({"gone"}))


def test_report_and_comparison_as_documents(collection: Collection) -> None:
    good = Run({"t": ("a", "b"), "u": ("c",)}, LANGS, (3.0, 1.0))
    bad = Run({"t": ("x", "a"), "u": ("x", "c")}, LANGS, (3.0, 1.0))
    setting = {"mode": "hybrid", "index": "i"}
    first, second = report(collection, good, setting), report(collection, bad, setting)
    document = report_document(first)
    assert document["topics"] == 2
    assert document["absent"] == 1
    assert document["median_ms"] == 3.0
    assert document["overall"]["RR@10"] == 1
    assert document["overall"]["R@100"] == 0.75
    assert list(document["pairs"]) == ["de>de", "de>fr", "fr>fr"]
    assert document["by_topic"]["u"]["R@10"] == 0.5
    gain = differences(first, second)["RR@10"]
    assert gain.mean == -0.5
    assert gain.worse == 2


def test_the_plot_is_well_formed_and_has_a_cell_a_pair(collection: Collection) -> None:
    run = Run({"t": ("a", "b"), "u": ("c",)}, LANGS, (1.0,))
    drawn = heat_map(report(collection, run, {"mode": "hybrid", "index": "i"}))
    root = ET.fromstring(drawn)  # noqa: S314
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("100") == 3
