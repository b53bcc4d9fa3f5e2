"""What articles are compared by: meaning of headline and lead, names, words, numbers, date.

Names are keys of sounds (`search.names`), so that they meet across scripts. Words are terms of the
article's own language and meet within it only; numbers of two or more digits meet in all of them.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from search.analysis import numbers
from search.analysis.analyzer import analyze
from search.analysis.languages import language
from search.analysis.stemming import stem
from search.analysis.words import pieces
from search.index.model import EmbeddedArticle
from search.names.keys import spelling_keys
from search.names.tokens import INFLECTING, is_shown, keys_of, name_pieces

LEAD = 7
"""Passages that are compared: the headline and the first paragraphs."""

HEADLINE_WEIGHT = 1.5

ALIGNED = 5
"""Passages whose own vectors are compared, each with the nearest one of the other article."""

MOST_NAMES = 14
MOST_KEYS = 96
MOST_TERMS = 160
MOST_CHARACTERS = 4_000
"""Of all compared passages: a paragraph may be a whole book."""

Keys = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What is stored of an article, to compare it with later ones.

    `head` and `lead` are unit vectors, float32 of shape (dimension,), rounded to 8 bits;
    `passages` are those of the first ones, shape (up to `ALIGNED`, dimension). `names`,
    `terms` and `numbers` are sorted hashes; `counts` says how often each term occurs. `day` counts
    days since year 1, 0 without a date.
    """

    head: NDArray[np.float32]
    lead: NDArray[np.float32]
    passages: NDArray[np.float32]
    names: Keys
    terms: Keys
    counts: NDArray[np.uint8]
    numbers: Keys
    lang: str
    day: int


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """The names of an article as it arrives, with their spellings in other scripts.

    `keys` are sorted; `owner` is the number of the name that each key belongs to, of `count`.
    """

    keys: Keys
    owner: NDArray[np.intp]
    count: int


@lru_cache(maxsize=262_144)
def hashed(text: str) -> int:
    """Thirty-two bits that are the same on every machine."""
    return zlib.crc32(text.encode("utf-8", "replace"))


def featured(embedded: EmbeddedArticle) -> tuple[Features, Looked]:
    """Read the features of an article."""
    article = embedded.article
    texts = _lead([passage.text for passage in article.passages[:LEAD]])
    vectors = embedded.vectors[: len(texts)].astype(np.float32)
    weights = np.ones(len(vectors), np.float32)
    if article.passages and article.passages[0].position == 0:
        weights[0] = HEADLINE_WEIGHT
    lead = weights @ vectors if len(vectors) else np.zeros(embedded.vectors.shape[1], np.float32)
    named: Counter[str] = Counter()
    terms: Counter[int] = Counter()
    figures: set[str] = set()
    for text in texts:
        named.update(piece.text for piece in name_pieces(text) if keys_of(piece.text, article.lang))
        terms.update(hashed(f"{article.lang}:{one.term}") for one in analyze(text, article.lang))
        for piece in pieces(text):
            if piece.text[:1].isdecimal() and len(piece.text) > 1:
                figures.update(one for one in numbers.readings(piece.text) if len(one) > 1)
    common = [name for name, _ in named.most_common(MOST_NAMES)]
    own = {hashed(key) for name in named for key in keys_of(name, article.lang)}
    kept = terms.most_common(MOST_TERMS)
    order = np.argsort(np.asarray([one for one, _ in kept], np.uint32))
    features = Features(
        _rounded(vectors[0] if len(vectors) else lead),
        _rounded(lead),
        _unit_rows(_byte_rows(vectors[:ALIGNED])),
        np.asarray(sorted(own), np.uint32)[:MOST_KEYS],
        np.asarray([one for one, _ in kept], np.uint32)[order],
        np.minimum(np.asarray([n for _, n in kept], np.int64), 255).astype(np.uint8)[order],
        np.asarray(sorted({hashed(one) for one in figures}), np.uint32),
        article.lang,
        article.published.toordinal() if article.published else 0,
    )
    return features, _looked(common, article.lang)


def names_of(embedded: EmbeddedArticle) -> dict[int, str]:
    """Return how the names of an article are written, by hash: to tell a person."""
    article = embedded.article
    texts = _lead([passage.text for passage in article.passages[:LEAD]])
    found: dict[int, str] = {}
    for text in texts:
        for piece in name_pieces(text):
            for key in keys_of(piece.text, article.lang):
                found.setdefault(hashed(key), piece.text)
    return found


