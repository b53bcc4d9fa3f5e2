from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from search.embedding import pieces
from search.embedding.pieces import PieceReader, splits_at_spaces
from search.embedding.static import COMPACT_FOLDER

TOKENIZER = Tokenizer.from_file(str(COMPACT_FOLDER / "tokenizer.json"))
READER = PieceReader(TOKENIZER)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(deadline=None)
def test_remembered_words_give_the_pieces_of_the_whole_text(text: str) -> None:
    whole = TOKENIZER.encode(text, add_special_tokens=False).ids
    assert READER.read([text]) == [whole or [READER.unknown]]
    assert READER.read([text, text]) == [whole or [READER.unknown]] * 2


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
    reader = PieceReader(TOKENIZER)
    texts = ["one two three", "two four five six", "one seven eight nine ten eleven", "two one"]
    for text in texts:
        assert reader.read([text]) == READER.read([text])
        assert len(reader._words) <= 6
    assert reader.read(texts) == READER.read(texts)


def test_only_tokenizers_that_split_at_spaces_are_read_by_word() -> None:
    assert splits_at_spaces(TOKENIZER)
    other = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁a", -1.0), ("a", -1.5)], unk_id=0))
    assert not splits_at_spaces(other)
    other.pre_tokenizer = pre_tokenizers.Metaspace()
    assert not splits_at_spaces(other)
    other.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    assert splits_at_spaces(other)
    other.normalizer = normalizers.Prepend("▁")
    assert not splits_at_spaces(other)
    assert PieceReader(other).read(["a a"]) == [other.encode("a a", add_special_tokens=False).ids]
