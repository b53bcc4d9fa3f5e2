"""The static student: one vector per piece, mean-pooled, normalised; its losses and its optimizer.

Two losses add up. Contrastive: a text must find its translation among the others of the batch,
in both directions (InfoNCE, van den Oord et al. 2018). Distillation: both sides of a pair must
point where the English teacher points for its English side (Reimers and Gurevych, "Making
Monolingual Sentence Embeddings Multilingual", EMNLP 2020, with the cosine instead of the squared
distance). Batches are large and the scale of the cosines low (sentence-transformers has 20): on
XQuAD-R both find more across languages at equal cost, and a little less within one
(`benchmarks/results/embedding_ablations.json`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from benchmarks.compact_model.corpus import PART
from benchmarks.compact_model.examples import Bags, Stream
from search.embedding import devices

BATCH = {"word": 2048, "sentence": 2048, "paragraph": 768, "part": 1024}
SHARE = {"word": 0.2, "sentence": 0.55, "paragraph": 0.15, "part": 0.1}
MOST_PIECES = {"word": 12, "sentence": 40, "paragraph": 80, "part": 80}

START_SCALE = 0.1
"""Standard deviation of the first weights; the learning rate is meant relative to it."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the weights, besides the data."""

    dimension: int = 256
    learning_rate: float = 0.01
    scale: float = 14.0
    teacher_weight: float = 5.0
    warm_start: bool = True
    seed: int = 20_261_124
    batch: Mapping[str, int] = field(default_factory=lambda: dict(BATCH))
    share: Mapping[str, float] = field(default_factory=lambda: dict(SHARE))
    most_pieces: Mapping[str, int] = field(default_factory=lambda: dict(MOST_PIECES))


@dataclass(frozen=True)
class Material:
    """What the student learns from: texts, pairs, and the teacher's vectors."""

    bags: Bags
    streams: Mapping[str, Stream]
    teacher: NDArray[np.float16]  # (known texts, dimension), unit length
    known: NDArray[np.int32]  # (texts,) row in `teacher` that a text must match, or -1


