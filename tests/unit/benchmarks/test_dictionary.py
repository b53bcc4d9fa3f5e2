"""Words that only dictionaries teach: which become pieces, and which row each takes."""

from __future__ import annotations

from collections import Counter

import numpy as np
from tokenizers import Tokenizer, models

from benchmarks.compact_model import dictionary, sharing, vocabulary
from benchmarks.compact_model.corpus import Row
from benchmarks.compact_model.dictionary import Placing
from benchmarks.compact_model.lexicon import Words
from benchmarks.compact_model.sharing import Table

KNOWN = ["sun", "moon", "river", "city"]
WELSH = ["haul", "lleuad", "afon", "dinas"]
ROWS = [
    *(Row("wikt", ("en", "cy"), pair) for pair in zip(KNOWN, WELSH, strict=True)),
    Row("wikt", ("cy", "en"), ("lloeren", "moon")),
    Row("tatoeba", ("en", "cy"), ("sun", "heulwen")),
    Row("wikt", ("en", "cy"), ("xyz", "gair")),
    Row("wikt", ("en", "zh"), ("moon", "hui")),
]
MET = Words(
    {
        "cy": Counter({"haul": 9, "lleuad": 8, "afon": 7, "dinas": 6, "lloeren": 5, "gair": 90}),
        "en": Counter(KNOWN),
    },
    {"cy": 1000, "en": 1000},
)


def small_model() -> tuple[Tokenizer, Table]:
    """Whole English words and every letter alone, each in a row of its own."""
    letters = sorted(set("▁" + "".join([*KNOWN, *WELSH, "lloeren", "gair", "heulwen", "xyz"])))
    tokenizer = vocabulary.pipeline()
    words = [("[UNK]", 0.0), *((f"▁{word}", -8.0) for word in KNOWN)]
    tokenizer.model = models.Unigram([*words, *((letter, -12.0) for letter in letters)], 0, False)
    weight = np.random.default_rng(7).normal(size=(tokenizer.get_vocab_size(), 32)).astype("f4")
    return tokenizer, sharing.shared(weight, len(weight))


def widened(rows: list[Row], placing: Placing) -> tuple[Tokenizer, Table, Tokenizer, Table]:
    """A small model before and after."""
    tokenizer, table = small_model()
    found = dictionary.additions(tokenizer, table.weight(), rows, MET, placing)
    return tokenizer, table, *dictionary.widened(tokenizer, table, found)


def test_a_word_takes_the_row_of_its_translation() -> None:
    _, table, grown, wider = widened(ROWS, Placing(words=5, own=0.2))
    np.testing.assert_array_equal(wider.rows, table.rows)
    np.testing.assert_array_equal(wider.mapping[: len(table.mapping)], table.mapping)
    places = grown.get_vocab()
    assert len(places) == len(wider.mapping) == len(wider.lengths) == len(table.mapping) + 5
    for english, welsh in zip(KNOWN, WELSH, strict=True):
        assert grown.encode(welsh).tokens == [f"▁{welsh}"]
        assert wider.mapping[places[f"▁{welsh}"]] == wider.mapping[places[f"▁{english}"]]
        assert wider.lengths[places[f"▁{welsh}"]] > 0


def test_words_are_added_by_how_often_they_are_met_if_a_translation_is_known() -> None:
    new = {}
    for count in (2, 50):
        tokenizer, _, grown, _ = widened(ROWS, Placing(words=count))
        new[count] = grown.get_vocab().keys() - tokenizer.get_vocab().keys()
    assert new[2] == {"▁haul", "▁lleuad"}
    # Not the word of a sentence pair, nor one whose translation says nothing, nor in a language
    # that puts no spaces between words.
    assert new[50] == {"▁haul", "▁lleuad", "▁afon", "▁dinas", "▁lloeren"}


def test_a_share_of_one_keeps_what_the_syllables_said() -> None:
    tokenizer, table, grown, wider = widened(ROWS, Placing(words=1, own=1.0))
    before = table.weight()[tokenizer.encode("lleuad").ids].sum(axis=0)
    after = wider.weight()[grown.get_vocab()["▁lleuad"]]
    cosines = table.rows @ before / np.linalg.norm(before)
    assert cosines.argmax() == wider.mapping[-1]
    assert after @ before > 0


def test_a_model_without_dictionaries_stays_as_it_is() -> None:
    tokenizer, table, grown, wider = widened(ROWS[5:6], Placing())
    assert grown.get_vocab() == tokenizer.get_vocab()
    np.testing.assert_array_equal(wider.mapping, table.mapping)


def test_a_new_piece_joins_the_nearest_row_and_keeps_its_length() -> None:
    rng = np.random.default_rng(2)
    table = sharing.shared(rng.normal(size=(900, 8)).astype("f4"), 900)
    near = rng.permutation(900)[:50]
    noise = rng.normal(size=(50, 8)).astype(np.float32)
    joined = sharing.joined(table, (3 * table.rows[near] + 0.02 * noise).astype(np.float32))
    assert (joined.mapping[900:] == near).mean() > 0.9
    np.testing.assert_allclose(joined.lengths[900:], 3.0, atol=0.1)
    np.testing.assert_array_equal(joined.rows, table.rows)
