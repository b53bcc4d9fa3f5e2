"""Keeping an index quick while it grows: indexes over new rows, fewer files, old versions gone.

Index segments and data files are merged in tiers, as in log-structured merge trees (O'Neil et
al. 1996), so that there are few of them and every row is rewritten a logarithmic number of times
only.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from search.index.embedded.table import (
    Dataset,
    Table,
    segment_rows,
    unindexed_rows,
    vector_partitions,
)

TIER = 4
"""A segment is taken in if it has at most this many times the rows gathered so far."""

MOST_MERGED = 100_000
"""Rows of a segment of the full-text index that is left as it is: Lance merges segments in memory,
so that without a bound an ingest takes the more of it the larger the index is."""

PARTITION_ROWS = 4096
"""Vectors in one partition of the vector index, on average."""

RETRAINED = 4
"""The vector index is made anew when it should have this many times as many partitions."""

HELD = "scan-"
"""Tags by this prefix hold a version for a scan; the seconds since 1970 follow."""

HELD_AT_MOST = 24 * 3600
"""Seconds after which the tag of a scan is taken for a left-over of a killed process."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When what is done. The numbers were measured on two cores with 256 dimensions.

    `unindexed_rows`: rows that full-text searches may scan, some 15 ms of work on one core.
    `small_files`: files to merge (`disordered`) from which on they are merged into one.
    `versions`: versions from which on old ones are deleted.
    `vector_index_rows`: passages from which on vectors are looked up in an IVF index with 8-bit
    scalar quantisation instead of comparing all. Comparing 50,000 takes 20 ms, their index 8 ms;
    at 150,000 it is 57 against 13 ms, with recall@10 of 0.997.
    `kept`: age up to which old versions stay, longer than any one search takes.
    """

    unindexed_rows: int = 4096
    small_files: int = 16
    versions: int = 64
    vector_index_rows: int = 50_000
    kept: timedelta = timedelta(minutes=1)


def is_due(table: Table, policy: Policy) -> bool:
    """Tell whether new rows, small files or old versions have gathered."""
    dataset = table.latest()
    return (
        unindexed_rows(dataset) >= policy.unindexed_rows
        or len(_files_to_merge(dataset)) >= policy.small_files
        or _versions_on_disk(table) >= policy.versions
    )


def index_new_rows(table: Table, policy: Policy) -> None:
    """Bring all indexes up to date with what is written now."""
    table.commit(_index_text)
    table.commit(lambda dataset: _index_vectors(dataset, policy))


def tidy(table: Table, policy: Policy) -> None:
    """Index new rows, merge small files, and let go of old versions."""
    index_new_rows(table, policy)
    table.commit(lambda dataset: _merge_files(dataset, policy))
    clean(table, policy)


def rebuild(table: Table, policy: Policy) -> None:
    """Merge everything: one segment an index, as few files as possible."""
    table.commit(
        lambda dataset: dataset.optimize.optimize_indices(
            num_indices_to_merge=len(segment_rows(dataset))
        )
    )
    table.commit(lambda dataset: dataset.optimize.compact_files())
    table.commit(lambda dataset: _index_vectors(dataset, policy))
    clean(table, policy)


def clean(table: Table, policy: Policy) -> None:
    """Delete old versions that no scan holds, and the files that only they need."""
    dataset = table.for_writing()
    for tag in dataset.tags.list():
        if tag.startswith(HELD) and time.time() - int(tag.split("-")[1]) > HELD_AT_MOST:
            dataset.tags.delete(tag)
    dataset.cleanup_old_versions(older_than=policy.kept, error_if_tagged_old_versions=False)


def taken_in(newest_first: Sequence[int], gathered: int, most: int = MOST_MERGED) -> int:
    """How many of the youngest segments are merged with `gathered` new rows.

    Each as long as it is not much larger than what has been gathered, and all together have no more
    than `most` rows.
    """
    for taken, rows in enumerate(newest_first):
        if rows > TIER * gathered or rows + gathered > most:
            return taken
        gathered += rows
    return len(newest_first)


def disordered(newest_first: Sequence[int]) -> int:
    """How many of the youngest files, by their rows, are to become one.

    The fewest for which each file that is left has more rows than all that are younger: then there
    are no more files than doublings of the smallest. It is one rule for batches of thousands of
    rows, for single articles, and for any mixture of them: what is merged has at least doubled
    since its last merge.
    """
    younger = merged = 0
    for number, rows in enumerate(newest_first, start=1):
        if rows <= younger:
            merged = number
        younger += rows
    return merged


def _index_text(dataset: Dataset) -> None:
    new = unindexed_rows(dataset)
    if new:
        merged = taken_in(list(reversed(segment_rows(dataset))), new)
        dataset.optimize.optimize_indices(num_indices_to_merge=merged)


def _index_vectors(dataset: Dataset, policy: Policy) -> None:
    passages = dataset.count_rows()
    if passages < policy.vector_index_rows:
        return
    wanted = max(1, passages // PARTITION_ROWS)
    if wanted >= RETRAINED * vector_partitions(dataset):
        dataset.create_index(
            "vector", "IVF_SQ", metric="cosine", num_partitions=wanted, replace=True
        )


def _merge_files(dataset: Dataset, policy: Policy) -> None:
    young = _files_to_merge(dataset)
    if len(young) >= policy.small_files:
        others = [number for number in _file_rows(dataset) if number not in young]
        dataset.optimize.compact_files(excluded_fragment_ids=others)


def _files_to_merge(dataset: Dataset) -> set[int]:
    """Numbers of the fragments that are to become one."""
    newest_first = list(reversed(_file_rows(dataset).items()))
    return {number for number, _ in newest_first[: disordered([n for _, n in newest_first])]}


def _versions_on_disk(table: Table) -> int:
    """Count the manifests: 0.1 ms, where asking Lance for its versions reads each of them."""
    return sum(1 for _ in (table.path / "_versions").iterdir())


def _file_rows(dataset: Dataset) -> dict[int, int]:
    return {f.fragment_id: f.metadata.num_rows for f in dataset.get_fragments()}
