"""Vectors of 8 bits per number: how far off their cosines are is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search.index.embedded.quantised import MOST, Quantised, QuantisedQuery


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


@given(st.integers(1, 300), st.integers(0, 2**32 - 1), st.floats(0.2, 6))
def test_true_cosines_are_within_the_margin(dimension: int, seed: int, peaks: float) -> None:
    """Whether all numbers of a vector are alike or a few are much larger than the others."""
    chance = np.random.default_rng(seed)
    shape = (40, dimension)
    drawn = np.copysign(np.abs(chance.normal(size=shape)) ** peaks, chance.normal(size=shape))
    stored = unit(drawn + 1e-3).astype(np.float16)
    query = unit(chance.normal(size=dimension) + 1e-3)
    held = Quantised.zeros(len(stored), dimension)
    held.put(np.arange(7, 40), stored[7:])
    held.put(np.arange(7), stored[:7])
    quantised = QuantisedQuery.of(query)
    true = stored.astype(np.float64) @ query
    assert (np.abs(held.cosines(quantised) - true) <= quantised.margin(held.lost)).all()
    closer, margins = held.closer(query, np.arange(0, 40, 2))
    assert (np.abs(closer - true[::2]) <= margins).all()


def test_the_margin_is_narrow() -> None:
    chance = np.random.default_rng(3)
    stored = unit(chance.normal(size=(500, 256)))
    held = Quantised.zeros(500, 256)
    held.put(np.arange(len(stored)), stored)
    quantised = QuantisedQuery.of(unit(chance.normal(size=256)))
    assert float(quantised.margin(held.lost).max()) < 0.03


@pytest.mark.parametrize("dimension", [3, 48, 256, 300, 1024])
def test_products_are_whole_numbers(dimension: int) -> None:
    """So that they are the same on every machine, whatever its instructions."""
    chance = np.random.default_rng(5)
    held = Quantised.zeros(2000, dimension)
    held.put(np.arange(2000), unit(chance.normal(size=(2000, dimension))))
    quantised = QuantisedQuery.of(unit(chance.normal(size=dimension)))
    whole = held.codes.astype(np.int64) @ quantised.codes[0].astype(np.int64)
    expected = whole.astype(np.float32) * held.scales * np.float32(quantised.scale)
    assert np.array_equal(held.cosines(quantised), expected)
    assert np.abs(held.codes).max() == MOST


def test_nothing_of_the_vectors() -> None:
    nothing = Quantised.zeros(5, 0)
    assert nothing.codes.nbytes == 0
