"""Vectors for words that the pairs do not teach, from a teacher that reads many languages.

A multilingual transformer puts a word near its translations. So a word's vector is the mean of
the student's vectors of its nearest neighbours among well-trained words: the teacher says what
a word is near, the student where that lies. A map of the whole space, fitted by least squares,
was worse (cosine to the vectors of known words, left out one by one: 0.42 against 0.60). The
teacher's habit of putting a language's words together is taken off first: means of scripts are
subtracted and the axes made alike (`benchmarks/results/embedding_widening.json`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.compact_model import lexicon
from benchmarks.compact_model.lexicon import MARK, Words
from benchmarks.compact_model.teacher import Matrix
from search.embedding import devices

UNREAD = frozenset(["eo", "eu", "ha", "ig", "iu", "mt", "so", "xh", "yo", "zu"])
"""Languages whose sentences found fewer of their translations once known words were moved towards
where the teacher sees them: it was shown little or nothing of most of them."""

WELL_TRAINED = 20
"""Occurrences from which a word is a neighbour to learn from."""
SELDOM = 400
"""Occurrences below which a known word of a smaller language is moved towards its neighbours."""
DOUBT = 10.0
"""A known word with this many occurrences is moved half of the way, if its neighbours agree."""

STEP = 2_000
"""Words compared with all neighbours at a time."""


@dataclass(frozen=True)
class Nearness:
    """How neighbours are chosen and weighed."""

    count: int = 30
    temperature: float = 0.1
    smoothing: float = 0.05
    """Of the mean variance, added so that axes with next to none are not blown up."""
    own: float = 0.5
    """Share of what a new word's pieces said before in its vector."""
    own_unread: float = 0.75
    """The same in languages of `UNREAD`."""


@dataclass(frozen=True)
class Read:
    """Words with the teacher's vectors; the first `known` are pieces of the student."""

    words: list[str]
    vectors: Matrix
    known: int


@dataclass(frozen=True)
class Sources:
    """What is known of words: from the training texts, the teacher, and its vocabulary."""

    met: Words
    read: Read
    listed: dict[str, float]


def whitened(read: Read, nearness: Nearness) -> Matrix:
    """Unit vectors without what tells scripts apart, all axes alike (Su et al., 2021)."""
    scripts = np.asarray([unicodedata.name(word[0], "?").split()[0] for word in read.words])
    vectors = read.vectors.astype(np.float32)
    common = (
        vectors[scripts == "LATIN"].mean(axis=0) if "LATIN" in scripts else vectors.mean(axis=0)
    )
    for script in sorted(set(scripts)):
        rows = scripts == script
        # Twenty words of the commonest script are added, so that a rare one keeps its own.
        vectors[rows] -= (vectors[rows].sum(axis=0) + 20 * common) / (rows.sum() + 20)
    spread, axes = np.linalg.eigh(np.cov(vectors[: read.known].T))
    whitening = (axes * (spread + nearness.smoothing * spread.mean()) ** -0.5) @ axes.T
    return unit(vectors @ whitening.astype(np.float32))


def neighbouring(
    queries: Matrix, anchors: Matrix, places: Matrix, own: NDArray[np.int64], nearness: Nearness
) -> tuple[Matrix, NDArray[np.float32]]:
    """For each query the mean place of its nearest anchors, at unit length, and their agreement.

    `own` is the number of the anchor that a query itself is, or -1: it is left out. Agreement is
    the length of the mean of unit vectors: 1 where all neighbours lie in one place.
    """
    table = torch.from_numpy(anchors).to(devices.best()).bfloat16()
    where = torch.from_numpy(places).to(table.device)
    found = np.empty((len(queries), places.shape[1]), np.float32)
    agreement = np.empty(len(queries), np.float32)
    count = min(nearness.count, len(anchors))
    for start in range(0, len(queries), STEP):
        part = torch.from_numpy(queries[start : start + STEP]).to(table.device).bfloat16()
        cosines = (part @ table.T).float()
        itself = own[start : start + STEP]
        rows = np.flatnonzero(itself >= 0)
        cosines[torch.from_numpy(rows), torch.from_numpy(itself[rows])] = -1.0
        best, which = cosines.topk(count)
        weights = torch.softmax(best / nearness.temperature, dim=1)
        means = (weights[:, :, None] * where[which]).sum(1)
        agreement[start : start + STEP] = means.norm(dim=1).cpu().numpy()
        directions = torch.nn.functional.normalize(means, dim=1)
        found[start : start + STEP] = directions.cpu().numpy()
    return found, agreement


