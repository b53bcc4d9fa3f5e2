"""The baseline: the same clustering, by a threshold on the cosine of headline and lead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.stories.collections import Item
from search.coverage.stories.features import Features

THRESHOLDS = tuple(round(0.2 + 0.025 * step, 3) for step in range(28))


def clustered(items: Sequence[Item], threshold: float) -> list[str]:
    """Return a cluster per article: that with the nearest mean cosine, if it is near enough.

    As in the product, an article that is near to two clusters joins them if they are, too. The mean
    cosine with a cluster is the product with the mean of its vectors, so that all of them are
    compared with an article at once.
    """
    leads = np.stack([_unit(one.read.features) for one in items])
    sums = np.zeros_like(leads)
    sizes = np.zeros(len(items), np.intp)
    member_of = np.zeros(len(items), np.intp)
    for number, lead in enumerate(leads):
        means = sums[:number] @ lead / np.maximum(sizes[:number], 1)
        near = np.flatnonzero((means > threshold) & (sizes[:number] > 0))
        near = near[np.argsort(-means[near], kind="stable")]
        home = int(near[0]) if len(near) else number
        member_of[number] = home
        sums[home] += lead
        sizes[home] += 1
        for other in near[1:].tolist():
            if sums[home] @ sums[other] / (sizes[home] * sizes[other]) > threshold:
                member_of[member_of == other] = home
                sums[home] += sums[other]
                sizes[home] += sizes[other]
                sums[other], sizes[other] = 0, 0
    return [items[int(cluster)].id for cluster in member_of]


def _unit(features: Features) -> NDArray[np.float32]:
    return np.asarray(features.vectors[0] * features.scales[0], np.float32)
