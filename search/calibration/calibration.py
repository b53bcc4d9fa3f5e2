"""What was measured of a model beforehand: what is close, how likely right, how languages shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search.answer import OffsetsUsed
from search.calibration.closeness import Curve, closeness_of
from search.calibration.confidence import Confidence
from search.calibration.offsets import Offsets
from search.embedding.port import Vectors
from search.index.model import Candidate
from search.values import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """`curve`, `offsets` and `confidence` are None where nothing is known; `share` is in [0, 1].

    That share of an offset is taken off.
    """

    curve: Curve | None = None
    offsets: Offsets | None = None
    share: float = 0.0
    confidence: Confidence | None = None

    @property
    def used(self) -> OffsetsUsed | None:
        """The offsets that are taken off where the vector leg runs; None where there are none."""
        if self.offsets is None or not self.share:
            return None
        return OffsetsUsed(self.offsets.digest, self.share)

    def lowered(self, queries: Vectors | None) -> dict[str, float]:
        """Return what is taken off the cosines of each language; nothing where none is used.

        `queries` has shape (n, dimension), or is None where no vector leg runs.
        """
        if queries is None or self.offsets is None or not self.share:
            return {}
        return {lang: self.share * value for lang, value in self.offsets.of(queries).items()}

    def closeness(self, candidates: Sequence[Candidate]) -> dict[str, float]:
        """Return the closeness of what the vector leg found, best first, by article id."""
        return closeness_of(self.curve, candidates)

    def anything_close(self, closeness: Mapping[str, float]) -> bool | None:
        """Tell whether anything is as near as answers usually are; None where that is not known."""
        if self.curve is None or not closeness:
            return None
        return max(closeness.values()) >= self.curve.least