def widened(
    tokenizer: Tokenizer,
    weight: Matrix,
    sources: Sources,
    count: int,
    nearness: Nearness | None = None,
) -> tuple[Tokenizer, Matrix]:
    """Tokenizer and piece vectors with the `count` new words that are worth most.

    Known words of smaller languages that were met seldom are moved towards their neighbours.
    `weight` is of shape (pieces, dimension), as shaped.
    """
    nearness = nearness or Nearness()
    words, read = sources.met, sources.read
    numbers = tokenizer.get_vocab()
    known = np.asarray([numbers[MARK + word] for word in read.words[: read.known]])
    places = unit(weight[known])
    met = words.totals()
    counts = np.asarray([met[word] for word in read.words[: read.known]])
    anchors = np.flatnonzero(counts >= WELL_TRAINED)
    own = np.full(len(read.words), -1)
    own[anchors] = np.arange(len(anchors))
    seen = whitened(read, nearness)
    languages = words.languages()

    rare = _seldom(read, counts, words, languages)
    near, agreement = neighbouring(seen[rare], seen[anchors], places[anchors], own[rare], nearness)
    weight = weight.copy()
    weight[known[rare]] = moved(weight[known[rare]], near, counts[rare], agreement)

    new = np.arange(read.known, len(read.words))
    near, agreement = neighbouring(seen[new], seen[anchors], places[anchors], own[new], nearness)
    fresh = read.words[read.known :]
    pieces = [encoding.ids for encoding in tokenizer.encode_batch_fast(fresh)]
    value = lexicon.worth(
        fresh,
        words.shares(),
        sources.listed,
        np.asarray([len(ids) for ids in pieces]),
        agreement,
    )
    best = np.argsort(-value, kind="stable")[:count]
    before = unit(np.stack([weight[pieces[n]].sum(axis=0) for n in best]))
    unread = [languages.get(fresh[n]) in UNREAD for n in best]
    kept = np.where(unread, nearness.own_unread, nearness.own)[:, None]
    length = float(np.median(np.linalg.norm(weight[known], axis=1)))
    added = unit(((1 - kept) * near[best] + kept * before).astype(np.float32)) * length
    chosen = [fresh[n] for n in best]
    grown = lexicon.with_pieces(tokenizer, chosen, lexicon.scores(chosen, sources.listed))
    return grown, np.concatenate([weight, added]).astype(np.float32)


def moved(
    vectors: Matrix, near: Matrix, counts: NDArray[np.int64], agreement: NDArray[np.float32]
) -> Matrix:
    """`vectors` turned towards `near`, at their own lengths: the less they were met the more."""
    certain = np.clip((agreement - 0.2) / 0.4, 0.0, 1.5)
    kept = (counts / (counts + DOUBT * certain + 1e-9))[:, None]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    turned: Matrix = unit(kept * unit(vectors) + (1 - kept) * near) * lengths
    return turned


def unit(vectors: Matrix) -> Matrix:
    """Rows at unit length; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Matrix = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return result


def _seldom(
    read: Read, counts: NDArray[np.int64], words: Words, languages: dict[str, str]
) -> NDArray[np.int64]:
    """Known words that were met seldom, most of the times in languages that are not large."""
    large = words.totals(large=True)
    return np.asarray(
        [
            number
            for number, word in enumerate(read.words[: read.known])
            if counts[number] < SELDOM
            and large[word] < 0.5 * counts[number]
            and languages.get(word) not in UNREAD
        ],
        np.int64,
    )


def reading(pieces: Sequence[str], new: Sequence[str]) -> tuple[list[str], int]:
    """What the teacher is to read, known words before `new` ones, and how many are known.

    Known are the whole words of at least three letters among `pieces`.
    """
    known = [
        piece[1:] for piece in pieces if piece[:1] == MARK and lexicon.spelt(piece[1:], shortest=3)
    ]
    return [*known, *new], len(known)
