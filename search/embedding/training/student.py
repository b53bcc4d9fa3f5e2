"""The static student and its training: one vector a piece, mean-pooled, normalised.

Two losses add up. Contrastive: a text must find its translation among the others of the batch,
in both directions (InfoNCE, van den Oord et al. 2018; scale 20 as in sentence-transformers'
MultipleNegativesRankingLoss). Distillation: both sides of a pair must point where the English
teacher points for its English side (Reimers and Gurevych, "Making Monolingual Sentence
Embeddings Multilingual", EMNLP 2020, with the cosine instead of the squared distance).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from search.embedding.training.examples import Bags, Stream


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the weights, besides the data."""

    dimension: int = 256
    steps: int = 20_000
    batch: Mapping[str, int] | None = None
    shares: Mapping[str, float] | None = None
    learning_rate: float = 0.02
    scale: float = 20.0
    teacher_weight: float = 3.0
    seed: int = 20_261_124

    def batch_of(self, kind: str) -> int:
        """Pairs in one batch of a kind: about the same number of pieces for each."""
        return (self.batch or {"word": 3072, "sentence": 2048, "paragraph": 512})[kind]

    def share_of(self, kind: str) -> float:
        """How often a batch of a kind is drawn."""
        return (self.shares or {"word": 0.25, "sentence": 0.55, "paragraph": 0.2})[kind]


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
        self._first = torch.zeros_like(weight)
        self._second = torch.zeros_like(weight)
        self._count = 0

    def step(self, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        """Move `rows` (numbers) against `gradient` (one row each)."""
        self._count += 1
        low, high = self.betas
        first = self._first[rows].lerp_(gradient, 1 - low)
        second = self._second[rows].lerp_(gradient.square(), 1 - high)
        self._first[rows] = first
        self._second[rows] = second
        unbiased = (second / (1 - high**self._count)).sqrt_().add_(1e-8)
        self.weight[rows] -= rate / (1 - low**self._count) * first / unbiased


def train(
    material: Material,
    vocabulary: int,
    recipe: Recipe,
    report: Callable[[str], None],
    seconds: float | None = None,
) -> NDArray[np.float32]:
    """Piece vectors, shape (vocabulary, dimension); stops early where `seconds` are spent.

    The learning rate falls linearly to zero over `recipe.steps`, or over `seconds` where given.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    weight = torch.randn(vocabulary, recipe.dimension, device=device) * 0.1
    optimizer = RowAdam(weight)
    targets = torch.from_numpy(material.teacher).to(device)
    kinds = [kind for kind in sorted(material.streams) if recipe.share_of(kind) > 0]
    odds = np.asarray([recipe.share_of(kind) for kind in kinds])
    began = time.monotonic()
    losses: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for step in range(recipe.steps):
        spent = time.monotonic() - began
        progress = step / recipe.steps if seconds is None else spent / seconds
        if progress >= 1:
            break
        kind = kinds[int(rng.choice(len(kinds), p=odds / odds.sum()))]
        pairs = material.streams[kind].draw(recipe.batch_of(kind), rng)
        rate = recipe.learning_rate * min(1.0, step / 200) * (1 - progress)
        losses[kind].append(_step(material, pairs, weight, optimizer, targets, recipe, rate))
        if step % 200 == 199:
            report(f"step {step + 1}, {spent:.0f} s, {_summary(losses)}")
    return weight.float().cpu().numpy()


def _step(  # noqa: PLR0913 - the state of one training step
    material: Material,
    pairs: NDArray[np.int64],
    weight: torch.Tensor,
    optimizer: RowAdam,
    targets: torch.Tensor,
    recipe: Recipe,
    rate: float,
) -> tuple[float, float]:
    device = weight.device
    pieces, offsets = material.bags.take(pairs.T.reshape(-1))
    used, renumbered = _renumber(pieces, len(weight))
    rows = torch.from_numpy(used).to(device)
    vectors = weight[rows].requires_grad_()
    bags = functional.embedding_bag(
        torch.from_numpy(renumbered).to(device),
        vectors,
        torch.from_numpy(offsets).to(device),
        mode="mean",
    )
    unit = functional.normalize(bags, dim=1)
    left, right = unit.chunk(2)
    contrast = _contrastive(left, right, torch.from_numpy(pairs).to(device), recipe.scale)
    known = torch.from_numpy(_teacher_rows(material.known, pairs)).to(device)
    distance = _distance(left, right, known, targets)
    (contrast + recipe.teacher_weight * distance).backward()
    if vectors.grad is not None:
        with torch.no_grad():
            optimizer.step(rows, vectors.grad, rate)
    return float(contrast.detach()), float(distance.detach())


def _contrastive(
    left: torch.Tensor, right: torch.Tensor, pairs: torch.Tensor, scale: float
) -> torch.Tensor:
    """Symmetric InfoNCE; another pair with the same text on either side is no negative."""
    scores = left @ right.T * scale
    same = (pairs[:, None, 0] == pairs[None, :, 0]) | (pairs[:, None, 1] == pairs[None, :, 1])
    same.fill_diagonal_(fill_value=False)
    scores = scores.masked_fill(same, -1e4)
    labels = torch.arange(len(left), device=left.device)
    forward = functional.cross_entropy(scores, labels)
    return (forward + functional.cross_entropy(scores.T, labels)) / 2


def _distance(
    left: torch.Tensor, right: torch.Tensor, known: torch.Tensor, targets: torch.Tensor
) -> torch.Tensor:
    """Mean cosine distance of both sides to the teacher, over the pairs it has seen."""
    seen = known >= 0
    if not bool(seen.any()):
        return left.new_zeros(())
    wanted = targets[known[seen].long()].float()
    return 1 - ((left[seen] + right[seen]) * wanted).sum(1).mean() / 2


def _teacher_rows(known: NDArray[np.int32], pairs: NDArray[np.int64]) -> NDArray[np.int32]:
    first, second = known[pairs[:, 0]], known[pairs[:, 1]]
    return np.where(first >= 0, first, second)


def _renumber(
    pieces: NDArray[np.int32], vocabulary: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct pieces, ascending, and `pieces` as places in that list."""
    marks = np.zeros(vocabulary, np.bool_)
    marks[pieces] = True
    used = np.flatnonzero(marks)
    places = np.zeros(vocabulary, np.int64)
    places[used] = np.arange(len(used))
    return used, places[pieces]


def _summary(losses: Mapping[str, list[tuple[float, float]]]) -> str:
    parts = []
    for kind, values in losses.items():
        if values:
            contrast, distance = np.mean(values[-100:], axis=0)
            parts.append(f"{kind} {contrast:.3f}/{distance:.3f}")
    return ", ".join(parts)
