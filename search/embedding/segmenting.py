"""Text to piece numbers by a `tokenizer.json`, quick for a query and quick for a corpus.

Building the tokenizers library's tables for a hundred thousand pieces takes a quarter of a
second, more than everything else that a cold search does with the model. A query needs only a
few dozen of the pieces: those that occur in it. So for the first texts a tokenizer is built of
them alone, which segments exactly as the whole one would; after that the whole one takes over.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Self

from tokenizers import Tokenizer

FEW_CHARACTERS = 4_000
"""Characters read with part of the vocabulary: some twenty queries. A corpus has more."""

PROBE = "The  (first) élan, 東京2020 and l'été."
"""A text that comes out otherwise, whole and in parts, if anything looks across a space."""

VOCABULARY = b'"vocab":'

UNKNOWN_NAMES = ("[UNK]", "<unk>")


def encodable(text: str) -> str:
    """Text without halves of surrogate pairs, as broken JSON may carry; tokenizers refuse them."""
    return text.encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Pieces:
    """The vocabulary of a Unigram model: names in UTF-8, and scores still to be parsed."""

    names: list[bytes]
    scores: list[bytes]

    def entry(self, number: int) -> list[Any]:
        """As it is in the file."""
        return [self.names[number].decode(), self.score(number)]

    def score(self, number: int) -> float:
        """Logarithm of the probability of a piece."""
        return float(self.scores[number].strip(b",[] "))

    def least(self) -> int:
        """The piece of the lowest score."""
        return min(range(len(self.scores)), key=self.score)


def split_off(data: bytes) -> tuple[dict[str, Any], Pieces | None]:
    """A `tokenizer.json` without its vocabulary, and its vocabulary.

    Parsing a hundred thousand small lists takes as long as all other work of a cold search with
    the model. As the tokenizers library writes them, cutting at the quotation marks gives the
    same in a tenth of the time, and in bytes a third of that is saved again. Raises `ValueError`
    for what is not JSON.
    """
    start = data.find(VOCABULARY)
    end = data.find(b"]],", start)
    if 0 <= start < end:
        start += len(VOCABULARY)
        body = data[start : end + 2]
        cut = body.split(b'"')
        names = cut[1::2]
        if b"\\" not in body and body.count(b"],[") == len(names) - 1:
            return json.loads(data[:start] + b"[]" + data[end + 2 :]), Pieces(names, cut[2::2])
    return json.loads(data), None


class PartialVocabulary:
    """A Unigram model of which only the pieces that occur in a text are used.

    The best segmentation (Viterbi over log-probabilities) of a text depends on the pieces that
    occur in it and, for characters that no piece covers, on the lowest score of all pieces.
    """

    def __init__(self, state: Mapping[str, Any], pieces: Pieces, numbers: dict[bytes, int]) -> None:
        """Take what `split_off` gives, and the number of each piece."""
        self._state = state
        self._pieces = pieces
        self._numbers = numbers
        self._longest = max(map(len, pieces.names))
        self._always = {int(state["model"]["unk_id"])}
        self._always.update(numbers[added["content"].encode()] for added in state["added_tokens"])
        self._pipeline = Tokenizer.from_str(json.dumps(self._reduced(sorted(self._always))))

    @classmethod
    def of(cls, state: Mapping[str, Any], pieces: Pieces) -> Self | None:
        """From what `split_off` gives; None where more than a text's own pieces decide."""
        model = state.get("model") or {}
        if model.get("type") != "Unigram" or model.get("byte_fallback"):
            return None
        if not state.get("normalizer") or not state.get("pre_tokenizer"):
            return None
        if model.get("unk_id") is None or state.get("post_processor") or state.get("truncation"):
            return None
        numbers = dict(zip(pieces.names, range(len(pieces.names)), strict=True))
        added = {token["content"].encode() for token in state["added_tokens"]}
        if len(numbers) < len(pieces.names) or not added <= numbers.keys():
            return None
        return cls(state, pieces, numbers)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Piece numbers of each text, as the whole tokenizer would give them."""
        numbers = self._numbers
        words = self._words(texts)
        if any(character.encode() not in numbers for character in set().union(*words)):
            self._always.add(self._least)
        parts = {part for word in words for part in self._parts(word)}
        chosen = sorted(self._always.union(numbers[part] for part in parts if part in numbers))
        part = Tokenizer.from_str(json.dumps(self._reduced(chosen)))
        encodings = part.encode_batch_fast(list(texts), add_special_tokens=False)
        return [[chosen[number] for number in encoding.ids] for encoding in encodings]

    @cached_property
    def _least(self) -> int:
        return self._pieces.least()

    def _words(self, texts: Sequence[str]) -> set[str]:
        """What the texts are cut into before pieces are looked for."""
        normalizer, cutter = self._pipeline.normalizer, self._pipeline.pre_tokenizer
        return {
            word
            for text in texts
            for word, _ in cutter.pre_tokenize_str(normalizer.normalize_str(text))
        }

    def _parts(self, word: str) -> Iterator[bytes]:
        """Every run of characters of a word that could be a piece."""
        encoded = word.encode()
        bounds = list(accumulate((len(character.encode()) for character in word), initial=0))
        for place, start in enumerate(bounds):
            for end in bounds[place + 1 : place + 1 + self._longest]:
                if end - start > self._longest:
                    break
                yield encoded[start:end]

    def _reduced(self, chosen: list[int]) -> dict[str, Any]:
        places = {number: place for place, number in enumerate(chosen)}
        model = self._state["model"]
        added = [
            {**token, "id": places[self._numbers[token["content"].encode()]]}
            for token in self._state["added_tokens"]
        ]
        return {
            **self._state,
            "added_tokens": added,
            "padding": None,
            "model": {
                **model,
                "unk_id": places[model["unk_id"]],
                "vocab": [self._pieces.entry(number) for number in chosen],
            },
        }


class Segmenter:
    """A `tokenizer.json` in use, by any number of threads."""

    def __init__(self, data: bytes) -> None:
        """Take the contents of the file; raises `ValueError` where they are not a tokenizer."""
        self._data = data
        self._left = FEW_CHARACTERS
        self._whole: Tokenizer | None = None
        self._building = threading.Lock()
        state, pieces = split_off(data)
        self._partial = None if pieces is None else PartialVocabulary.of(state, pieces)
        if pieces is not None and self._partial is not None:
            self.size = len(pieces.names)
            self.unknown: int = state["model"]["unk_id"]
        else:
            whole = self.complete()
            self.size = whole.get_vocab_size()
            numbers = (whole.token_to_id(name) for name in UNKNOWN_NAMES)
            self.unknown = next((number for number in numbers if number is not None), 0)
        self.splits_at_spaces = _says_it_splits(state) and self._probed()

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> Self:
        """The same tokenizer as a segmenter."""
        return cls(tokenizer.to_str().encode())

    @property
    def is_complete(self) -> bool:
        """Whether the whole tokenizer has been built."""
        return self._whole is not None

    def complete(self) -> Tokenizer:
        """The whole tokenizer, built when it is first needed."""
        with self._building:
            if self._whole is None:
                try:
                    whole = Tokenizer.from_buffer(self._data)
                except Exception as error:  # the library raises bare Exception
                    raise ValueError(str(error)) from None
                whole.no_padding()
                self._whole, self._partial, self._data = whole, None, b""
            return self._whole

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Piece numbers of each text, without special tokens.

        Raises `ValueError` if the vocabulary is damaged, which only shows where it is used.
        """
        try:
            return self._encoded(texts)
        except (UnicodeEncodeError, TypeError):
            return self._encoded([encodable(text) for text in texts])

    def _encoded(self, texts: Sequence[str]) -> list[list[int]]:
        partial = self._partial
        if partial is not None:
            self._left -= sum(map(len, texts))
            if self._left >= 0:
                return partial.encode(texts)
        encodings = self.complete().encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def _probed(self) -> bool:
        """Whether a probe comes out the same whole and in parts.

        Some normalisers write something before the first word only.
        """
        whole, *parts = self.encode([PROBE, *PROBE.split(" ")])
        return whole == [number for part in parts for number in part]


def _says_it_splits(state: Mapping[str, Any]) -> bool:
    """Whether a tokenizer separates words at spaces before it looks at them any closer."""
    first = state.get("pre_tokenizer")
    if first is None:
        return False
    steps = first["pretokenizers"] if first.get("type") == "Sequence" else [first]
    return bool(steps) and steps[0].get("type") in ("WhitespaceSplit", "BertPreTokenizer")
