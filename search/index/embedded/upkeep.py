"""Keeping an index quick while it grows: indexes over new rows, fewer files, old versions gone.

What is merged when is said by `search.index.embedded.tiers`, for files, for index segments and,
counting each as one, for versions.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from search.allocator import give_back
from search.index.embedded.cleaning import Clock, clean, old_versions
from search.index.embedded.held import is_seen
from search.index.embedded.parts import index_together, merge_files, parts, unindexed
from search.index.embedded.table import Table, vector_partitions
from search.index.embedded.tiers import merged
from search.values import dataclass

PARTITION_ROWS = 4096
"""Vectors in one partition of the vector index, on average."""

RETRAINED = 4
"""The vector index is made anew when it should have this many times as many partitions."""

FEW_ROWS = 100
"""Rows of a file that no batch has written, but articles that come one by one."""

ONE_BY_ONE = 4
"""Then rows are indexed when there are this many times fewer: in `benchmarks.endurance`, 1,024."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When what is done. The numbers were measured on two cores with 256 dimensions.

    `unindexed_rows`: rows that full-text searches may scan, some 15 ms of work on one core.
    `small_files`: files of like size without an index that are merged into one, and old versions
    that are deleted together.
    `segments`: index segments of like size that are merged into one, with their files. Of 330,000
    passages in one segment the words leg took 1.1 ms, in 6 segments 2.3, in 12 3.2, in 95 12.
    `full_rows`: segments from this size on stay as they are, so that a merge takes the same memory
    and time at any size of the index.
    `vector_index_rows`: passages from which on vectors are looked up in an IVF index with 8-bit
    scalar quantisation instead of comparing all. Comparing 50,000 takes 20 ms, their index 8 ms;
    at 150,000 it is 57 against 13 ms, with recall@10 of 0.997.
    `kept`: how long a version stays after the next one is there where it cannot be seen who reads
    it (`held`): longer than any one search takes. `kept_unread`: how long it stays where it can.
    `clock` says the time, in seconds since 1970.
    """

    unindexed_rows: int = 4096
    small_files: int = 16
    segments: int = 4
    full_rows: int = 100_000
    vector_index_rows: int = 50_000
    kept: timedelta = timedelta(minutes=1)
    kept_unread: timedelta = timedelta(seconds=5)
    clock: Clock = time.time

    def kept_in(self, table: Path) -> timedelta:
        """Return how long versions of a table stay."""
        return min(self.kept, self.kept_unread) if is_seen(table) else self.kept


def is_due(table: Table, policy: Policy) -> bool:
    """Tell whether new rows, files or old versions have gathered."""
    dataset = table.latest()
    if table.is_behind:  # until the next write, which goes back to what is whole
        return False
    new = unindexed(dataset)
    return (
        _is_worth_indexing(new, policy)
        or merged(list(new.values()), policy.small_files) > 0
        or len(old_versions(table.path, policy.kept_in(table.path), policy.clock))
        >= policy.small_files
    )


def _is_worth_indexing(new: Mapping[int, int], policy: Policy) -> bool:
    """Tell whether rows without an index have gathered: fewer where articles come one by one.

    Each of these looks for its id in them before it is written.
    """
    one_by_one = min(new.values(), default=0) < FEW_ROWS
    wanted = policy.unindexed_rows // ONE_BY_ONE if one_by_one else policy.unindexed_rows
    return bool(new) and sum(new.values()) >= wanted


def index_new_rows(table: Table, policy: Policy) -> None:
    """Bring all indexes up to date with what is written now, and merge them with their files."""
    dataset = table.for_writing()
    new = unindexed(dataset)
    if new:
        growing = [part for part in parts(dataset) if part.rows < policy.full_rows]
        sizes = [sum(new.values()), *(part.rows for part in growing)]
        older = growing[: max(0, merged(sizes, policy.segments) - 1)]
        files = index_together(table, new.keys() | {file for part in older for file in part.files})
        merge_files(table, files)
    _index_vectors(table, policy)
    give_back()


def tidy(table: Table, policy: Policy) -> None:
    """Index new rows or merge their files, and let go of old versions."""
    new = unindexed(table.for_writing())
    if _is_worth_indexing(new, policy):
        index_new_rows(table, policy)
    else:
        merge_files(table, set(list(new)[: merged(list(new.values()), policy.small_files)]))
    clean(table, policy.kept_in(table.path), policy.clock)


def finish(table: Table) -> None:
    """Leave nothing behind that nobody reads: no more is written for now."""
    clean(table, timedelta(0), wait=True)


def rebuild(table: Table, policy: Policy) -> None:
    """Merge everything: one segment an index, as few files as possible."""
    files = unindexed(table.for_writing()).keys() | {
        file for part in parts(table.for_writing()) for file in part.files
    }
    if files:
        merge_files(table, index_together(table, files))
    _index_vectors(table, policy)
    clean(table, policy.kept_in(table.path), policy.clock)
    give_back()


def _index_vectors(table: Table, policy: Policy) -> None:
    passages = table.latest().count_rows()
    wanted = max(1, passages // PARTITION_ROWS)
    if passages < policy.vector_index_rows:
        return
    if wanted >= RETRAINED * vector_partitions(table.latest()):
        table.commit(
            lambda dataset: dataset.create_index(
                "vector", "IVF_SQ", metric="cosine", num_partitions=wanted, replace=True
            )
        )
