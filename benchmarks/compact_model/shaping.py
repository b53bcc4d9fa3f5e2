"""What is done to the finished piece vectors, to make ranks within and across languages fairer.

Three things stand between a question and its paragraph. A few directions hold most of the spread
of any text, so that cosines are decided by them: they are shortened (a partial whitening, after
Su et al., "Whitening Sentence Representations for Better Semantics and Faster Retrieval", 2021).
A few directions tell languages apart rather than topics: they are weakened (after Yang et
al., "A Simple and Effective Method To Eliminate the Self Language Bias in Multilingual
Representations", EMNLP 2021, who remove them). Both are one matrix, and a bag of mapped pieces
is the mapped bag. And pieces that stand in every text say little: they are shortened by how
frequent they are (Arora et al., "A Simple but Tough-to-Beat Baseline for Sentence Embeddings",
ICLR 2017). All of it is folded into the piece vectors and costs nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.compact_model.corpus import JOINED_SOURCES, Row
from benchmarks.compact_model.examples import Bags

Matrix = NDArray[np.float32]

SENTENCES = 1_000
"""Sentences of each language that the map is fitted on."""
FEWEST = 200


@dataclass(frozen=True)
class Shape:
    """How far the piece vectors are mapped; the model card's table has what else was tried."""

    power: float = 0.35
    """An axis is divided by its variance to this power; 0.5 would make all axes alike."""
    directions: int = 5
    """Main directions between the means of the languages."""
    weakened: float = 0.5
    """Share of those directions that is taken away."""
    common: float = 4e-4
    """A piece that makes up this share of all text keeps half of its length, a rare one all."""


def sentences(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Training sentences by language from the sources that say the same in many languages."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if row.source in JOINED_SOURCES:
            for language, text in zip(row.languages, row.texts, strict=True):
                texts = found.setdefault(language, {})
                if len(texts) < SENTENCES:
                    texts[text] = None
    return {language: list(texts) for language, texts in sorted(found.items())}


def shaped(
    weight: Matrix, tokenizer: Tokenizer, texts: Mapping[str, Sequence[str]], shape: Shape
) -> Matrix:
    """Piece vectors of shape (pieces, dimension), mapped.

    `texts` are sentences by language; languages with fewer than `FEWEST` are left out, and
    where none is left the vectors come back as they are.
    """
    bags = [Bags.tokenized(tokenizer, lines) for lines in texts.values() if len(lines) >= FEWEST]
    if not bags:
        return weight
    spoken = [_embedded(weight, bag) for bag in bags]
    means = np.stack([vectors.mean(axis=0) for vectors in spoken])
    within = sum(
        (vectors - mean).T @ (vectors - mean) / len(vectors)
        for vectors, mean in zip(spoken, means, strict=True)
    ) / len(spoken)
    spread, axes = np.linalg.eigh(within)
    # The mean variance is added so that axes with next to none are not blown up.
    shorter = (axes * (spread + spread.mean()) ** -shape.power) @ axes.T
    _, _, directions = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    between = directions[: shape.directions]
    blinder = np.eye(weight.shape[1]) - shape.weakened * between.T @ between
    rare = shape.common / (shape.common + _frequencies(bags, len(weight)))
    mapped: Matrix = (weight @ (blinder @ shorter) * rare[:, None]).astype(np.float32)
    return mapped


def frequencies(tokenizer: Tokenizer, texts: Mapping[str, Sequence[str]]) -> NDArray[np.float64]:
    """The share of all text that each piece makes up, every language counting the same."""
    size = tokenizer.get_vocab_size()
    shares = np.zeros(size)
    for lines in texts.values():
        shares += _frequencies([Bags.tokenized(tokenizer, lines)], size) / len(texts)
    return shares


def _frequencies(bags: Sequence[Bags], pieces: int) -> NDArray[np.float64]:
    """The share of all text that each piece makes up; languages count by their sentences."""
    counts = np.bincount(np.concatenate([bag.pieces for bag in bags]), minlength=pieces)
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares


def _embedded(weight: Matrix, bags: Bags) -> Matrix:
    """Unit vectors of the texts that have a piece."""
    parts = np.split(bags.pieces, bags.starts[1:-1])
    sums = np.stack([weight[part].sum(axis=0) for part in parts if len(part)])
    vectors: Matrix = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return vectors
