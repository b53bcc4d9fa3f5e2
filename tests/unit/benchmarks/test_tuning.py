"""Training of shared rows: what moves, how far, and that excerpts and their rests fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.compact_model import tuning
from benchmarks.compact_model.examples import Bags, Stream
from benchmarks.compact_model.sharing import Table
from benchmarks.compact_model.student import Material
from benchmarks.compact_model.tuning import OWN, Tuning

PIECES, TOPICS, TEXTS = 48, 4, 40
SMALL = Tuning(
    steps=12,
    own_fewest=10,
    own_batch=32,
    batch={"sentence": 64, "paragraph": 64},
    shortest=8,
    excerpt=(2, 4),
)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny batches: threads would only wait for one another."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def bags() -> Bags:
    """Twenty English texts of twelve pieces, then the same in pieces of another language."""
    rng = np.random.default_rng(4)
    english = [rng.integers(6, size=12) * TOPICS + text % TOPICS for text in range(TEXTS // 2)]
    pieces = [*english, *(text + PIECES // 2 for text in english)]
    starts = np.arange(TEXTS + 1) * 12
    return Bags(np.concatenate(pieces).astype(np.int32), starts)


def table() -> Table:
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(PIECES // 2, 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    mapping = np.concatenate([np.arange(24), np.arange(24)]).astype(np.int32)
    return Table(rows.astype(np.float32), np.full(PIECES, 31.0, np.float32), mapping)


def material(kinds: Mapping[str, int] | None = None) -> Material:
    pairs = [(text, text + TEXTS // 2) for text in range(TEXTS // 2)]
    stream = Stream.grouped({("flores", "en", "de"): pairs})
    start = table()
    weight = start.rows[start.mapping] * start.lengths[:, None]
    known = np.tile(np.arange(TEXTS // 2), 2).astype(np.int32)
    names = kinds or {"sentence": 1, "paragraph": 1}
    return Material(bags(), dict.fromkeys(names, stream), tuning.embedded(weight, bags()), known)


def silent(_: str) -> None:
    """Reports to nobody."""


def cosines(one: Table, other: Table) -> NDArray[np.float32]:
    found: NDArray[np.float32] = (one.rows * other.rows).sum(axis=1)
    return found


def test_rows_stay_shared_and_at_unit_length() -> None:
    start = table()
    found = tuning.tuned(start, material(), SMALL, silent)
    np.testing.assert_array_equal(found.mapping, start.mapping)
    np.testing.assert_allclose(np.linalg.norm(found.rows, axis=1), 1.0, rtol=1e-5)
    assert (found.rows != start.rows).any()
    assert (found.lengths != start.lengths).any()


def test_the_same_table_on_every_run() -> None:
    first, second = (tuning.tuned(table(), material(), SMALL, silent) for _ in range(2))
    np.testing.assert_array_equal(first.rows, second.rows)
    np.testing.assert_array_equal(first.lengths, second.lengths)


def test_only_the_kept_share_of_the_way_is_gone() -> None:
    start = table()
    near, far = (
        tuning.tuned(start, material(), Tuning(**{**vars(SMALL), "kept": kept}), silent)
        for kept in (0.3, 1.0)
    )
    assert cosines(near, start).min() > cosines(far, start).min()


def test_translations_do_not_move_lengths() -> None:
    without = Tuning(**{**vars(SMALL), "share": {"sentence": 1.0}})
    found = tuning.tuned(table(), material(), without, silent)
    np.testing.assert_array_equal(found.lengths, table().lengths)
    assert (found.rows != table().rows).any()


def test_texts_too_short_for_excerpts_are_trained_on_as_translations_alone() -> None:
    longer = Tuning(**{**vars(SMALL), "shortest": 30})
    found = tuning.tuned(table(), material(), longer, silent)
    np.testing.assert_array_equal(found.lengths, table().lengths)


def test_an_excerpt_and_its_rest_are_the_whole_text() -> None:
    batch = tuning.excerpts(bags(), np.arange(10), SMALL, np.random.default_rng(0))
    parts = np.split(batch.pieces, batch.offsets[1:])
    assert len(parts) == 20
    for number in range(10):
        part, rest = parts[number], parts[number + 10]
        assert SMALL.excerpt[0] <= len(part) <= SMALL.excerpt[1]
        whole = bags().pieces[number * 12 : (number + 1) * 12]
        np.testing.assert_array_equal(np.sort(np.concatenate([part, rest])), np.sort(whole))


def test_pairs_drawn_alike_are_of_one_group() -> None:
    groups: dict[tuple[str, ...], list[tuple[int, int]]] = {
        ("wmt", "en", "de"): [(0, 1)] * 6,
        ("wmt", "en", "fr"): [(2, 3)] * 6,
    }
    stream = Stream.grouped(groups)
    rng = np.random.default_rng(1)
    drawn = [stream.draw_alike(4, rng) for _ in range(20)]
    assert all(len(np.unique(pairs, axis=0)) == 1 for pairs in drawn)
    assert {tuple(pairs[0]) for pairs in drawn} == {(0, 1), (2, 3)}


@pytest.mark.parametrize("kind", ["sentence", OWN])
def test_a_step_makes_the_loss_smaller(kind: str) -> None:
    tuner = tuning.Tuner(table(), material(), SMALL)
    losses = [sum(tuner.step(kind, 1.0)) for _ in range(60)]
    assert np.mean(losses[-10:]) < np.mean(losses[:10])
