"""From cosine to closeness: the curve, where it is stored, and how it is fitted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.closeness import FLAGGED, Nearest, fitted, held_out, markdown
from search.calibration.closeness import BACKGROUND, CURVES, Curve, closeness_of, curve_of
from search.index.model import Candidate
from tests.support.pools import candidate

CURVE = Curve(-6, 15, -5, 0.2)


def drawn(seed: int, right: float, wrong: float, count: int = 400) -> Nearest:
    """Return cosines around two means, in a background at zero."""
    draw = np.random.default_rng(seed)

    def examples(mean: float) -> np.ndarray:
        return np.column_stack([draw.normal(mean, 0.1, count), draw.normal(0, 0.01, count)])

    return Nearest(examples(right), examples(wrong))


def candidates(*cosines: float) -> list[Candidate]:
    return [candidate(str(n), cosine) for n, cosine in enumerate(cosines)]


@given(cosine=st.floats(-1, 1), more=st.floats(0, 2), background=st.floats(-1, 1))
def test_closeness_is_a_share_that_grows_with_the_cosine(
    cosine: float, more: float, background: float
) -> None:
    near, nearer = (CURVE.closeness(each, background) for each in (cosine, cosine + more))
    assert 0 <= near <= nearer <= 1


def test_what_stands_out_of_the_crowd_is_closer() -> None:
    assert CURVE.closeness(0.5, 0.1) > CURVE.closeness(0.5, 0.4)
    found = candidates(0.9, *[0.2] * (BACKGROUND - 1), 0.1)
    closeness = closeness_of(CURVE, found)
    assert closeness["0"] == CURVE.closeness(0.9, 0.2)
    assert len(closeness) == BACKGROUND + 1


def test_nothing_is_claimed_without_a_curve_or_without_a_crowd() -> None:
    assert closeness_of(None, candidates(*[0.5] * 100)) == {}
    assert closeness_of(CURVE, candidates(*[0.5] * (BACKGROUND - 1))) == {}


def test_the_curve_is_half_where_right_and_wrong_are_equally_likely() -> None:
    curve = fitted([drawn(1, 0.7, 0.3)])
    assert curve.closeness(0.5, 0.0) == pytest.approx(0.5, abs=0.05)
    # Two normal distributions of variance s make a logistic curve of slope (difference / s).
    assert curve.slope == pytest.approx(0.4 / 0.01, rel=0.25)


def test_as_many_queries_with_an_answer_are_flagged_as_was_allowed() -> None:
    nearest = drawn(2, 0.7, 0.3)
    curve = fitted([nearest])
    flagged = np.mean(
        [
            curve.closeness(cosine, background) < curve.least
            for cosine, background in nearest.right.tolist()
        ]
    )
    assert flagged == pytest.approx(FLAGGED, abs=0.02)


def test_a_small_collection_weighs_as_much_as_a_large_one() -> None:
    small, large = drawn(3, 0.9, 0.5, 50), drawn(4, 0.5, 0.1, 5000)
    both = fitted([small, large])
    assert -both.intercept / both.slope == pytest.approx(0.5, abs=0.05)


def test_what_is_reported_is_measured_on_the_other_half() -> None:
    nearest = {"news": drawn(5, 0.7, 0.3), "sample": drawn(6, 0.7, 0.3)}
    figures = held_out(nearest, {"others": np.full((10, 2), (0.1, 0.0))})
    news = figures["collections"]["news"]
    assert news["order"] > 0.98
    assert news["flagged"] < 0.1
    assert news["detected"] > 0.9
    assert news["calibration_error"] < 0.1
    assert figures["foreign"] == {"others": 1.0}
    curve = {"model": "m", "intercept": -20, "slope": 40, "against": -1, "least": 0.9}
    assert "| news | 400 |" in markdown({**figures, "curve": curve})


def test_an_unknown_model_has_no_curve(tmp_path: Path) -> None:
    file = tmp_path / "closeness.json"
    assert curve_of("0" * 16, file) is None
    curve = {"intercept": -6, "slope": 15, "against": -5, "least": 0.2}
    file.write_text(json.dumps({"00000000000000aa": curve}))
    assert curve_of("0" * 16, file) is None
    assert curve_of("00000000000000aa", file) == CURVE


def test_the_bundled_model_has_a_curve() -> None:
    from search.embedding.static import COMPACT_FOLDER, StaticEmbedder

    model = StaticEmbedder.load(COMPACT_FOLDER, "compact")
    curve = curve_of(model.fingerprint)
    if curve is None:
        pytest.skip("nothing is claimed of this model yet; fit it: python -m benchmarks.closeness")
    assert curve.slope > 0
    assert 0 < curve.least < 0.5
    assert all(found["slope"] > 0 for found in json.loads(CURVES.read_text()).values())
