"""A story while it grows, and how well an article fits to its story."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Group:
    """A story that grows: its articles in the order in which they came."""

    id: str
    articles: list[str] = field(default_factory=list)
    likelihoods: float = 0.0
    """The sum over pairs that were compared, of which there are `pairs`."""
    pairs: int = 0


@dataclass(slots=True)
class Fit:
    """How well an article fits to its story: the sum of likelihoods over compared pairs."""

    sum: float = 0.0
    pairs: int = 0

    @property
    def certainty(self) -> float:
        """The mean likelihood; 1 for an article alone."""
        return self.sum / self.pairs if self.pairs else 1.0
