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

CELLS = 256
PROBED = 6
"""Pieces are sorted into cells of one region each, and compared with those that have their cell
among the nearest six: a pass of seconds instead of minutes over 200,000 pieces."""
FITTED = 40_000
ROUNDS = 3
"""Pieces that the cells are fitted on, and how often (spherical k-means)."""
STEP = 20_000
SEED = 0


@dataclass(frozen=True)
class Table:
    """Piece i has the vector `lengths[i] * rows[mapping[i]]`."""

    rows: Vectors  # (rows, dimension), unit length, or zero
    lengths: NDArray[np.float32]  # (pieces,)
    mapping: NDArray[np.int32]  # (pieces,)

    def weight(self) -> Vectors:
        """The piece vectors, of shape (pieces, dimension)."""
        return self.rows[self.mapping] * self.lengths[:, None]


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


def joined(table: Table, added: Vectors) -> Table:
    """`table` with a piece more for each of `added`, shape (new pieces, dimension).

    Each takes the row that is nearest to it in direction, and keeps its own length.
    """
    lengths = np.linalg.norm(added, axis=1)
    directions = added / np.maximum(lengths, np.finfo(np.float32).tiny)[:, None]
    together = torch.from_numpy(np.concatenate([table.rows, directions])).to(devices.best())
    count, cells = len(table.rows), _cells(together)
    mapping = np.zeros(len(added), np.int32)
    for cell in range(int(cells.max()) + 1):
        queries = (cells[count:, 0] == cell).nonzero()[:, 0]
        members = (cells[:count] == cell).any(dim=1).nonzero()[:, 0]
        # A cell in which only new pieces lie has no row to offer.
        members = members if len(members) else torch.arange(count, device=together.device)
        if len(queries):
            best = (together[count + queries] @ together[members].T).argmax(dim=1)
            mapping[queries.cpu().numpy()] = members[best].cpu().numpy()
    return Table(
        table.rows,
        np.concatenate([table.lengths, lengths]).astype(np.float32),
        np.concatenate([table.mapping, mapping]),
    )


def _pairs(
    directions: Vectors, importance: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Pairs of near pieces, shape (pairs, 2), each once, and their cosines.

    Those come first that lose least by sharing a row.
    """
    table = torch.from_numpy(directions).to(devices.best())
    cells = _cells(table)
    found_pairs: list[NDArray[np.int64]] = []
    found_cosines: list[NDArray[np.float32]] = []
    for cell in range(int(cells.max()) + 1):
        queries = (cells[:, 0] == cell).nonzero()[:, 0]
        members = (cells == cell).any(dim=1).nonzero()[:, 0]
        count = min(NEIGHBOURS, len(members) - 1)
        if not len(queries) or count < 1:
            continue
        scores = table[queries] @ table[members].T
        scores[queries[:, None] == members[None, :]] = -1.0
        best, which = scores.topk(count)
        near = members[which].cpu().numpy()
        found_pairs.append(
            np.stack([np.repeat(queries.cpu().numpy(), count), near.ravel()], axis=1)
        )
        found_cosines.append(best.cpu().numpy().ravel())
    pairs, cosines = np.concatenate(found_pairs), np.concatenate(found_cosines)
    once, first = np.unique(np.sort(pairs, axis=1), axis=0, return_index=True)
    found = cosines[first]
    loss = (1 - found) * importance[once].min(axis=1)
    order = np.argsort(loss, kind="stable")
    return once[order], found[order]


def _cells(table: torch.Tensor) -> torch.Tensor:
    """For each row its nearest cells, nearest first, of shape (rows, probed cells)."""
    count = max(1, min(CELLS, len(table) // (4 * NEIGHBOURS)))
    order = torch.from_numpy(np.random.default_rng(SEED).permutation(len(table))).to(table.device)
    centres, sample = table[order[:count]], table[order[:FITTED]]
    for _ in range(ROUNDS):
        nearest = (sample @ centres.T).argmax(1)
        sums = torch.zeros_like(centres).index_add_(0, nearest, sample)
        centres = torch.nn.functional.normalize(sums + 1e-6 * centres, dim=1)
    parts = [
        (part @ centres.T).topk(min(PROBED, count)).indices for part in torch.split(table, STEP)
    ]
    return torch.cat(parts)


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
