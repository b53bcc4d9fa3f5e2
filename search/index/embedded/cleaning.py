"""Old versions of a table, and files that no version mentions: what goes, and when."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from search.index.embedded.held import LARGEST, SUFFIX, VERSIONS, unused
from search.index.embedded.lock import write_lock
from search.index.embedded.table import Dataset, Table

Clock = Callable[[], float]

MOST_AT_ONCE = 200
"""Versions that are cleaned at a time: a lock is held on each."""

NEVER = timedelta(days=36_500)
"""Lance has to be told an age, even where no version is to go."""

TAG = "scan-"
TAG_AGE_S = 24 * 3600


def old_versions(table: Path, kept: timedelta, clock: Clock = time.time) -> list[int]:
    """Return the versions, oldest first, that another one followed more than `kept` ago.

    A version is in use until the next one is there: how old it is itself says nothing.
    """
    before = clock() - kept.total_seconds()
    found = sorted(_written(table))
    return [version for (version, _), (_, after) in pairwise(found) if after <= before]


def clean(table: Table, kept: timedelta, clock: Clock = time.time, *, wait: bool = False) -> None:
    """Delete the old versions that nobody holds, and the files that only they mention.

    The caller holds the lock for upkeep. While the lock for writing is had as well, nobody has
    files under way that no version mentions yet: then those go that a killed process has left.
    `wait` waits for that lock; else the next cleaning does it.
    """
    with _nobody_writes(table, wait=wait) as alone:
        clean_alone(table, kept, clock, alone=alone)


def clean_alone(
    table: Table, kept: timedelta, clock: Clock = time.time, *, alone: bool = True
) -> int:
    """Clean as `clean` does; the caller holds both locks, or is not `alone`.

    Returns how many old versions went.
    """
    release_tags(table.for_writing())
    old = old_versions(table.path, kept, clock)
    gone = 0
    # Once at least, for what no version mentions.
    for first in range(0, len(old) or 1, MOST_AT_ONCE):
        with unused(table.path, old[first : first + MOST_AT_ONCE]) as versions:
            _delete(table.for_writing(), versions, unmentioned=alone)
            gone += len(versions)
    if alone:
        _delete_strays(table.for_writing())
    return gone


def release_tags(dataset: Dataset) -> None:
    """Delete the tags with which an earlier program held versions; `dataset` is one's own.

    After a day, a reading is over or was killed.
    """
    for path in (Path(dataset.uri) / "_refs" / "tags").glob(f"{TAG}*.json"):
        seconds = path.stem.removeprefix(TAG).partition("-")[0]
        if seconds.isdecimal() and time.time() - int(seconds) > TAG_AGE_S:
            dataset.tags.delete(path.stem)


def _delete(dataset: Dataset, versions: list[int], *, unmentioned: bool) -> None:
    if versions or unmentioned:
        dataset.cleanup_old_versions(
            older_than=None if versions else NEVER,
            versions=versions or None,
            delete_unverified=unmentioned,
            error_if_tagged_old_versions=False,
        )


def _delete_strays(dataset: Dataset) -> None:
    """Delete what Lance leaves behind: manifests without a name, transactions, deletion files."""
    folder = Path(dataset.uri)
    mentioned = set(dataset.tracked_files().read_all()["path"].to_pylist())
    found = list((folder / VERSIONS).glob(".tmp*"))
    for inside in ("_transactions", "_deletions"):
        names = (folder / inside).glob("*")
        found += [path for path in names if f"{inside}/{path.name}" not in mentioned]
    for path in found:
        path.unlink(missing_ok=True)


@contextmanager
def _nobody_writes(table: Table, *, wait: bool) -> Iterator[bool]:
    lock = write_lock(table.path)
    if wait:
        with lock.held():
            yield True
    else:
        with lock.held_if_free() as held:
            yield held


def _written(table: Path) -> Iterator[tuple[int, float]]:
    """Yield every version and when it was written, in seconds since 1970; 2 µs for each."""
    for path in (table / VERSIONS).glob(f"*{SUFFIX}"):
        with contextlib.suppress(FileNotFoundError, ValueError):
            yield LARGEST - int(path.stem), path.stat().st_mtime
