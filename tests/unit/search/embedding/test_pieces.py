from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from search.embedding import pieces
from search.embedding.pieces import PieceReader
from search.embedding.segmenting import FEW_CHARACTERS, Segmenter, split_off
from search.embedding.static import COMPACT_FOLDER

TOKENIZER = Tokenizer.from_file(str(COMPACT_FOLDER / "tokenizer.json"))
READER = PieceReader(Segmenter.of(TOKENIZER))

PARTIAL = Segmenter.of(TOKENIZER)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(deadline=None)
def test_remembered_words_give_the_pieces_of_the_whole_text(text: str) -> None:
    whole = TOKENIZER.encode(text, add_special_tokens=False).ids
    assert READER.read([text]) == [whole or [READER.unknown]]
    assert READER.read([text, text]) == [whole or [READER.unknown]] * 2


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=5))
@settings(deadline=None)
def test_part_of_the_vocabulary_segments_as_the_whole(texts: list[str]) -> None:
    PARTIAL._left = FEW_CHARACTERS
    assert PARTIAL.encode(texts) == [
        TOKENIZER.encode(text, add_special_tokens=False).ids for text in texts
    ]
    assert not PARTIAL.is_complete


def test_the_whole_vocabulary_takes_over_after_a_few_texts() -> None:
    segmenter = Segmenter.of(TOKENIZER)
    texts = ["Wahlen in Österreich", "flood", "flood " * 5_000]
    first, one, many = (segmenter.encode([text])[0] for text in texts)
    assert segmenter.is_complete
    assert many == one * 5_000
    assert segmenter.encode(texts) == [first, one, many]


@pytest.mark.parametrize(
    "text",
    [
        "Chính phủ công bố kế hoạch",
        "東京オリンピックは2021年に延期された。",
        "رئيس\u00a0الوزراء  يعلن\tالنتائج\n",
        "e\u0301te\u0301 ﬁnal ①  ½ ",
        " leading and trailing ",
        "a\x1cb c\x0bd",
        "x" * 500,
    ],
)
def test_news_in_many_scripts_is_read_the_same(text: str) -> None:
    assert READER.read([text]) == [TOKENIZER.encode(text, add_special_tokens=False).ids]


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_WORDS", 5)
    reader = PieceReader(Segmenter.of(TOKENIZER))
    texts = ["one two three", "two four five six", "one seven eight nine ten eleven", "two one"]
    for text in texts:
        assert reader.read([text]) == READER.read([text])
        assert len(reader._words) <= 6
    assert reader.read(texts) == READER.read(texts)


def test_only_tokenizers_that_split_at_spaces_are_read_by_word() -> None:
    assert Segmenter.of(TOKENIZER).splits_at_spaces
    other = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁a", -1.0), ("a", -1.5)], unk_id=0))
    assert not Segmenter.of(other).splits_at_spaces
    other.pre_tokenizer = pre_tokenizers.Metaspace()
    assert not Segmenter.of(other).splits_at_spaces
    other.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    assert Segmenter.of(other).splits_at_spaces
    other.normalizer = normalizers.Prepend("▁")
    assert not Segmenter.of(other).splits_at_spaces
    assert PieceReader(Segmenter.of(other)).read(["a a"]) == [
        other.encode("a a", add_special_tokens=False).ids
    ]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1, unique=True))
@settings(deadline=None)
def test_pieces_are_found_in_the_vocabulary_as_it_is_written(names: list[str]) -> None:
    tokenizer = _unigram([(name, -float(place)) for place, name in enumerate(names)])
    _, found = split_off(tokenizer.to_str().encode())
    if found is None:  # a name with a quotation mark or backslash is read by the library
        assert any(json.dumps(name, ensure_ascii=False)[1:-1] != name for name in names)
        return
    wanted = [name.encode() for name in (*names, "elsewhere" * 2)]
    assert found.numbers(wanted) == {name: place for place, name in enumerate(wanted[:-1])}
    assert [found.score(place) for place in range(len(found))] == [-p for p in range(len(names))]


def test_a_piece_with_two_numbers_is_left_to_the_whole_tokenizer() -> None:
    tokenizer = _unigram([("<unk>", 0.0), ("flood", -1.0), ("dam", -2.0), ("flood", -3.0)])
    segmenter = Segmenter.of(tokenizer)
    assert segmenter.encode(["flood"]) == [tokenizer.encode("flood").ids]
    assert segmenter.is_complete


def _unigram(vocabulary: list[tuple[str, float]]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


SCORES = st.one_of(
    st.floats(-2000, 0, allow_nan=False),
    st.floats(-0.01, 0.01, allow_nan=False),
    st.floats(-20, 0, allow_nan=False).map(lambda score: round(score, 1)),
    st.integers(-300, 3),
)


@given(st.lists(SCORES, min_size=1, max_size=40))
@settings(deadline=None)
def test_the_piece_of_the_lowest_score_is_found_however_scores_are_written(
    scores: list[float],
) -> None:
    vocabulary = [[f"p{number}", score] for number, score in enumerate(scores)]
    model = {"type": "Unigram", "vocab": vocabulary, "byte_fallback": False}
    _, found = split_off(json.dumps({"model": model}, separators=(",", ":")).encode())
    assert found is not None
    assert found.score(found.least()) == min(scores)
    assert found.least() == scores.index(min(scores))
