"""Whether confidence comes true: figures that are checked by hand."""

from __future__ import annotations

import pytest

from search.evaluation.reliability import (
    FEWEST,
    calibration_error,
    reliability,
    reliability_document,
)
from search.evaluation.run import Run
from search.evaluation.topics import Topic


def test_the_error_is_the_gap_within_bins() -> None:
    assert calibration_error([(0.95, True), (0.95, True), (0.05, False)]) == pytest.approx(0.05)
    assert calibration_error([(0.95, True), (0.95, False)]) == pytest.approx(0.45)
    assert calibration_error([(1.0, True), (0.0, False)]) == 0
    assert calibration_error([]) == 0


def test_precision_above_the_line_and_recall_that_is_kept() -> None:
    topics = [Topic("t", "flood", "en")]
    run = Run({"t": ("a", "b", "c")}, {}, (), {"t": {"a": 0.9, "b": 0.6, "c": 0.2}})
    langs = {"a": "de", "b": "de", "c": "uk"}
    found = reliability(topics, run, {"t": {"a": 1, "c": 2, "b": 0}}, langs, 0.5)
    assert found is not None
    assert (found.hits, found.precision, found.kept) == (3, 0.5, 0.5)
    assert found.brier == pytest.approx((0.01 + 0.36 + 0.64) / 3)
    assert found.pairs == {}, "too few topics"
    document = reliability_document(found)
    assert document is not None
    assert document["recall_kept"] == 0.5


def test_pairs_have_enough_topics_with_a_relevant_article() -> None:
    topics = [Topic(f"t{n}", "flood", "en") for n in range(FEWEST)]
    run = Run(
        {topic.id: ("a", "b") for topic in topics},
        {},
        (),
        {topic.id: {"a": 0.8, "b": 0.1} for topic in topics},
    )
    judgements = {topic.id: {"a": 1} for topic in topics}
    found = reliability(topics, run, judgements, {"a": "de", "b": "fr"}, 0.5)
    assert found is not None
    assert set(found.pairs) == {("en", "de")}
    assert found.pairs["en", "de"].error == pytest.approx(0.2)


def test_nothing_is_measured_where_nothing_is_known() -> None:
    run = Run({"t": ("a",)}, {}, ())
    assert reliability([Topic("t", "q", "en")], run, {"t": {"a": 1}}, {"a": "de"}, 0.5) is None
    assert reliability_document(None) is None
