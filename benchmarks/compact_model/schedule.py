"""How long and with how many workers the student is trained.

Workers share one set of weights and update it without locks (Niu et al., "Hogwild!", NIPS 2011):
a batch touches few of the rows, so collisions are rare. One worker gives the same weights on
every run; several are faster on a busy or small machine, where threads wait for one another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.compact_model.student import Material, Recipe, Student
from benchmarks.compact_model.workers import together
from search.embedding import devices

WARM_UP = 100
"""Steps over which the learning rate rises to its height."""

REPORT_EVERY = 200


@dataclass(frozen=True)
class Budget:
    """When training ends: after so many steps of each worker, or after so many seconds."""

    steps: int = 20_000
    seconds: float | None = None
    workers: int = 1

    def progress(self, step: int, began: float) -> float:
        """From 0 to 1; the learning rate falls linearly with it."""
        spent = 0.0 if self.seconds is None else (time.monotonic() - began) / self.seconds
        return max(step / self.steps, spent)


def train(
    material: Material,
    vocabulary: int,
    recipe: Recipe,
    budget: Budget,
    report: Callable[[str], None],
) -> NDArray[np.float32]:
    """Piece vectors of shape (vocabulary, dimension)."""
    student = Student(material, vocabulary, recipe)
    # Forked processes cannot share an accelerator that their parent holds: one worker feeds it.
    workers = budget.workers if student.device == devices.CPU else 1
    if workers > 1:
        student.optimizer.share_memory()
    together(workers, lambda number: _work(number, student, budget, report))
    return student.weight.float().cpu().numpy()


def _work(number: int, student: Student, budget: Budget, report: Callable[[str], None]) -> None:
    recipe = student.recipe
    rng = np.random.default_rng([recipe.seed, number])
    kinds = [kind for kind in sorted(student.material.streams) if recipe.share[kind] > 0]
    odds = np.asarray([recipe.share[kind] for kind in kinds])
    losses: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    began = time.monotonic()
    step = 0
    while (progress := budget.progress(step, began)) < 1:
        kind = kinds[int(rng.choice(len(kinds), p=odds / odds.sum()))]
        rate = recipe.learning_rate * min(1.0, (step + 1) / WARM_UP) * (1 - progress)
        losses[kind].append(student.step(kind, rng, rate))
        step += 1
        if number == 0 and step % REPORT_EVERY == 0:
            report(f"step {step}, {time.monotonic() - began:.0f} s, {_summary(losses)}")


def _summary(losses: dict[str, list[tuple[float, float]]]) -> str:
    parts = []
    for kind, values in losses.items():
        if values:
            contrast, distance = np.mean(values[-100:], axis=0)
            parts.append(f"{kind} {contrast:.3f}/{distance:.3f}")
    return ", ".join(parts)
