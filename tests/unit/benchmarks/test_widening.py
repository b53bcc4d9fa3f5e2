"""Words that the pairs do not teach: which are asked for, and where the reader puts them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models

from benchmarks.compact_model import export, lexicon, sharing, vocabulary, widening
from benchmarks.compact_model.lexicon import Words
from benchmarks.compact_model.widening import Nearness, Read, Sources

ENGLISH = ["sun", "moon", "river", "city"]
GERMAN = ["sonne", "mond", "fluss", "stadt"]
WELSH = ["haul", "lleuad", "afon", "dinas"]


def small_tokenizer(words: list[str]) -> Tokenizer:
    """Whole words, and every letter alone."""
    tokenizer = vocabulary.pipeline()
    letters = sorted(set("▁" + "".join([*ENGLISH, *GERMAN, *WELSH])))
    pieces = [("[UNK]", 0.0), *((f"▁{word}", -8.0) for word in words)]
    tokenizer.model = models.Unigram([*pieces, *((letter, -12.0) for letter in letters)], 0, False)
    return tokenizer


def counts(**words: list[str]) -> Words:
    found = {name: Counter(dict.fromkeys(chosen, 100)) for name, chosen in words.items()}
    return Words(found, {name: 3_000_000 if name in ("en", "de") else 1000 for name in words})


def reading(words: list[str], rng: np.random.Generator) -> NDArray[np.float32]:
    """The reader's vectors: words of one meaning are near each other."""
    where = np.eye(16, dtype=np.float32)[:4]
    place = {w: n for group in (ENGLISH, GERMAN, WELSH) for n, w in enumerate(group)}
    return np.stack([where[place[w]] + 0.05 * rng.normal(size=16) for w in words]).astype("f4")


def test_a_new_word_stands_with_its_translations() -> None:
    rng = np.random.default_rng(3)
    tokenizer = small_tokenizer([*ENGLISH, *GERMAN])
    weight = rng.normal(size=(tokenizer.get_vocab_size(), 8)).astype(np.float32)
    numbers = tokenizer.get_vocab()
    for english, german in zip(ENGLISH, GERMAN, strict=True):
        weight[numbers[f"▁{german}"]] = weight[numbers[f"▁{english}"]]
    known = [*ENGLISH, *GERMAN]
    met = counts(en=ENGLISH, de=GERMAN, cy=WELSH)
    read = Read([*known, *WELSH], reading([*known, *WELSH], rng), len(known))
    sources = Sources(met, read, {})
    nearness = Nearness(count=2, smoothing=1.0, own=0.2)
    grown, wider = widening.widened(tokenizer, weight, sources, 3, nearness)
    assert grown.get_vocab_size() == len(wider) == len(weight) + 3
    np.testing.assert_array_equal(wider[: len(weight)], weight)
    added = [word for word in WELSH if f"▁{word}" in grown.get_vocab()]
    assert len(added) == 3
    places = grown.get_vocab()
    english_places = widening.unit(wider[[places[f"▁{word}"] for word in ENGLISH]])
    for word in added:
        assert grown.encode(word).tokens == [f"▁{word}"]
        near = english_places @ widening.unit(wider[[places[f"▁{word}"]]])[0]
        assert near.argmax() == WELSH.index(word)


def test_a_word_is_not_its_own_neighbour() -> None:
    rng = np.random.default_rng(1)
    anchors = widening.unit(rng.normal(size=(6, 5)).astype(np.float32))
    places = widening.unit(rng.normal(size=(6, 4)).astype(np.float32))
    nearest = Nearness(count=1)
    with_itself, sure = widening.neighbouring(anchors, anchors, places, np.full(6, -1), nearest)
    np.testing.assert_allclose(with_itself, places, atol=0.02)
    np.testing.assert_allclose(sure, 1.0, atol=0.02)
    others, _ = widening.neighbouring(anchors, anchors, places, np.arange(6), nearest)
    assert (np.abs(others - places).max(axis=1) > 0.1).all()


def test_the_less_a_word_was_met_the_more_it_moves_and_it_keeps_its_length() -> None:
    vectors = np.asarray([[3.0, 0.0]] * 3, np.float32)
    near = np.asarray([[0.0, 1.0]] * 3, np.float32)
    sure = np.asarray([0.6, 0.6, 0.1], np.float32)
    moved = widening.moved(vectors, near, np.asarray([4, 300, 4]), sure)
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 3.0, rtol=1e-5)
    assert moved[0, 1] > 2.0
    assert 0.5 > moved[1, 1] > 0.0
    assert moved[2, 1] < 1e-6  # its neighbours do not agree


def test_what_is_worth_asking_for() -> None:
    met = counts(en=["seldom"], cy=["haul", "x1", "afon"], ig=["mmiri"])
    met.counts["cy"]["unwaith"] = 1
    found = lexicon.candidates(met, {"▁afon": 1}, {"listed": -9.0}, frozenset({"ig"}))
    assert sorted(found) == ["haul", "listed"]


def test_the_readers_vocabulary_gives_its_whole_words(tmp_path: Path) -> None:
    pieces = [["▁Haus", -9.0], ["▁haus", -10.0], ["ing", -5.0], ["▁a1", -7.0], ["▁हिन्दी", -8.0]]
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({"model": {"vocab": pieces}}), encoding="utf-8")
    assert lexicon.listed(path) == {"haus": -9.0, "हिन्दी": -8.0}


def test_words_of_small_languages_and_sure_ones_are_worth_more() -> None:
    worth = lexicon.worth(
        ["haul", "afon", "lleuad", "dinas"],
        {"haul": 2e-3, "afon": 1e-3, "lleuad": 1e-3, "dinas": 1e-3},
        {},
        np.asarray([3, 3, 5, 3]),
        np.asarray([0.5, 0.5, 0.5, 0.9], np.float32),
    )
    assert worth.argmin() == 1
    assert worth[0] > worth[3] > worth[1]


def test_rare_pieces_share_a_row_before_frequent_ones() -> None:
    rng = np.random.default_rng(2)
    apart = np.eye(8, dtype=np.float32)
    weight = np.concatenate([apart, apart + 0.2 * rng.normal(size=(8, 8)).astype("f4")])
    frequency = np.tile(np.where(np.arange(8) < 4, 1e-2, 1e-8), 2)
    table = sharing.shared(weight, 12, frequency)
    together = table.mapping[:8] == table.mapping[8:]
    assert together.sum() == 4
    assert together[4:].all()


def test_a_finished_model_is_read_back_to_be_widened(tmp_path: Path) -> None:
    tokenizer = small_tokenizer(ENGLISH)
    weight = np.random.default_rng(5).normal(size=(tokenizer.get_vocab_size(), 8)).astype("f4")
    for rows in (None, len(weight) - 3):
        export.write(tmp_path, tokenizer, weight, {}, rows)
        again, read = export.read(tmp_path)
        assert again.get_vocab() == tokenizer.get_vocab()
        assert np.abs(read - weight).mean() < 0.15
