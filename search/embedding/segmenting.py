"""Text to piece numbers by a `tokenizer.json`, quick for a query and quick for a corpus.

Building the tokenizers library's tables for 268,840 pieces takes 1.5 seconds, ten times as long as
everything else that a cold search does with the model. A query needs only a
few dozen of the pieces: those that occur in it. So for the first texts a tokenizer is built of
them alone, which segments exactly as the whole one would; after that the whole one takes over.
"""

from __future__ import annotations

import json
import mmap
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import accumulate
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

FEW_CHARACTERS = 20_000
"""Characters read with part of the vocabulary, at 25 µs each: several searches with the sentences
of all that they show. By then half of what the whole takes has been spent; a corpus has more."""

PROBE = "The  (first) élan, 東京2020 and l'été."
"""A text that comes out otherwise, whole and in parts, if anything looks across a space."""

Contents = bytes | mmap.mmap
"""What is in a file."""

VOCABULARY = b'"vocab":'

UNKNOWN_NAMES = ("[UNK]", "<unk>")

MARK_BITS = 20
"""Of the marks of pieces: a query marks some hundreds, which few of 268,840 pieces share."""

EXPONENT_FROM = 12
"""Characters between the names of two pieces: where there are more, a score may end in an exponent
that its first eight characters do not show."""

MIXER = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio (Fibonacci hashing, Knuth, TAOCP volume 3, section 6.4)."""


def encodable(text: str) -> str:
    """Text without halves of surrogate pairs, as broken JSON may carry; tokenizers refuse them."""
    return text.encode("utf-8", "replace").decode()


class Pieces:
    """The vocabulary of a Unigram model, still as it is written: `"name",score],["name",score]...`.

    A query has a few dozen of a hundred thousand pieces, and a dictionary of all takes ten times as
    long to make as finding these: each piece is marked in a table by the hash of its beginning and
    length, and only what falls on the marks of the wanted ones is compared.
    """

    def __init__(self, written: Contents, quotes: NDArray[np.int64], end: int) -> None:
        """Take what has the vocabulary in it, its quotation marks, two per piece, and its end."""
        self._written = written
        self._starts = quotes[0::2] + 1
        self._ends = quotes[1::2]
        self._end = end
        self._lengths = self._ends - self._starts
        self.longest = int(self._lengths.max())
        self._entries: dict[int, tuple[str, float]] = {}

    def __len__(self) -> int:
        return len(self._starts)

    def numbers(self, names: Collection[bytes]) -> dict[bytes, int]:
        """Which of the names are pieces, and their numbers. Raises `Twice` if a piece has two."""
        marked = np.zeros(2**MARK_BITS, bool)
        marked[_marks(names)] = True
        found: dict[bytes, int] = {}
        for number in np.flatnonzero(marked[self._marks]).tolist():
            name = self._name(number)
            if name in names and found.setdefault(name, number) != number:
                raise Twice(name)
        return found

    def entry(self, number: int) -> tuple[str, float]:
        """As it is in the file."""
        entry = self._entries.get(number)
        if entry is None:
            entry = self._entries[number] = (self._name(number).decode(), self.score(number))
        return entry

    def score(self, number: int) -> float:
        """Logarithm of the probability of a piece."""
        following = self._starts[number + 1] - 1 if number + 1 < len(self) else self._end
        return float(self._written[self._ends[number] + 1 : following].strip(b",[] "))

    def least(self) -> int:
        """The piece of the lowest score, the first of several."""
        among: list[int] = self._among_least().tolist()
        return min(among, key=self.score)

    def _among_least(self) -> NDArray[np.int64]:
        """Return the pieces that can be `least`: those whose score has the largest whole part.

        To read a hundred thousand numbers one by one takes longer than the rest of a cold search.
        What is not written as -1.2, -12.3 or -123.4, or may have an exponent, can always be it.
        """
        # Behind the quotation mark and the comma.
        characters = self._eight(self._ends + 2).view(np.uint8).reshape(-1, 8)
        digits = characters[:, 1:4].astype(np.int16) - ord("0")
        is_digit = (digits >= 0) & (digits <= 9)
        has_exponent = np.append(self._starts[1:] - 1, self._end) - self._ends > EXPONENT_FROM
        has_exponent |= (characters == ord("e")).any(axis=1)
        whole = np.full(len(self), -1, np.int16)
        for count in (1, 2, 3):
            plain = (characters[:, 0] == ord("-")) & (characters[:, 1 + count] == ord("."))
            plain &= is_digit[:, :count].all(axis=1)
            if count == 1:
                plain &= ~has_exponent
            tens = np.array([100, 10, 1], np.int16)[-count:]
            whole[plain] = digits[plain, :count] @ tens
        least: NDArray[np.int64] = np.flatnonzero((whole < 0) | (whole == whole.max()))
        return least

    def _name(self, number: int) -> bytes:
        return self._written[self._starts[number] : self._ends[number]]

    def _eight(self, places: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Return the eight bytes at places that ascend, the first as the lowest."""
        written = self._written
        if len(written) < places[-1] + 8:
            written = written[:] + bytes(8)
        eight: NDArray[np.uint64] = np.ndarray(len(written) - 7, "<u8", written, strides=(1,))
        return eight[places]

    @cached_property
    def _marks(self) -> NDArray[np.uint64]:
        """The mark of each piece, as `_marks` makes it of names."""
        beyond = (8 * np.clip(8 - self._lengths, 0, 7)).astype(np.uint64)
        marks = self._eight(self._starts)
        marks <<= beyond
        marks[self._lengths == 0] = 0
        marks += self._lengths.astype(np.uint64)
        marks *= MIXER
        marks >>= np.uint64(64 - MARK_BITS)
        return marks


