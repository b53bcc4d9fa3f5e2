"""The trainer's parts on small data: what is held out, how batches are drawn, what is learnt."""

from __future__ import annotations

import json
import lzma
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer, models

from benchmarks.compact_model import corpus, export, shaping, sharing, teacher, vocabulary, workers
from benchmarks.compact_model.examples import Bags, Examples, Stream, group_weight

WORDS = {"en": "sun moon river city bread house", "de": "sonne mond fluss stadt brot haus"}


def write_data(folder: Path, rows: int = 400) -> Path:
    folder.mkdir(exist_ok=True)
    with lzma.open(folder / "tatoeba.tsv.xz", "wt", encoding="utf-8") as file:
        for n in range(rows):
            file.write(f"en\tde\tThe number {n}.\tDie Zahl {n}.\n")
            file.write(f"de\tfr\tDie Zahl {n}.\tLe nombre {n}.\n")
        file.write("broken line\n")
    lines = [[f"News line {n}.", f"Zeile {n}."] for n in range(rows)]
    document = {"set": "newstest1", "langs": ["en", "de"], "lines": lines}
    (folder / "wmt-docs.jsonl").write_text(json.dumps(document) + "\n", encoding="utf-8")
    return folder


def test_nothing_held_out_is_trained_on(tmp_path: Path) -> None:
    data = corpus.read(write_data(tmp_path))
    sealed = {text for row in data.held_out for text in row.texts}
    assert {row.source for row in data.held_out} == {"tatoeba", "wmt"}
    assert not any(sealed.intersection(row.texts) for row in data.rows)
    for row in data.paragraphs:
        assert not any(text in row.texts[0] for text in sealed if text.startswith("News"))
    assert len(sealed) < len(data.rows) / 4


def test_the_same_texts_are_held_out_on_every_run(tmp_path: Path) -> None:
    folder = write_data(tmp_path)
    first, second = corpus.read(folder), corpus.read(folder)
    assert first.held_out == second.held_out
    assert first.paragraphs == second.paragraphs


def test_a_pair_without_english_is_dropped_with_its_held_out_side(tmp_path: Path) -> None:
    data = corpus.read(write_data(tmp_path))
    german = {row.texts[1] for row in data.held_out if row.source == "tatoeba"}
    french = {row.texts[0] for row in data.rows if row.languages == ("de", "fr")}
    assert german
    assert not german & french


def test_paragraphs_are_neighbouring_lines(tmp_path: Path) -> None:
    data = corpus.read(write_data(tmp_path))
    for row in data.paragraphs:
        numbers = [int(part) for part in row.texts[1].replace(".", "").split() if part.isdigit()]
        assert 2 <= len(numbers) <= 4
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_a_line_goes_with_the_passage_that_holds_it_in_another_language(tmp_path: Path) -> None:
    data = corpus.read(write_data(tmp_path))
    assert {row.languages for row in data.parts} == {("en", "de"), ("de", "en")}
    for row in data.parts:
        line, passage = row.texts
        number = line.rstrip(".").split()[-1]
        assert f" {number}." in passage
        assert line not in passage


def test_windows_cover_every_line_once() -> None:
    covered = [n for window in corpus.windows(101, "seed") for n in range(101)[window]]
    assert covered == list(range(101))


def small_bags() -> Bags:
    lengths = [0, 3, 10, 1]
    pieces = np.concatenate([np.arange(n) + 100 * i for i, n in enumerate(lengths)])
    return Bags(pieces.astype(np.int32), np.concatenate([[0], np.cumsum(lengths)]))


def test_bags_are_taken_whole_or_in_an_even_part() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        pieces, offsets = small_bags().take(np.asarray([2, 0, 1, 3]), 4, rng)
        assert offsets.tolist() == [0, 4, 4, 7]
        assert len(set(pieces[:4].tolist())) == 4
        assert set(pieces[:4].tolist()) <= set(range(200, 210))
        assert sorted(pieces[4:7].tolist()) == [100, 101, 102]
        assert pieces[7:].tolist() == [300]


def test_small_groups_are_drawn_more_often_than_their_share() -> None:
    stream = Stream.grouped(
        {
            ("tatoeba", "de", "en"): [(n, n) for n in range(10_000)],
            ("tatoeba", "en", "is"): [(n, n) for n in range(10_000, 10_100)],
        }
    )
    drawn = stream.draw(20_000, np.random.default_rng(1))[:, 0]
    assert (drawn >= 10_000).mean() == pytest.approx(1 / 11, abs=0.01)
    assert len(np.unique(drawn[drawn < 10_000])) > 8_000


def test_group_weights_multiply() -> None:
    assert group_weight(("tatoeba", "de", "en")) == 1
    assert group_weight(("wmt", "de", "en")) == 3
    assert group_weight(("tatoeba", "eo", "ko")) == pytest.approx(0.15 * 1.5)


