"""The one rule by which files and index segments are merged.

As in log-structured merge trees (O'Neil et al. 1996): what is of like size is merged once enough
of it has gathered, so that few are left and every row is rewritten a logarithmic number of times.
"""

from __future__ import annotations

from collections.abc import Sequence


def merged(newest_first: Sequence[int], fan_in: int) -> int:
    """How many of the newest are merged into one; 0 if there is nothing to merge.

    The sizes (rows) are parted into runs: a run ends before a size that is larger than all newer
    ones together. The newest are merged up to the end of the oldest run that has `fan_in` or more.

    Every run begins at more than the sum of what is newer, so of n rows there are at most
    1 + log2(n) runs, of fewer than `fan_in` each once all is merged. What is merged at least
    doubles the size of its oldest, unless that begins its run.
    """
    gathered = run = taken = 0
    for number, rows in enumerate(newest_first, start=1):
        run = 1 if rows > gathered else run + 1
        gathered += rows
        if run >= fan_in:
            taken = number
    return taken
