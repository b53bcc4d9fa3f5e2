"""The rule for merging, on sizes alone: any writes, batches, single articles, a mixed week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.embedded.tiers import merged


@dataclass
class Files:
    """Files by size, newest first, merged after every write as the rule says."""

    fan_in: int
    sizes: list[int] = field(default_factory=list)
    rewritten: int = 0
    most: int = 0

    def write(self, sizes: Iterable[int]) -> None:
        for rows in sizes:
            self.sizes.insert(0, rows)
            taken = merged(self.sizes, self.fan_in)
            if taken:
                whole = sum(self.sizes[:taken])
                self.sizes[:taken] = [whole]
                self.rewritten += whole
            self.most = max(self.most, len(self.sizes))


def articles(count: int, rng: np.random.Generator) -> Iterator[int]:
    return (int(rows) for rows in rng.integers(1, 41, count))


def mixed_week(rng: np.random.Generator) -> Iterator[int]:
    """Up to sixty single articles every hour, and now and then a file of many batches."""
    for _ in range(7 * 24):
        yield from articles(int(rng.integers(0, 61)), rng)
        if rng.random() < 0.2:
            yield from (int(rows) for rows in rng.integers(500, 5001, rng.integers(1, 21)))


@given(st.lists(st.integers(1, 500), max_size=300), st.integers(2, 16))
def test_files_stay_few_and_rewrites_rare(writes: list[int], fan_in: int) -> None:
    """As many files, and as many rewrites per row, as the logarithm of the rows allows."""
    files = Files(fan_in)
    files.write(writes)
    total = max(1, sum(writes))
    assert sum(files.sizes) == sum(writes)
    assert not merged(files.sizes, fan_in)
    assert len(files.sizes) <= (fan_in - 1) * (1 + np.log2(total))
    assert files.rewritten <= total * 2 * (1 + np.log2(total))


@pytest.mark.parametrize("fan_in", [4, 16])
@pytest.mark.parametrize(
    "writes",
    [
        [3500] * 1000,
        list(articles(20_000, np.random.default_rng(1))),
        list(mixed_week(np.random.default_rng(2))),
        [3500, 14] * 1000,
        ([14] * 15 + [3500]) * 200,
    ],
    ids=["batches", "single-articles", "mixed-week", "in-turn", "fifteen-between-batches"],
)
def test_real_rhythms_leave_few_files(writes: list[int], fan_in: int) -> None:
    files = Files(fan_in)
    files.write(writes)
    assert files.most <= 40
    assert files.rewritten <= 8 * sum(writes)


def test_what_waits_behind_a_small_file_is_merged() -> None:
    """A single article after many batches does not hide them."""
    assert merged([14, *[3500] * 16], 16) == 17
    assert merged([14, *[3500] * 15], 16) == 0
    assert merged([14] * 16 + [3500], 16) == 16
    assert merged([], 16) == 0
