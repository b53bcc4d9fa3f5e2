"""What articles are compared by: meaning of headline and lead, names, words, numbers, date.

Names are keys of sounds (`search.names`), so that they meet across scripts. Words are terms of the
article's own language and meet within it only; numbers of two or more digits meet in all of them.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from search.analysis import numbers
from search.analysis.analyzer import terms_of
from search.analysis.words import is_run, rough_words
from search.index.model import HEADLINE, EmbeddedArticle, IndexIdentity
from search.names import systems
from search.names.tokens import keys_of, may_be_name, name_pieces

LEAD = 7
"""Passages that are compared: the headline and the first paragraphs."""

HEADLINE_WEIGHT = 1.5

ALIGNED = 5
"""Passages whose own vectors are compared, each with the nearest one of the other article."""

MOST_NAMES = 8
MOST_KEYS = 96
MOST_TERMS = 48
MOST_CHARACTERS = 2_000
"""Of all compared passages: a paragraph may be a whole book."""

T = TypeVar("T")

FORM = 2
"""Raised when features are made otherwise: those stored cannot be compared then."""

Keys = NDArray[np.uint32]
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What is stored of an article, to compare it with later ones.

    `vectors` are int8 of shape (1 + up to `ALIGNED`, dimension): that of the lead, and those of the
    first passages; times `scales` they have length 1. `names`, `terms` and `numbers` are sorted
    hashes; `counts` says how often each term occurs. `day` counts days since year 1, 0 without a
    date.
    """

    vectors: Codes
    scales: NDArray[np.float32]
    names: Keys
    terms: Keys
    counts: NDArray[np.uint8]
    numbers: Keys
    lang: str
    day: int


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """An article as it arrives: its features, and its most frequent names as they are written."""

    features: Features
    names: tuple[str, ...]


@lru_cache(maxsize=131_072)
def hashed(text: str) -> int:
    """Thirty-two bits that are the same on every machine."""
    return zlib.crc32(text.encode("utf-8", "replace"))


_MARKS = {system.mark: number for number, system in enumerate(systems.SYSTEMS) if system.mark}
SYSTEM_SHIFT = 29


def hashed_key(key: str) -> int:
    """Hash the key of a name: its three highest bits say which writing system it is of."""
    return _MARKS.get(key[0], 0) << SYSTEM_SHIFT | hashed(key) >> 32 - SYSTEM_SHIFT


def fingerprint(identity: IndexIdentity) -> str:
    """Return what must be the same of features that are compared."""
    return f"{identity.model_fingerprint} {FORM}"


def featured(embedded: EmbeddedArticle) -> Read:
    """Read the features of an article."""
    article = embedded.article
    lang = article.lang
    texts = _lead(embedded)
    named: Counter[str] = Counter()
    terms: dict[int, int] = {}
    figures: set[int] = set()
    keys: set[int] = set()
    for word, often in Counter(chain.from_iterable(map(rough_words, texts))).items():
        if is_run(word):
            for pair in _of_run(word):
                term = hashed(f"{lang}:{pair}")
                terms[term] = terms.get(term, 0) + 1
            for piece in name_pieces(word):
                if found := _hashed_keys(piece.text, lang):
                    named[piece.text] += 1
                    keys.update(found)
            continue
        own_keys, own_terms, own_numbers = _of_word(word, lang)
        if own_keys:
            named[word] = often
            keys.update(own_keys)
        for term in own_terms:
            terms[term] = terms.get(term, 0) + often
        if own_numbers:
            figures.update(own_numbers)
    vectors = embedded.vectors[: len(texts)].astype(np.float32)
    weights = np.ones(len(vectors), np.float32)
    if article.passages and article.passages[0].position == HEADLINE:
        weights[0] = HEADLINE_WEIGHT
    lead = weights @ vectors if len(vectors) else np.zeros(embedded.vectors.shape[1], np.float32)
    kept = sorted(_most(terms, MOST_TERMS))
    codes = _codes(np.vstack((lead, vectors[:ALIGNED])))
    features = Features(
        codes,
        scales(codes),
        np.asarray(sorted(keys)[:MOST_KEYS], np.uint32),
        np.asarray([one for one, _ in kept], np.uint32),
        np.asarray([min(n, 255) for _, n in kept], np.uint8),
        np.asarray(sorted(figures), np.uint32),
        lang,
        article.published.toordinal() if article.published else 0,
    )
    return Read(features, tuple(name for name, _ in _most(named, MOST_NAMES)))


def names_of(embedded: EmbeddedArticle) -> dict[int, str]:
    """Return how the names of an article are written, by hash: to tell a person."""
    lang = embedded.article.lang
    found: dict[int, str] = {}
    for text in _lead(embedded):
        for piece in name_pieces(text):
            for key in keys_of(piece.text, lang):
                found.setdefault(hashed_key(key), piece.text)
    return found


def words_of(embedded: EmbeddedArticle) -> dict[int, str]:
    """Return how the words of an article are written, by hash: to tell a person."""
    lang = embedded.article.lang
    found: dict[int, str] = {}
    for text in _lead(embedded):
        for word in rough_words(text):
            if is_run(word):
                found |= {hashed(f"{lang}:{pair}"): pair for pair in _of_run(word)}
            else:
                for term in terms_of(word, lang):
                    found.setdefault(hashed(f"{lang}:{term}"), word)
    return found


def _lead(embedded: EmbeddedArticle) -> list[str]:
    left = MOST_CHARACTERS
    cut = []
    for passage in embedded.article.passages[:LEAD]:
        cut.append(passage.text[: max(left, 0)])
        left -= len(passage.text)
    return cut


@lru_cache(maxsize=131_072)
def _of_word(word: str, lang: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the hashes of a word's keys if it may be a name, of its terms, and its numbers."""
    keys = _hashed_keys(word, lang) if may_be_name(word) else ()
    terms = tuple(hashed(f"{lang}:{term}") for term in terms_of(word, lang))
    found = numbers.readings(word) if word[:1].isdecimal() and len(word) > 1 else ()
    return keys, terms, tuple(hashed(one) for one in found if len(one) > 1)


@lru_cache(maxsize=131_072)
def _hashed_keys(name: str, lang: str) -> tuple[int, ...]:
    return tuple(hashed_key(key) for key in keys_of(name, lang))


def _of_run(run: str) -> list[str]:
    """Return the pairs of neighbouring characters, which are the terms of a run."""
    return [run[at : at + 2] for at in range(max(len(run) - 1, 1))]


def _most(counts: Mapping[T, int], most: int) -> list[tuple[T, int]]:
    """Return what occurs most often, of equals what comes first."""
    return sorted(counts.items(), key=itemgetter(1), reverse=True)[:most]


def _codes(vectors: NDArray[np.float32]) -> Codes:
    """Round vectors to 8 bits, so that they are the same when they were stored."""
    most = np.abs(vectors).max(axis=1, initial=0.0, keepdims=True)
    return np.asarray(np.rint(vectors * (127 / np.maximum(most, 1e-9))), np.int8)


def scales(codes: Codes) -> NDArray[np.float32]:
    """Return what makes each vector one of length 1."""
    wide = codes.astype(np.float32)
    lengths = np.sqrt(np.vecdot(wide, wide))
    return np.asarray(np.where(lengths > 0, 1 / np.maximum(lengths, 1e-9), 0), np.float32)