def _marks(names: Collection[bytes]) -> NDArray[np.uint64]:
    """A hash of the first eight bytes and the length of each."""
    begins = b"".join([name[:8].rjust(8, b"\0") for name in names])
    marks = np.frombuffer(begins, "<u8") + np.fromiter(map(len, names), np.uint64, len(names))
    marks *= MIXER
    marks >>= np.uint64(64 - MARK_BITS)
    return marks


class Twice(Exception):
    """A piece has two numbers: only the whole tokenizer says which one counts."""


def split_off(data: Contents) -> tuple[dict[str, Any], Pieces | None]:
    """A `tokenizer.json` without its vocabulary, and its vocabulary.

    Parsing a hundred thousand small lists takes longer than all other work of a cold search with
    the model. As the tokenizers library writes them, quotation marks stand around the names and
    nowhere else, one name behind each bracket. Raises `ValueError` for what is not JSON.
    """
    start = data.find(VOCABULARY)
    end = data.rfind(b"]],", start)
    if 0 <= start < end:
        start, end = start + len(VOCABULARY), end + 2
        characters = np.frombuffer(data, np.uint8)
        quotes = np.flatnonzero(characters[start:end] == ord('"'))
        quotes += start
        opening = characters[quotes[0::2] - 1]
        unescaped = data.find(b"\\", start, end) < 0
        if unescaped and len(quotes) % 2 == 0 and (opening == ord("[")).all():
            return json.loads(data[:start] + b"[]" + data[end:]), Pieces(data, quotes, end)
    return json.loads(data[:]), None


class PartialVocabulary:
    """A Unigram model of which only the pieces that occur in a text are used.

    The best segmentation (Viterbi over log-probabilities) of a text depends on the pieces that
    occur in it and, for characters that no piece covers, on the lowest score of all pieces.
    """

    def __init__(self, state: Mapping[str, Any], pieces: Pieces, added: dict[bytes, int]) -> None:
        """Take what `split_off` gives, and the number of each added token."""
        self._state = state
        self._pieces = pieces
        self._added = added
        self._always = {int(state["model"]["unk_id"]), *added.values()}
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
        added = {token["content"].encode() for token in state["added_tokens"]}
        numbers = pieces.numbers(added)
        return cls(state, pieces, numbers) if added == numbers.keys() else None

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Piece numbers of each text, as the whole tokenizer would give them.

        Raises `Twice` where that depends on more than the pieces of the texts.
        """
        words = self._words(texts)
        characters = {character.encode() for character in set().union(*words)}
        parts = {part for word in words for part in self._parts(word)}
        numbers = self._pieces.numbers(parts | characters)
        if not characters <= numbers.keys():
            self._always.add(self._least)
        chosen = sorted(self._always.union(numbers.values()))
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
            for end in bounds[place + 1 : place + 1 + self._pieces.longest]:
                if end - start > self._pieces.longest:
                    break
                yield encoded[start:end]

    def _reduced(self, chosen: list[int]) -> dict[str, Any]:
        places = {number: place for place, number in enumerate(chosen)}
        model = self._state["model"]
        added = [
            {**token, "id": places[self._added[token["content"].encode()]]}
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

    def __init__(self, data: Contents) -> None:
        """Take the contents of the file; raises `ValueError` where they are not a tokenizer."""
        self._data = data
        self._left = FEW_CHARACTERS
        self._whole: Tokenizer | None = None
        self._building = threading.Lock()
        state, pieces = split_off(data)
        self._partial = None if pieces is None else _partial(state, pieces)
        if pieces is not None and self._partial is not None:
            self.size = len(pieces)
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
                    whole = Tokenizer.from_buffer(self._data[:])
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
                with suppress(Twice):
                    return partial.encode(texts)
        encodings = self.complete().encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def _probed(self) -> bool:
        """Whether a probe comes out the same whole and in parts.

        Some normalisers write something before the first word only.
        """
        whole, *parts = self.encode([PROBE, *PROBE.split(" ")])
        return whole == [number for part in parts for number in part]


def _partial(state: Mapping[str, Any], pieces: Pieces) -> PartialVocabulary | None:
    try:
        return PartialVocabulary.of(state, pieces)
    except Twice:
        return None


def _says_it_splits(state: Mapping[str, Any]) -> bool:
    """Whether a tokenizer separates words at spaces before it looks at them any closer."""
    first = state.get("pre_tokenizer")
    if first is None:
        return False
    steps = first["pretokenizers"] if first.get("type") == "Sequence" else [first]
    return bool(steps) and steps[0].get("type") in ("WhitespaceSplit", "BertPreTokenizer")
