"""From cosine to closeness: the curve, where it is kept, and how it is fitted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.closeness import FLAGGED, Nearest, fitted, held_out, markdown
from search.closeness import CURVES, Curve, curve_of


def drawn(seed: int, right: float, wrong: float, count: int = 400) -> Nearest:
    """Return cosines around two means."""
    draw = np.random.default_rng(seed)
    return Nearest(draw.normal(right, 0.1, count), draw.normal(wrong, 0.1, count))


@given(cosine=st.floats(-1, 1), more=st.floats(0, 2))
def test_closeness_is_a_share_that_grows_with_the_cosine(cosine: float, more: float) -> None:
    curve = Curve(-6, 15, 0.2)
    assert 0 <= curve.closeness(cosine) <= curve.closeness(cosine + more) <= 1


def test_the_curve_is_half_where_right_and_wrong_are_equally_likely() -> None:
    curve = fitted([drawn(1, 0.7, 0.3)])
    assert curve.closeness(0.5) == pytest.approx(0.5, abs=0.05)
    # Two normal distributions of variance s make a logistic curve of slope (difference / s).
    assert curve.slope == pytest.approx(0.4 / 0.01, rel=0.25)


def test_as_many_questions_with_an_answer_are_flagged_as_was_allowed() -> None:
    nearest = drawn(2, 0.7, 0.3)
    curve = fitted([nearest])
    first = np.maximum(nearest.right, nearest.wrong)
    flagged = np.mean([curve.closeness(cosine) < curve.least for cosine in first.tolist()])
    assert flagged == pytest.approx(FLAGGED, abs=0.01)


def test_a_small_collection_weighs_as_much_as_a_large_one() -> None:
    small, large = drawn(3, 0.9, 0.5, 50), drawn(4, 0.5, 0.1, 5000)
    both = fitted([small, large])
    middle = -both.intercept / both.slope
    assert middle == pytest.approx(0.5, abs=0.05)


def test_what_is_reported_is_measured_on_the_other_half() -> None:
    nearest = {"news": drawn(5, 0.7, 0.3), "sample": drawn(6, 0.7, 0.3)}
    figures = held_out(nearest, {"others": np.full(10, 0.1)})
    news = figures["collections"]["news"]
    assert news["order"] > 0.98
    assert news["flagged"] < 0.1
    assert news["detected"] > 0.9
    assert news["calibration_error"] < 0.1
    assert figures["foreign"] == {"others": 1.0}
    curve = {"model": "m", "intercept": -20, "slope": 40, "least": 0.9}
    assert "| news | 400 |" in markdown({**figures, "curve": curve})


def test_an_unknown_model_has_no_curve(tmp_path: Path) -> None:
    kept = tmp_path / "closeness.json"
    assert curve_of("0" * 16, kept) is None
    kept.write_text('{"00000000000000aa": {"intercept": -5, "slope": 10, "least": 0.1}}')
    assert curve_of("0" * 16, kept) is None
    assert curve_of("00000000000000aa", kept) == Curve(-5, 10, 0.1)


def test_the_bundled_model_has_a_curve() -> None:
    from search.embedding.static import COMPACT_FOLDER, StaticEmbedder

    model = StaticEmbedder.load(COMPACT_FOLDER, "compact")
    curve = curve_of(model.fingerprint)
    assert curve is not None, "fit one: python -m benchmarks.closeness"
    assert curve.slope > 0
    assert 0 < curve.least < 0.5
    assert all(found["slope"] > 0 for found in json.loads(CURVES.read_text()).values())