def test_texts_are_numbered_once_and_pairs_by_kind(tmp_path: Path) -> None:
    data = corpus.read(write_data(tmp_path))
    examples = Examples.collected(data)
    assert len(set(examples.texts)) == len(examples.texts)
    assert set(examples.streams) == {"sentence", "paragraph", "part"}
    first, second = examples.streams["paragraph"].pairs[0]
    assert (examples.texts[first], examples.texts[second]) in {r.texts for r in data.paragraphs}


def test_whole_words_are_added_with_a_score_that_beats_their_parts() -> None:
    letters = [(vocabulary.UNKNOWN, 0.0), ("▁", -4.0)]
    letters += [(letter, -4.0) for letter in "abcdefghijklmnopqrstuvwxyzéấ"]
    tokenizer = vocabulary.pipeline()
    tokenizer.model = models.Unigram(letters, unk_id=0)
    texts = {"en": ["The river, the city: 2020."] * 10, "vi": ["chấp bé"] * 10}
    grown = vocabulary.with_words(tokenizer, texts, len(letters) + 5)
    assert grown.get_vocab_size() == len(letters) + 5
    tokens = grown.encode("River chấp", add_special_tokens=False).tokens
    assert tokens == ["▁river", "▁chấp"]


def letters_only(alphabet: str) -> Tokenizer:
    tokenizer = vocabulary.pipeline()
    pieces = [(vocabulary.UNKNOWN, 0.0), ("▁", -4.0), *((letter, -4.0) for letter in alphabet)]
    tokenizer.model = models.Unigram(pieces, unk_id=0)
    return tokenizer


def test_an_unmet_form_of_a_word_is_a_stem_and_an_ending() -> None:
    tokenizer = letters_only("κυβερνησιω")
    forms = ["κυβερνησεισ", "κυβερνησεων"]
    grown = vocabulary.with_words(tokenizer, {"el": forms * 5}, 100)
    tokens = grown.encode("κυβερνησησ", add_special_tokens=False).tokens
    assert tokens[0] == "▁κυβερνησ"


def test_words_without_spaces_around_them_come_from_the_dictionary() -> None:
    tokenizer = letters_only("ประเทศไทยกิน")
    sentences = [f"กิน{'ไทย' * n}ประเทศ" for n in range(2, 8)]
    grown = vocabulary.with_words(tokenizer, {"th": ["ประเทศ", *sentences]}, 100)
    tokens = grown.encode("กินประเทศ", add_special_tokens=False).tokens
    assert tokens == ["▁", "ก", "ิ", "น", "ประเทศ"]


def test_an_unspaced_language_without_a_dictionary_adds_nothing() -> None:
    tokenizer = letters_only("ไทยกิน")
    grown = vocabulary.with_words(tokenizer, {"th": ["กินไทยกินไทยกินไทย"] * 9}, 100)
    assert grown.get_vocab_size() == tokenizer.get_vocab_size()


def test_punctuation_and_arabic_vowel_signs_make_no_difference() -> None:
    tokenizer = vocabulary.train(["كتاب الكتاب", "year 2020 year", "kitab"] * 20, 60)
    plain = tokenizer.encode("كتاب 2020", add_special_tokens=False).ids
    assert tokenizer.encode("«كِتَـاب» (2020)!", add_special_tokens=False).ids == plain


