"""The baseline: the same clustering, by a threshold on the cosine of headline and lead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.stories.collections import Item

THRESHOLDS = tuple(round(0.2 + 0.025 * step, 3) for step in range(28))


def clustered(items: Sequence[Item], threshold: float) -> list[str]:
    """Return a cluster per article: that with the nearest mean cosine, if it is near enough.

    As in the product, an article that is near to two clusters joins them if they are, too.
    """
    leads = np.stack([one.features.lead for one in items])
    cosines = leads @ leads.T
    clusters: list[list[int]] = []
    for number in range(len(items)):
        near = sorted(
            ((float(cosines[number, c].mean()), c) for c in clusters), key=lambda one: -one[0]
        )
        near = [one for one in near if one[0] > threshold]
        if not near:
            clusters.append([number])
            continue
        home = near[0][1]
        home.append(number)
        for _, other in near[1:]:
            if cosines[np.ix_(home, other)].mean() > threshold:
                home += other
                clusters = [one for one in clusters if one is not other]
    names = [""] * len(items)
    for cluster in clusters:
        for number in cluster:
            names[number] = items[cluster[0]].id
    return names
