"""Fewer rows than pieces: pieces that point the same way share a row, each at its own length.

Training brings a word, its inflections and its translations so close together that one direction
serves them all, and a vocabulary can be larger than the table that fits on disk. The form is that
of model2vec's vocabulary-quantized models, which sentence-transformers reads as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from search.embedding import devices
from search.embedding.port import Vectors

NEIGHBOURS = 10
"""Nearest pieces of each piece that it may share a row with."""

MOST = 6
"""Pieces that share a row. Without a bound, chains of neighbours would drift from their ends."""

FREQUENCY_EXPONENT = 0.15
"""How much more a frequent piece keeps its own direction than a rare one. Of 223,840 pieces in
125,750 rows, held-out translations are found at P@1 0.863 with 0.15 and six to a row, 0.861 with
0.3, 0.858 with 0 and six, 0.859 with 0 and three (`benchmarks/results/embedding_widening.json`).
"""
UNMET = 1e-8
"""Share of all text that a piece is taken for at least."""

STEP = 2_048
"""Pieces compared with all others at a time."""


@dataclass(frozen=True)
class Table:
    """Piece i has the vector `lengths[i] * rows[mapping[i]]`."""

    rows: Vectors  # (rows, dimension), unit length, or zero
    lengths: NDArray[np.float32]  # (pieces,)
    mapping: NDArray[np.int32]  # (pieces,)


def shared(weight: Vectors, rows: int, frequency: NDArray[np.float64] | None = None) -> Table:
    """The table of at most `rows` rows that is nearest to `weight`, of shape (pieces, dimension).

    The nearest pairs are put together first, of equally near ones the rarest by `frequency` (the
    share of all text that each piece makes up). A row is the mean direction of its pieces. If too
    few pieces have neighbours to share with, the table stays larger.
    """
    lengths = np.linalg.norm(weight, axis=1)
    directions = weight / np.maximum(lengths, np.finfo(np.float32).tiny)[:, None]
    met = np.ones(len(weight)) if frequency is None else np.maximum(frequency, UNMET)
    importance = (met**FREQUENCY_EXPONENT).astype(np.float32)
    group = np.arange(len(weight))
    if rows < len(weight):
        group = _grouped(*_pairs(directions, importance), len(weight), len(weight) - rows)
    numbers, mapping = np.unique(group, return_inverse=True)
    sums = np.zeros((len(numbers), weight.shape[1]), np.float32)
    np.add.at(sums, mapping, directions * importance[:, None])
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    means = np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)
    return Table(means, lengths, mapping.astype(np.int32))


def _pairs(
    directions: Vectors, importance: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Pairs of near pieces, shape (pairs, 2), each once, and their cosines.

    Those come first that lose least by sharing a row.
    """
    table = torch.from_numpy(directions).to(devices.best())
    count = min(NEIGHBOURS, len(directions) - 1)
    near = np.empty((len(directions), count), np.int64)
    cosines = np.empty((len(directions), count), np.float32)
    for start in range(0, len(directions), STEP):
        scores = table[start : start + STEP] @ table.T
        scores.diagonal(start).fill_(-1.0)
        best, which = scores.topk(count)
        near[start : start + STEP] = which.cpu().numpy()
        cosines[start : start + STEP] = best.cpu().numpy()
    pairs = np.stack([np.repeat(np.arange(len(near)), count), near.ravel()], axis=1)
    once, first = np.unique(np.sort(pairs, axis=1), axis=0, return_index=True)
    found = cosines.ravel()[first]
    loss = (1 - found) * importance[once].min(axis=1)
    order = np.argsort(loss, kind="stable")
    return once[order], found[order]


def _grouped(
    pairs: NDArray[np.int64], cosines: NDArray[np.float32], pieces: int, spared: int
) -> NDArray[np.int64]:
    """For each piece the number of its group, after at most `spared` unions of two groups."""
    leader = list(range(pieces))
    size = [1] * pieces
    for (left, right), cosine in zip(pairs.tolist(), cosines.tolist(), strict=True):
        if spared == 0:
            break
        if cosine <= 0:
            continue
        one, other = _leader(leader, left), _leader(leader, right)
        if one != other and size[one] + size[other] <= MOST:
            leader[other] = one
            size[one] += size[other]
            spared -= 1
    return np.asarray([_leader(leader, piece) for piece in range(pieces)])


def _leader(leader: list[int], piece: int) -> int:
    while leader[piece] != piece:
        piece = leader[piece]
    return piece
