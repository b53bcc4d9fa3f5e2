"""Text to piece numbers by a `tokenizer.json`, quick for a question and quick for a corpus.

Building the tokenizers library's tables for a hundred thousand pieces takes a quarter of a
second, more than everything else that a cold search does with the model. A question needs but a
few dozen of the pieces: those that stand in it. So for the first texts a tokenizer is built of
them alone, which segments exactly as the whole one would; after that the whole one takes over.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from pydantic_core import from_json
from tokenizers import Tokenizer

FEW_CHARACTERS = 4_000
"""Characters read with part of the vocabulary: some twenty questions. A corpus has more."""

PROBE = "The  (first) élan, 東京2020 and l'été."
"""A text that comes out otherwise, whole and in parts, if anything looks across a space."""

UNKNOWN_NAMES = ("[UNK]", "<unk>")


class PartialVocabulary:
    """A Unigram model of which only the pieces that stand in a text are used.

    The best segmentation (Viterbi over log-probabilities) of a text depends on the pieces that
    occur in it and, for characters that no piece covers, on the lowest score of all pieces.
    """

    def __init__(self, state: Mapping[str, Any], pieces: Sequence[str], least: int) -> None:
        """Take a parsed `tokenizer.json`, its pieces, and the number of the one scored lowest."""
        self._state = state
        self._vocabulary: list[list[Any]] = state["model"]["vocab"]
        self._numbers = dict(zip(pieces, range(len(pieces)), strict=True))
        self._longest = max(map(len, pieces))
        self._always = {least, state["model"]["unk_id"]}
        self._always.update(self._numbers[added["content"]] for added in state["added_tokens"])
        self._pipeline = Tokenizer.from_str(json.dumps(self._reduced(sorted(self._always))))

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self | None:
        """From a parsed `tokenizer.json`; None where more than a text's pieces decide about it."""
        model = state.get("model") or {}
        if model.get("type") != "Unigram" or model.get("byte_fallback"):
            return None
        if not state.get("normalizer") or not state.get("pre_tokenizer"):
            return None
        if model.get("unk_id") is None or state.get("post_processor") or state.get("truncation"):
            return None
        pieces, scores = zip(*model["vocab"], strict=True)
        known = set(pieces)
        if len(known) < len(pieces) or any(
            a["content"] not in known for a in state["added_tokens"]
        ):
            return None
        return cls(state, pieces, scores.index(min(scores)))

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Piece numbers of each text, as the whole tokenizer would give them."""
        numbers = self._numbers
        found = {numbers[part] for part in self._parts(texts) if part in numbers}
        chosen = sorted(found | self._always)
        part = Tokenizer.from_str(json.dumps(self._reduced(chosen)))
        encodings = part.encode_batch_fast(list(texts), add_special_tokens=False)
        return [[chosen[number] for number in encoding.ids] for encoding in encodings]

    def _parts(self, texts: Sequence[str]) -> Iterator[str]:
        """Every run of characters of the normalised texts that could be a piece."""
        for text in texts:
            normal = self._pipeline.normalizer.normalize_str(text)
            for word, _ in self._pipeline.pre_tokenizer.pre_tokenize_str(normal):
                for start in range(len(word)):
                    for end in range(start + 1, min(start + self._longest, len(word)) + 1):
                        yield word[start:end]

    def _reduced(self, chosen: list[int]) -> dict[str, Any]:
        places = {number: place for place, number in enumerate(chosen)}
        model = self._state["model"]
        added = [
            {**token, "id": places[self._numbers[token["content"]]]}
            for token in self._state["added_tokens"]
        ]
        return {
            **self._state,
            "added_tokens": added,
            "padding": None,
            "model": {
                **model,
                "unk_id": places[model["unk_id"]],
                "vocab": [self._vocabulary[number] for number in chosen],
            },
        }


class Segmenter:
    """A `tokenizer.json` in use, by any number of threads."""

    def __init__(self, text: str) -> None:
        """Take the contents of the file; raises `ValueError` where they are no tokenizer."""
        self._text = text
        self._left = FEW_CHARACTERS
        self._whole: Tokenizer | None = None
        self._building = threading.Lock()
        state = from_json(text, cache_strings="none")
        self._partial = PartialVocabulary.of(state)
        if self._partial is not None:
            self.size = len(state["model"]["vocab"])
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
        return cls(tokenizer.to_str())

    @property
    def is_complete(self) -> bool:
        """Whether the whole tokenizer has been built."""
        return self._whole is not None

    def complete(self) -> Tokenizer:
        """The whole tokenizer, built when first asked for."""
        with self._building:
            if self._whole is None:
                try:
                    whole = Tokenizer.from_str(self._text)
                except Exception as error:  # the library raises bare Exception
                    raise ValueError(str(error)) from None
                whole.no_padding()
                self._whole, self._partial, self._text = whole, None, ""
            return self._whole

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Piece numbers of each text, without special tokens."""
        try:
            return self._encoded(texts)
        except (UnicodeEncodeError, TypeError):  # lone surrogates, as broken JSON may carry
            return self._encoded([text.encode("utf-8", "replace").decode() for text in texts])

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
