"""Trains a finished table further: words that the reader placed, and search in one language.

Which pieces share a row stays as it is. To the losses of `student` comes a third: a few words in
a row must find the rest of their own text among those of one language, as a question finds its
paragraph (the inverse cloze task of Lee, Chang and Toutanova, "Latent Retrieval for Weakly
Supervised Open Domain Question Answering", ACL 2019). It alone moves the lengths of pieces, which
is how much each says: moved by translations, they find less. The teacher is the table
itself before sharing: both sides of a pair must stay near where its English side was. What is
kept lies between the table and the mean of two runs (Wortsman et al., "Model soups", ICML 2022):
what was trained alone finds less across languages, and so does the mean of many steps at a constant
rate (`benchmarks/results/embedding_widening.json`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from benchmarks.compact_model.corpus import PARAGRAPH, PART
from benchmarks.compact_model.examples import LONGEST_BAG, Bags, Stream
from benchmarks.compact_model.sharing import Table
from benchmarks.compact_model.student import (
    BATCH,
    MOST_PIECES,
    Material,
    RowAdam,
    contrastive,
    distance,
    renumber,
)

OWN = "own"
"""The kind of batch in which an excerpt finds the rest of its text."""

Pieces = NDArray[np.int32]
Numbers = NDArray[np.int64]

REPORT_EVERY = 250


@dataclass(frozen=True)
class Tuning:
    """How a table is trained further."""

    steps: int = 1_000
    """Of each run; the rates fall linearly with them."""
    runs: int = 2
    kept: float = 0.6
    """How far the table goes from where it was to the mean of the runs."""
    learning_rate: float = 0.002
    """Of rows at unit length."""
    length_rate: float = 0.01
    """Of the logarithms of lengths."""
    warm_up: int = 50
    scale: float = 14.0
    own_scale: float = 20.0
    teacher_weight: float = 10.0
    share: Mapping[str, float] = field(
        default_factory=lambda: {
            "word": 0.2, "sentence": 0.55, PARAGRAPH: 0.15, PART: 0.2, OWN: 1.0,
        }
    )  # fmt: skip
    """How often each kind is drawn, in relation to the others."""
    batch: Mapping[str, int] = field(default_factory=lambda: dict(BATCH))
    one_pair: float = 0.5
    """Share of the batches of lines and passages that are of one pair of languages, so that the
    others of the batch are what a search in one language has to tell apart."""
    own_passages: float = 0.6
    """Share of the batches of excerpts that are from passages; the others are from sentences."""
    own_batch: int = 1_024
    own_fewest: int = 200
    """Texts long enough that a pair of languages must hold."""
    shortest: int = 16
    """Pieces of a text that excerpts are taken from."""
    excerpt: tuple[int, int] = (5, 15)
    """Pieces of an excerpt, which is at most half of its text."""
    rest: int = 100
    """Most pieces of the rest."""
    seed: int = 5


@dataclass(frozen=True)
class Batch:
    """Texts of two sides as bags, the left ones first; `pairs` are their numbers."""

    pairs: Numbers  # (n, 2)
    pieces: Pieces
    offsets: Numbers  # (2 n,)


class Tuner:
    """A table under training."""

    def __init__(self, table: Table, material: Material, tuning: Tuning, run: int = 0) -> None:
        self.material = material
        self.tuning = tuning
        self.rows = torch.from_numpy(table.rows.copy())
        self.mapping = table.mapping.astype(np.int32)
        self.lengths = torch.from_numpy(table.lengths / max(float(np.median(table.lengths)), 1e-9))
        self.longer = torch.zeros(len(table.mapping), requires_grad=True)
        self._optimizer = RowAdam(self.rows)
        self._length_optimizer = torch.optim.Adam([self.longer], lr=tuning.length_rate)
        self._targets = torch.from_numpy(material.teacher)
        self._rng = np.random.default_rng([tuning.seed, run])

    def step(self, kind: str, rate: float) -> tuple[float, float]:
        """One batch of a kind; the contrastive and the distillation loss before it.

        `rate` is the share of the learning rates that is used.
        """
        tuning = self.tuning
        batch = self._own() if kind == OWN else self._translations(kind)
        used, renumbered = renumber(self.mapping[batch.pieces], len(self.rows))
        rows, pieces = torch.from_numpy(used), torch.from_numpy(batch.pieces.astype(np.int64))
        vectors = self.rows[rows].requires_grad_()
        longer = self.longer if kind == OWN else self.longer.detach()
        bags = functional.embedding_bag(
            torch.from_numpy(renumbered),
            functional.normalize(vectors, dim=1),
            torch.from_numpy(batch.offsets),
            mode="sum",
            per_sample_weights=self.lengths[pieces] * torch.exp(longer[pieces]),
        )
        left, right = functional.normalize(bags, dim=1).chunk(2)
        scale = tuning.own_scale if kind == OWN else tuning.scale
        contrast = contrastive(left, right, torch.from_numpy(batch.pairs), scale)
        apart = left.new_zeros(())
        if kind not in (PART, OWN):
            apart = distance(left, right, self.material.known[batch.pairs], self._targets)
        torch.autograd.backward(contrast + tuning.teacher_weight * apart)
        with torch.no_grad():
            if vectors.grad is not None:
                self._optimizer.step(rows, vectors.grad, rate * tuning.learning_rate)
            self.rows[rows] = functional.normalize(self.rows[rows], dim=1)
        if kind == OWN:
            for group in self._length_optimizer.param_groups:
                group["lr"] = rate * tuning.length_rate
            self._length_optimizer.step()
            self._length_optimizer.zero_grad()
        return float(contrast.detach()), float(apart.detach())

    def draw(self, kinds: list[str]) -> str:
        """The kind of the next batch."""
        odds = np.asarray([self.tuning.share[kind] for kind in kinds])
        return kinds[int(self._rng.choice(len(kinds), p=odds / odds.sum()))]

    def _translations(self, kind: str) -> Batch:
        stream, rng = self.material.streams[kind], self._rng
        size = self.tuning.batch[kind]
        alike = kind == PART and rng.random() < self.tuning.one_pair
        pairs = stream.draw_alike(size, rng) if alike else stream.draw(size, rng)
        taken = self.material.bags.take(pairs.T.reshape(-1), MOST_PIECES[kind], rng)
        return Batch(pairs, *taken)

    def _own(self) -> Batch:
        rng, tuning = self._rng, self.tuning
        streams = self.material.streams
        while True:
            stream = streams[PARAGRAPH if rng.random() < tuning.own_passages else "sentence"]
            texts = np.unique(stream.draw_alike(tuning.own_batch, rng)[:, int(rng.integers(2))])
            texts = texts[self.material.bags.lengths()[texts] >= tuning.shortest]
            if len(texts) >= tuning.own_fewest:
                return excerpts(self.material.bags, texts, tuning, rng)


def tuned(table: Table, material: Material, tuning: Tuning, report: Callable[[str], None]) -> Table:
    """`table` moved towards the mean of what runs of training make of it."""
    kinds = _possible(material.streams, material.bags, tuning)
    rows, longer = np.zeros_like(table.rows), np.zeros_like(table.lengths)
    for run in range(tuning.runs):
        tuner = Tuner(table, material, tuning, run)
        report(f"tuning, run {run + 1} of {tuning.runs}")
        _train(tuner, kinds, report)
        rows += tuner.rows.numpy() / tuning.runs
        longer += tuner.longer.detach().numpy() / tuning.runs
    mixed = torch.from_numpy((1 - tuning.kept) * table.rows + tuning.kept * rows)
    directions = functional.normalize(mixed, dim=1).numpy()
    lengths = (table.lengths * np.exp(tuning.kept * longer)).astype(np.float32)
    return Table(directions, lengths, table.mapping)


def _train(tuner: Tuner, kinds: list[str], report: Callable[[str], None]) -> None:
    losses: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    steps = tuner.tuning.steps
    for step in range(steps):
        kind = tuner.draw(kinds)
        rate = min(1.0, (step + 1) / tuner.tuning.warm_up) * (1 - step / steps)
        losses[kind].append(tuner.step(kind, rate))
        if (step + 1) % REPORT_EVERY == 0:
            means = {kind: np.mean(values[-50:], axis=0) for kind, values in losses.items()}
            said = [f"{kind} {mean[0]:.3f}/{mean[1]:.3f}" for kind, mean in means.items()]
            report(f"step {step + 1}, {', '.join(said)}")


def embedded(weight: NDArray[np.float32], bags: Bags, step: int = 20_000) -> NDArray[np.float16]:
    """Unit vectors of all texts of `bags`, by piece vectors of shape (pieces, dimension)."""
    table = torch.from_numpy(weight)
    found = np.empty((len(bags.starts) - 1, weight.shape[1]), np.float16)
    rng = np.random.default_rng(0)
    for start in range(0, len(found), step):
        pieces, offsets = bags.take(
            np.arange(start, min(start + step, len(found))), LONGEST_BAG, rng
        )
        sums = functional.embedding_bag(
            torch.from_numpy(pieces.astype(np.int64)), table, torch.from_numpy(offsets), mode="sum"
        )
        found[start : start + step] = functional.normalize(sums, dim=1).numpy()
    return found


def excerpts(bags: Bags, texts: Numbers, tuning: Tuning, rng: np.random.Generator) -> Batch:
    """Some pieces in a row of each text, and the rest of it."""
    low, high = tuning.excerpt
    parts: list[Pieces] = []
    rests: list[Pieces] = []
    for text in texts:
        pieces = bags.pieces[bags.starts[text] : bags.starts[text + 1]]
        count = int(rng.integers(low, min(high, len(pieces) // 2) + 1))
        first = int(rng.integers(len(pieces) - count + 1))
        parts.append(pieces[first : first + count])
        rests.append(np.concatenate([pieces[:first], pieces[first + count :]])[: tuning.rest])
    lengths = np.asarray([len(part) for part in (*parts, *rests)])
    offsets = (np.cumsum(lengths) - lengths).astype(np.int64)
    return Batch(np.stack([texts, texts], axis=1), np.concatenate([*parts, *rests]), offsets)


def _possible(streams: Mapping[str, Stream], bags: Bags, tuning: Tuning) -> list[str]:
    """The kinds that there is data for."""
    kinds = [kind for kind in sorted(streams) if tuning.share.get(kind, 0) > 0]
    # An excerpt needs a pair of languages with enough long texts; without one it would be drawn
    # for ever.
    if tuning.share.get(OWN, 0) > 0 and {PARAGRAPH, "sentence"} <= streams.keys():
        long = bags.lengths() >= tuning.shortest
        for stream in (streams[PARAGRAPH], streams["sentence"]):
            for first, size in zip(stream.firsts, stream.sizes, strict=True):
                texts = stream.pairs[first : first + size]
                if all(long[np.unique(side)].sum() >= tuning.own_fewest for side in texts.T):
                    return [*kinds, OWN]
    return kinds