def words_of(embedded: EmbeddedArticle) -> dict[int, str]:
    """Return how the words of an article are written, by hash: to tell a person."""
    article = embedded.article
    found: dict[int, str] = {}
    for text in _lead([passage.text for passage in article.passages[:LEAD]]):
        for one in analyze(text, article.lang):
            found.setdefault(hashed(f"{article.lang}:{one.term}"), text[one.start : one.end])
    return found


def _lead(texts: list[str]) -> list[str]:
    left = MOST_CHARACTERS
    cut = []
    for text in texts:
        cut.append(text[: max(left, 0)])
        left -= len(text)
    return cut


def _looked(named: list[str], lang: str) -> Looked:
    keys: dict[int, int] = {}
    for number, name in enumerate(named):
        for key in _spellings(name, lang):
            keys.setdefault(key, number)
    order = sorted(keys)
    return Looked(
        np.asarray(order, np.uint32), np.asarray([keys[k] for k in order], np.intp), len(named)
    )


@lru_cache(maxsize=65_536)
def _spellings(name: str, lang: str) -> tuple[int, ...]:
    """Hashes of a name's keys; of names that only their script shows, in other scripts as well."""
    found = [*keys_of(name, lang)]
    piece = next(iter(name_pieces(name)), None)
    if piece is not None and is_shown(piece):
        found += spelling_keys(name)
        if lang in INFLECTING:
            found += spelling_keys(stem(name, language(lang)))
    return tuple(dict.fromkeys(hashed(key) for key in found))


def _rounded(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a unit vector of 8 bit numbers, so that it is the same when it was stored."""
    return _unit(_bytes(vector))


def _bytes(vector: NDArray[np.float32]) -> NDArray[np.int8]:
    most = float(np.abs(vector).max(initial=0.0))
    return np.round(vector * (127 / most) if most else vector).astype(np.int8)


def _unit(numbers_: NDArray[np.int8]) -> NDArray[np.float32]:
    wide = numbers_.astype(np.float32)
    length = float(np.sqrt(wide @ wide))
    return wide / np.float32(length) if length else wide


def _byte_rows(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    most = np.abs(vectors).max(axis=1, initial=0.0, keepdims=True)
    return np.asarray(np.round(vectors * (127 / np.maximum(most, 1e-9))), np.int8)


def _unit_rows(numbers_: NDArray[np.int8]) -> NDArray[np.float32]:
    wide = numbers_.astype(np.float32)
    lengths = np.sqrt(np.square(wide).sum(axis=1, keepdims=True))
    return np.asarray(wide / np.maximum(lengths, 1e-9), np.float32)


_LENGTHS = struct.Struct("<HHHHH")


def packed(features: Features) -> str:
    """Return features as text, all but language and day."""
    parts = (features.names, features.terms, features.numbers)
    several = len(features.passages)
    lengths = _LENGTHS.pack(len(features.head), several, *(len(part) for part in parts))
    whole = (_bytes(features.head).tobytes(), _bytes(features.lead).tobytes())
    vectors = (*whole, _byte_rows(features.passages).tobytes())
    arrays = (part.astype("<u4").tobytes() for part in parts)
    return base64.b64encode(
        b"".join((lengths, *vectors, *arrays, features.counts.tobytes()))
    ).decode()


def unpacked(text: str, lang: str, day: int) -> Features:
    """Read what `packed` returned."""
    data = base64.b64decode(text)
    dimension, several, *lengths = _LENGTHS.unpack_from(data)
    at = _LENGTHS.size
    vectors = np.frombuffer(data, np.int8, (2 + several) * dimension, at)
    at += (2 + several) * dimension
    arrays = []
    for length in lengths:
        arrays.append(np.frombuffer(data, "<u4", length, at).astype(np.uint32))
        at += 4 * length
    names, terms, figures = arrays
    counts = np.frombuffer(data, np.uint8, lengths[1], at)
    head, lead = _unit(vectors[:dimension]), _unit(vectors[dimension : 2 * dimension])
    passages = _unit_rows(vectors[2 * dimension :].reshape(several, dimension))
    return Features(head, lead, passages, names, terms, counts, figures, lang, day)
