"""Versions that somebody reads, in whatever process, so that their files are not cleaned away.

A version is held by a shared lock on the file of its manifest, for as long as the object that
reads it lives. Whoever cleans takes an exclusive lock on the manifests of the versions that are to
go, and leaves those alone where that is refused. The system frees the locks of a process that died,
in whatever way: nothing is ever left over. It takes no permission to write.

Where a file system has no such locks, or the system none (Windows), the age of what is cleaned has
to do (`upkeep.Policy.kept`).
"""

from __future__ import annotations

import contextlib
import os
import sys
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

from search.index.embedded.driver import lance

VERSIONS = "_versions"
SUFFIX = ".manifest"
LARGEST = 2**64 - 1
"""Lance names the manifest of a version by what is missing to this number, in twenty digits."""


def manifest_of(dataset: Path, version: int) -> Path:
    """Return the file of the manifest of a version."""
    return dataset / VERSIONS / f"{LARGEST - version:020d}{SUFFIX}"


def hold(dataset: lance.LanceDataset) -> bool:
    """Hold a version as long as this object lives; tells whether it is still there."""
    if sys.platform == "win32":
        return True
    try:
        opened = os.open(manifest_of(Path(dataset.uri), dataset.version), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:  # somebody is cleaning it away
        os.close(opened)
        return False
    except OSError:
        os.close(opened)
        return True
    weakref.finalize(dataset, os.close, opened).atexit = False
    return True


def is_seen(dataset: Path) -> bool:
    """Tell whether it can be seen here who reads: whether files can be locked."""
    if sys.platform == "win32":
        return False
    opened = os.open(dataset, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(opened)
    return True


@contextmanager
def unused(dataset: Path, versions: Iterable[int]) -> Iterator[list[int]]:
    """Yield those of the versions that nobody holds; nobody can, before the end of the block."""
    if sys.platform == "win32":
        yield list(versions)
        return
    with contextlib.ExitStack() as opened:
        yield [version for version in versions if _taken(manifest_of(dataset, version), opened)]


def _taken(path: Path, until: contextlib.ExitStack) -> bool:
    try:
        opened = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    until.callback(os.close, opened)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks here: age decides alone
        return True
    return True