def test_the_teachers_vectors_are_encoded_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def encode(texts: list[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return np.asarray([[len(text), 1.0, 0.0] for text in texts], np.float32)

    ignored: list[str] = []
    teacher.cached(tmp_path, ["a", "bb"], encode, ignored.append)
    keys, vectors = teacher.cached(tmp_path, ["bb", "ccc"], encode, ignored.append)
    assert asked == ["a", "bb", "ccc"]
    lengths = {int(key): float(vector[0]) for key, vector in zip(keys, vectors, strict=True)}
    assert lengths == {teacher.key("a"): 1, teacher.key("bb"): 2, teacher.key("ccc"): 3}


# Forked after an engine's tests, the workers never touch Lance, which warns all the same.
@pytest.mark.filterwarnings("ignore:lance is not fork-safe:UserWarning")
def test_several_workers_share_what_the_teacher_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teacher, "CHUNK", 3)
    texts = [f"text {'x' * length}" for length in range(20)]

    def encode(batch: list[str]) -> NDArray[np.float32]:
        return np.asarray([[len(text)] for text in batch], np.float32)

    ignored: list[str] = []
    keys, vectors = teacher.cached(tmp_path, texts, encode, ignored.append, workers=2)
    found = {int(key): float(vector[0]) for key, vector in zip(keys, vectors, strict=True)}
    assert found == {teacher.key(text): len(text) for text in texts}
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.filterwarnings("ignore:lance is not fork-safe:UserWarning")
def test_a_worker_that_fails_is_not_passed_over() -> None:
    def work(number: int) -> None:
        if number == 1:
            sys.exit(3)

    with pytest.raises(RuntimeError, match="status 3"):
        workers.together(2, work)


def test_reduction_keeps_dot_products_that_fit_the_dimension() -> None:
    rng = np.random.default_rng(2)
    flat = rng.normal(size=(500, 4)) @ rng.normal(size=(4, 32))
    flat = (flat / np.linalg.norm(flat, axis=1, keepdims=True)).astype(np.float16)
    small = teacher.reduced(flat, 4).astype(np.float32)
    wanted = flat.astype(np.float32) @ flat.astype(np.float32).T
    np.testing.assert_allclose(small @ small.T, wanted, atol=0.01)


def test_a_translation_takes_over_what_the_teacher_says_of_the_english() -> None:
    streams = {
        "sentence": Stream.grouped({("t", "en", "de"): [(0, 2)], ("t", "de", "fr"): [(2, 3)]})
    }
    known = teacher.assigned(
        ["english", "alone", "deutsch", "français"],
        streams,
        np.asarray([teacher.key("x"), teacher.key("english")], np.uint64),
    )
    assert known[0] == known[2] == 1
    assert known[1] == -1


def restored(table: sharing.Table) -> NDArray[np.float32]:
    stored = export.quantized(table)
    rows = stored["embeddings"][stored.get("mapping", np.arange(len(table.mapping)))]
    return (rows * stored["weights"][:, None]).astype(np.float32)


def test_quantized_rows_are_within_half_a_step() -> None:
    weight = np.random.default_rng(4).normal(size=(50, 16)).astype(np.float32)
    weight[7] = 0
    table = sharing.shared(weight, len(weight))
    assert export.quantized(table).keys() == {"embeddings", "weights"}
    assert export.quantized(table)["embeddings"].dtype == np.int8
    steps = np.abs(weight).max(axis=1, keepdims=True) / 127
    assert (np.abs(restored(table) - weight) <= steps * 0.501).all()


def test_the_nearest_pieces_share_a_row_each_at_its_own_length() -> None:
    rng = np.random.default_rng(4)
    apart = rng.normal(size=(40, 16)).astype(np.float32)
    twins = apart[:10] * 3 + rng.normal(size=(10, 16)).astype(np.float32) * 0.01
    weight = np.concatenate([apart, twins])
    table = sharing.shared(weight, 40)
    assert table.rows.shape == (40, 16)
    assert (table.mapping[:10] == table.mapping[40:]).all()
    assert len(set(table.mapping[:40].tolist())) == 40
    assert np.abs(restored(table) - weight).max() < 0.05


@pytest.mark.parametrize("rows", [1, 20, 59])
def test_no_row_is_shared_by_many(rows: int) -> None:
    weight = np.random.default_rng(4).normal(size=(60, 4)).astype(np.float32)
    table = sharing.shared(weight, rows)
    assert np.bincount(table.mapping).max() <= sharing.MOST
    assert len(table.rows) == max(rows, len(table.rows))
    np.testing.assert_allclose(table.lengths, np.linalg.norm(weight, axis=1), rtol=1e-6)
    together = np.einsum("ij,ij->i", table.rows[table.mapping], weight) / table.lengths
    assert (together > 0).all()


def test_the_map_weakens_what_only_tells_languages_apart() -> None:
    rng = np.random.default_rng(4)
    tokenizer = letters_only("abcdefgh")
    weight = rng.normal(size=(tokenizer.get_vocab_size(), 8)).astype(np.float32)
    tongue = np.eye(8, dtype=np.float32)[0] * 3
    for letter, sign in zip("abcdefgh", (1, 1, 1, 1, -1, -1, -1, -1), strict=True):
        weight[tokenizer.token_to_id(letter)] += sign * tongue
    texts = {
        name: ["".join(rng.choice(list(alphabet), 4)) for _ in range(shaping.FEWEST)]
        for name, alphabet in (("xx", "abcd"), ("yy", "efgh"))
    }

    def gap(table: NDArray[np.float32]) -> float:
        means = [
            shaping._embedded(table, Bags.tokenized(tokenizer, lines)).mean(axis=0)
            for lines in texts.values()
        ]
        return float(np.linalg.norm(means[0] - means[1]))

    mapped = shaping.shaped(weight, tokenizer, texts, shaping.Shape(directions=1, weakened=1.0))
    assert mapped.shape == weight.shape
    assert gap(mapped) < gap(weight) / 3
    too_few = {name: lines[:10] for name, lines in texts.items()}
    assert shaping.shaped(weight, tokenizer, too_few, shaping.Shape()) is weight
