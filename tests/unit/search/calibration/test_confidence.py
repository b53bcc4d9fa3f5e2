"""How likely a hit is right: fitted, stored, read, and what it is read from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.calibration.confidence import (
    EVERY,
    FEATURES,
    LENGTH,
    STORED,
    Confidence,
    confidence_of,
)
from search.calibration.confidence_fit import Examples, fit, fit_fed_back, monotone


def drawn(seed: int, count: int = 600, many: int = len(FEATURES)) -> Examples:
    """Return candidates of which the first feature tells with which chance they are right."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(count, many))
    features[:, LENGTH] = np.log(9)
    right = draw.random(count) < 1 / (1 + np.exp(-2 * features[:, 0] + 1))
    langs = [("de", "uk")[n % 2] for n in range(count)]
    return Examples(features, langs, right.astype(float), np.ones(count), np.arange(count) // 6)


FITTED = fit(drawn(1, 4000), "f" * 16, "drawn")


def test_what_is_said_comes_true_on_other_queries() -> None:
    other = drawn(2, 6000)
    said = FITTED.of(other.features, other.langs)
    assert said.min() >= 0
    assert said.max() <= 1
    for low, high in ((0.0, 0.3), (0.3, 0.6), (0.6, 1.0)):
        there = (said >= low) & (said < high)
        assert said[there].mean() == pytest.approx(other.right[there].mean(), abs=0.1)


@given(
    values=st.lists(
        st.floats(-1e6, 1e6, allow_nan=False), min_size=len(FEATURES), max_size=len(FEATURES)
    ),
    lang=st.text(max_size=5),
)
def test_it_is_a_probability_whatever_the_legs_say(values: list[float], lang: str) -> None:
    (said,) = FITTED.of(np.asarray([values]), [lang])
    assert 0 < said < 1


def test_short_queries_have_a_fit_of_their_own() -> None:
    """In these, the first feature says the opposite."""
    examples = drawn(5, 1200)
    features, right = examples.features.copy(), examples.right.copy()
    short = (np.arange(1200) // 6) % 2 == 0
    features[:, LENGTH] = np.where(short, np.log(3), np.log(9))
    right[short] = 1 - right[short]
    fitted = fit(replace(examples, features=features, right=right), "f" * 16, "drawn")
    assert fitted.short is not None
    assert fitted.queries == 200
    assert fitted.for_length(np.log(3)) is fitted.short
    assert fitted.for_length(np.log(9)) is fitted
    low, high = (np.zeros((2, len(FEATURES))) for _ in range(2))
    for one, length in ((low, np.log(3)), (high, np.log(9))):
        one[:, 0], one[:, LENGTH] = (-2.0, 2.0), length
    assert np.diff(fitted.of(low, ["de", "de"]))[0] < 0 < np.diff(fitted.of(high, ["de", "de"]))[0]
    read = Confidence.read(fitted.document())
    assert read.of(low, ["de", "de"]) == pytest.approx(fitted.of(low, ["de", "de"]), abs=1e-3)


def test_few_short_queries_are_fitted_with_the_others() -> None:
    examples = drawn(5, 1200)
    features = examples.features.copy()
    features[:, LENGTH] = np.where(np.arange(1200) < 6 * 20, np.log(2), np.log(9))
    assert fit(replace(examples, features=features), "f" * 16, "drawn").short is None


def test_the_least_is_below_the_likeliest_of_all_but_a_twentieth_of_the_answered() -> None:
    assert FITTED.least is not None
    other = drawn(3, 6000)
    said = FITTED.of(other.features, other.langs).reshape(-1, 6)
    likeliest = said.max(axis=1)[other.right.reshape(-1, 6).any(axis=1)]
    assert 0 < (likeliest < FITTED.least).mean() < 0.1


def test_queries_count_for_the_least_as_they_are_weighed() -> None:
    examples = drawn(1, 600)
    right = examples.right.reshape(-1, 5).any(axis=1).repeat(5)
    signal = examples.features[:, 0].reshape(-1, 5).max(axis=1).repeat(5)
    low = right & (signal < 0.5)
    queries = np.arange(600) // 5
    heavy = replace(examples, queries=queries, weights=np.where(low, 20.0, 1.0))
    light = replace(examples, queries=queries, weights=np.where(low, 0.05, 1.0))
    least = [fit(one, "f" * 16, "drawn").least for one in (heavy, light)]
    assert least[0] is not None
    assert least[1] is not None
    assert least[0] < least[1]


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "confidence.json"
    file.write_text(json.dumps({FITTED.fingerprint: FITTED.document()}), encoding="utf-8")
    read = confidence_of(FITTED.fingerprint, file)
    assert read is not None
    assert read.digest == FITTED.digest
    some = drawn(3, 30)
    assert read.of(some.features, some.langs) == pytest.approx(
        FITTED.of(some.features, some.langs), abs=0.001
    )
    assert confidence_of("another", file) is None
    assert confidence_of(FITTED.fingerprint, tmp_path / "none.json") is None


def test_what_feedback_says_is_fitted_and_stored_besides() -> None:
    queries = [drawn(seed, 12, len(EVERY)) for seed in range(60)]
    both = fit_fed_back(FITTED, [*queries, drawn(99, 12)])
    assert both.fed_back is not None
    assert both.fed_back.queries == 120
    read = Confidence.read(json.loads(json.dumps(both.document())))
    assert read.digest == both.digest != FITTED.digest
    some = drawn(3, 30, len(EVERY))
    fed_back = read.of(some.features, some.langs)
    assert fed_back == pytest.approx(both.of(some.features, some.langs), abs=0.001)
    alone = read.of(some.features[:, : len(FEATURES)], some.langs)
    assert alone == pytest.approx(FITTED.of(some.features, some.langs), abs=0.001)
    assert not np.allclose(alone, fed_back, atol=0.05)
    with pytest.raises(ValueError, match=r"."):
        Confidence.read({**both.document(), "fed_back": FITTED.document()})


def test_few_queries_with_feedback_fit_nothing() -> None:
    assert fit_fed_back(FITTED, [drawn(1, 12, len(EVERY)), *(drawn(n, 12) for n in range(60))]) is (
        FITTED
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 99),
        ("features", ["cosine"]),
        ("weights", [1.0, 2.0]),
        ("languages", ["de"]),
        ("curve", None),
        ("middle", "no numbers"),
    ],
)
def test_what_is_not_whole_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        Confidence.read({**FITTED.document(), key: value})


def test_it_cannot_be_fitted_where_all_is_right_or_all_is_wrong() -> None:
    for right in (0.0, 1.0):
        some = drawn(1)
        with pytest.raises(ValueError, match="right and wrong"):
            fit(some.only(some.right == right), "f" * 16, "drawn")


def test_queries_that_are_joined_stay_apart() -> None:
    joined = Examples.joined([drawn(1, 12), drawn(2, 12)])
    assert len(np.unique(joined.queries)) == 4
    assert joined.features.shape == (24, len(FEATURES))


@given(seed=st.integers(0, 1000), count=st.integers(1, 400))
def test_the_curve_rises(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    sums, right = draw.normal(size=count), draw.integers(0, 2, count).astype(float)
    powers, chances = monotone(sums, right, draw.random(count) + 0.1)
    assert (np.diff(powers) > 0).all()
    assert (np.diff(chances) >= 0).all()
    assert 0 < chances[0] <= chances[-1] < 1


def test_what_comes_with_the_program_can_be_read() -> None:
    for fingerprint, document in json.loads(STORED.read_text(encoding="utf-8")).items():
        assert document["model"] == fingerprint
        assert confidence_of(fingerprint) is not None
