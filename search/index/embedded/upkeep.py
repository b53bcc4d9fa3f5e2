"""Keeping an index quick while it grows: indexes over new rows, fewer files, old versions gone.

Index segments and data files are merged in tiers, as in log-structured merge trees (O'Neil et
al. 1996): a new segment takes in the younger ones as long as each is not much larger than what
has been gathered, so that every row is rewritten a logarithmic number of times only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

from search.index.embedded.faults import translated
from search.index.embedded.lock import FolderLock
from search.index.embedded.table import Dataset, Table, segment_rows, unindexed_rows
from search.index.errors import SearchIndexError

LOG = logging.getLogger(__name__)

TIER = 4
"""A segment is taken in if it has at most this many times the rows gathered so far."""

UNINDEXED_ROWS = 4096
"""Rows that are left to be scanned by full-text searches: some 15 ms of work on one core."""

SMALL_FILES = 16
"""Files of the youngest tier from which on they are merged into one."""

KEPT = timedelta(minutes=10)
"""Age up to which old versions stay: longer than any one search, so that none loses its files."""

HELD = "scan-"
"""Tags by this prefix hold a version for a scan; the seconds since 1970 follow."""

HELD_AT_MOST = 24 * 3600
"""Seconds after which the tag of a scan is taken for a left-over of a killed process."""


def is_due(dataset: Dataset) -> bool:
    """Tell whether new rows or small files have gathered."""
    return unindexed_rows(dataset) >= UNINDEXED_ROWS or len(_young_files(dataset)) >= SMALL_FILES


def index_new_rows(table: Table) -> None:
    """Bring all indexes up to date with what is written now."""
    dataset = table.for_writing()
    new = unindexed_rows(dataset)
    if new:
        merged = _taken_in(list(reversed(segment_rows(dataset))), new)
        dataset.optimize.optimize_indices(num_indices_to_merge=merged)


def tidy(table: Table) -> None:
    """Index new rows, merge small files, and let go of old versions."""
    index_new_rows(table)
    _merge_files(table)
    clean(table)


def rebuild(table: Table) -> None:
    """Merge everything: one segment an index, as few files as possible."""
    dataset = table.for_writing()
    dataset.optimize.optimize_indices(num_indices_to_merge=len(segment_rows(dataset)))
    table.for_writing().optimize.compact_files()
    clean(table)


def clean(table: Table) -> None:
    """Delete versions older than `KEPT` that no scan holds, and the files that only they need."""
    dataset = table.for_writing()
    for tag in dataset.tags.list():
        if tag.startswith(HELD) and time.time() - int(tag.split("-")[1]) > HELD_AT_MOST:
            dataset.tags.delete(tag)
    dataset.cleanup_old_versions(older_than=KEPT, error_if_tagged_old_versions=False)


def _merge_files(table: Table) -> None:
    dataset = table.for_writing()
    young = _young_files(dataset)
    if len(young) >= SMALL_FILES:
        others = [n for n in _file_rows(dataset) if n not in young]
        dataset.optimize.compact_files(excluded_fragment_ids=others)


def _young_files(dataset: Dataset) -> set[int]:
    """Numbers of the fragments in the youngest tier."""
    newest_first = list(reversed(_file_rows(dataset).items()))
    return {number for number, _ in newest_first[: _taken_in([n for _, n in newest_first], 1)]}


def _file_rows(dataset: Dataset) -> dict[int, int]:
    return {f.fragment_id: f.metadata.num_rows for f in dataset.get_fragments()}


def _taken_in(newest_first: Sequence[int], gathered: int) -> int:
    """How many of the youngest segments are merged with `gathered` new rows."""
    for taken, rows in enumerate(newest_first):
        if rows > TIER * gathered:
            return taken
        gathered += rows
    return len(newest_first)


class Housekeeper:
    """Tidies in a thread of its own, one process at a time, while reads and writes go on."""

    def __init__(self, table: Table, lock: FolderLock) -> None:
        self._table = table
        self._lock = lock
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def nudge(self) -> None:
        """Start to tidy if it is due and nobody does."""
        with self._starting:
            if self._thread is not None and self._thread.is_alive():
                return
            if is_due(self._table.latest()):
                self._thread = threading.Thread(target=self._tidy, name="polywire-upkeep")
                self._thread.start()

    def wait(self) -> None:
        """Wait until a tidying that has begun is done."""
        if self._thread is not None:
            self._thread.join()

    def _tidy(self) -> None:
        try:
            with self._lock.held_if_free() as held, translated("tidying", self._table.path):
                if held:
                    tidy(self._table)
        except SearchIndexError as error:
            # Nothing is lost: searches are slower until the next time, which will tell again.
            LOG.warning("upkeep failed: %s", error)
