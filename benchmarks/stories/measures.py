"""BCubed precision and recall of clusterings, and the same for pairs of articles.

Amigó et al. 2009, "A comparison of extrinsic clustering evaluation metrics based on formal
constraints" (Information Retrieval 12): precision of an article is the share of its cluster that is
of its story, recall the share of its story that is in its cluster; both are means over articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Measured(NamedTuple):
    """Precision, recall, and their harmonic mean."""

    precision: float
    recall: float
    f1: float


def _measured(precision: float, recall: float) -> Measured:
    total = precision + recall
    return Measured(
        round(precision, 4),
        round(recall, 4),
        round(2 * precision * recall / total, 4) if total else 0.0,
    )


def bcubed(
    found: Sequence[str], true: Sequence[str], langs: Sequence[str], which: str = "overall"
) -> Measured | None:
    """Measure a clustering: `overall`, or only pairs `within` or `across` languages.

    Within and across, an article is compared with itself and with those of its own or of other
    languages; articles count whose story has another one there. None where there are none.
    """
    cluster, story = _equal(found), _equal(true)
    if which != "overall":
        same = _equal(langs)
        considered = same if which == "within" else ~same
        np.fill_diagonal(considered, val=True)
        cluster &= considered
        story &= considered
        counted = story.sum(1) > 1
        if not counted.any():
            return None
        cluster, story = cluster[counted], story[counted]
    both = (cluster & story).sum(1)
    return _measured(float((both / cluster.sum(1)).mean()), float((both / story.sum(1)).mean()))


def pairwise(found: Sequence[str], true: Sequence[str]) -> Measured:
    """Precision and recall of the pairs of articles that are in one cluster."""
    cluster, story = np.triu(_equal(found), 1), np.triu(_equal(true), 1)
    both = float((cluster & story).sum())
    return _measured(both / max(float(cluster.sum()), 1), both / max(float(story.sum()), 1))


def f1(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """Return F1 of decisions."""
    total = float(found.sum() + true.sum())
    return 2 * float((found & true).sum()) / total if total else 0.0


def _equal(values: Sequence[str]) -> NDArray[np.bool_]:
    numbered = np.unique(np.asarray(values), return_inverse=True)[1]
    return np.asarray(numbered[:, None] == numbered[None, :])