class RowAdam:
    """Adam (Kingma and Ba, 2015) that touches only the rows a batch has used."""

    def __init__(self, weight: torch.Tensor, betas: tuple[float, float] = (0.9, 0.999)) -> None:
        self.weight = weight
        self.betas = betas
        self.first = torch.zeros_like(weight)
        self.second = torch.zeros_like(weight)
        self._count = 0

    def share_memory(self) -> None:
        """Let several processes work on the same weights."""
        for tensor in (self.weight, self.first, self.second):
            tensor.share_memory_()  # type: ignore[no-untyped-call]

    def step(self, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        """Move `rows` (numbers) against `gradient` (one row each)."""
        self._count += 1
        low, high = self.betas
        first = self.first[rows].lerp_(gradient, 1 - low)
        second = self.second[rows].lerp_(gradient.square(), 1 - high)
        self.first[rows] = first
        self.second[rows] = second
        spread = (second / (1 - high**self._count)).sqrt_().add_(1e-8)
        self.weight.index_add_(0, rows, first / spread, alpha=-rate / (1 - low**self._count))


class Student:
    """Piece vectors under training."""

    def __init__(self, material: Material, vocabulary: int, recipe: Recipe) -> None:
        torch.manual_seed(recipe.seed)
        self.material = material
        self.recipe = recipe
        self.device = devices.best()
        noise = torch.randn(vocabulary, recipe.dimension) * START_SCALE
        weight = averaged(material, noise) if recipe.warm_start else noise
        self.weight = weight.to(self.device)
        self.optimizer = RowAdam(self.weight)
        self._targets = torch.from_numpy(material.teacher).to(self.device)

    def step(self, kind: str, rng: np.random.Generator, rate: float) -> tuple[float, float]:
        """One batch of a kind; the contrastive and the distillation loss before it."""
        pairs = self.material.streams[kind].draw(self.recipe.batch[kind], rng)
        most = self.recipe.most_pieces[kind]
        pieces, offsets = self.material.bags.take(pairs.T.reshape(-1), most, rng)
        used, renumbered = renumber(pieces, len(self.weight))
        rows = self._tensor(used)
        vectors = self.weight[rows].requires_grad_()
        bags = functional.embedding_bag(
            self._tensor(renumbered), vectors, self._tensor(offsets), mode="mean"
        )
        left, right = functional.normalize(bags, dim=1).chunk(2)
        contrast = contrastive(left, right, self._tensor(pairs), self.recipe.scale)
        # A line and its passage mean different things: the teacher has no one place for both.
        distance = left.new_zeros(()) if kind == PART else self._distance(left, right, pairs)
        torch.autograd.backward(contrast + self.recipe.teacher_weight * distance)
        if vectors.grad is not None:
            with torch.no_grad():
                self.optimizer.step(rows, vectors.grad, rate)
        return float(contrast.detach()), float(distance.detach())

    def _distance(
        self, left: torch.Tensor, right: torch.Tensor, pairs: NDArray[np.int64]
    ) -> torch.Tensor:
        return distance(left, right, self.material.known[pairs], self._targets)

    def _tensor(self, array: NDArray[np.generic]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)


def distance(
    left: torch.Tensor, right: torch.Tensor, known: NDArray[np.int32], targets: torch.Tensor
) -> torch.Tensor:
    """Mean cosine distance of both sides to the teacher, where it has seen either side.

    `known` holds the rows of `targets` that the sides must match, or -1.
    """
    seen = known.max(axis=1) >= 0
    if not seen.any():
        return left.new_zeros(())
    known = np.where(known >= 0, known, known[:, ::-1])[seen]
    chosen = torch.from_numpy(seen).to(left.device)
    near = [
        (side[chosen] * targets[torch.from_numpy(rows).to(left.device)].float()).sum(1).mean()
        for side, rows in ((left, known[:, 0]), (right, known[:, 1]))
    ]
    return 1 - (near[0] + near[1]) / 2


def contrastive(
    left: torch.Tensor, right: torch.Tensor, pairs: torch.Tensor, scale: float
) -> torch.Tensor:
    """Symmetric InfoNCE; another pair with the same text on either side is no negative."""
    scores = left @ right.T * scale
    same = (pairs[:, None, 0] == pairs[None, :, 0]) | (pairs[:, None, 1] == pairs[None, :, 1])
    same.fill_diagonal_(fill_value=False)
    scores.masked_fill_(same, -1e4)
    labels = torch.arange(len(left), device=left.device)
    forward = functional.cross_entropy(scores, labels)
    return (forward + functional.cross_entropy(scores.T, labels)) / 2


def averaged(material: Material, noise: torch.Tensor, step: int = 20_000) -> torch.Tensor:
    """First weights: for each piece the mean of the teacher's vectors of the texts it stands in.

    Pieces of one topic begin side by side in every language, and pieces that stand everywhere
    begin near zero, which weighs them down as inverse document frequencies would. Scaled to the
    spread of `noise`, a tenth of which is added.
    """
    total = torch.zeros_like(noise)
    counts = torch.zeros(len(noise))
    teacher = torch.from_numpy(material.teacher)
    texts = np.flatnonzero(material.known >= 0)
    centre = teacher[:100_000].float().mean(0)
    for start in range(0, len(texts), step):
        numbers = texts[start : start + step]
        pieces, offsets = material.bags.take(numbers, 40, np.random.default_rng(start))
        lengths = np.diff(np.append(offsets, len(pieces)))
        rows = torch.from_numpy(pieces.astype(np.int64))
        shares = torch.from_numpy(np.repeat(1 / np.maximum(lengths, 1), lengths)).float()
        targets = teacher[torch.from_numpy(material.known[numbers].astype(np.int64))].float()
        spread = (targets - centre)[torch.from_numpy(np.repeat(np.arange(len(numbers)), lengths))]
        total.index_add_(0, rows, spread * shares[:, None])
        counts.index_add_(0, rows, shares)
    mean = total / (counts[:, None] + 0.3)
    return mean / mean.std() * START_SCALE + noise * 0.1


def renumber(
    pieces: NDArray[np.int32], vocabulary: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct pieces, ascending, and `pieces` as places in that list."""
    marks = np.zeros(vocabulary, np.bool_)
    marks[pieces] = True
    used = np.flatnonzero(marks)
    places = np.zeros(vocabulary, np.int64)
    places[used] = np.arange(len(used))
    return used, places[pieces]
