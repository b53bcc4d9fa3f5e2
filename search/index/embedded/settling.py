"""What was written to a table survives a power cut: its files and folders are on the disk.

Lance syncs nothing. Files are synced before the version that mentions them is published, and the
manifest with its folder before a write returns. Another process may have been killed between the
two, and Lance publishes some of its own work itself: so a pass looks at every file of the table and
syncs those that are new or have changed since it saw them. What was synced by somebody else costs
some 10 µs. Callers that wait for a pass share the next one.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from search.files import settle_folder

Look = tuple[int, int, int]
"""Of a file: its number in the file system, its size, when it was changed (ns)."""

INSIDE = ("data", "_deletions", "_indices", "_transactions", "_versions")
"""Folders of a table; the one that says what is there comes last."""


class Settler:
    """Syncs the files of one table; may be called from several threads."""

    def __init__(self, table: Path) -> None:
        self._table = table
        self._seen: dict[str, Look] = {}
        self._passing = threading.Lock()
        self._begun = 0
        self._done = 0

    def settle(self) -> None:
        """Return when all that was written before this call is on the disk. Raises `OSError`."""
        before = self._begun
        with self._passing:
            if self._done > before:  # by a pass that began after this call
                return
            self._begun += 1
            self._pass()
            self._done = self._begun

    def _pass(self) -> None:
        seen: dict[str, Look] = {}
        for name in INSIDE:
            folder = self._table / name
            changed = False
            for inside in _folders(folder) if name == "_indices" else ():
                if self._settle_folder(inside, seen):
                    settle_folder(inside)
                    changed = True
            if self._settle_folder(folder, seen) or changed:
                settle_folder(folder)
        if not self._done:
            settle_folder(self._table)
        self._seen = seen

    def _settle_folder(self, folder: Path, seen: dict[str, Look]) -> bool:
        """Sync what is new in a folder; tells whether there was anything."""
        new = False
        for path, look in _files(folder):
            if self._seen.get(path) != look:
                new = True
                if not _synced(path):
                    continue
            seen[path] = look
        return new


def sync(table: Path, names: Iterable[str]) -> None:
    """Sync files of a table by name, then their folders. Raises `OSError`."""
    folders = set()
    for name in names:
        _synced(table / name)
        folders.add((table / name).parent)
    for folder in folders:
        settle_folder(folder)


def settle_new(table: Path) -> None:
    """Make sure that a new table has its name, in every folder up to that of the index."""
    Settler(table).settle()
    for folder in list(table.parents)[:3]:
        settle_folder(folder)


def _synced(path: str | Path) -> bool:
    """Sync a file; tells whether it is still there."""
    try:
        # Windows syncs only what may be written.
        opened = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
    return True


def _files(folder: Path) -> Iterator[tuple[str, Look]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if entry.is_file():
                        found = entry.stat()
                        look = (found.st_ino, found.st_size, found.st_mtime_ns)
                        yield entry.path, look
                except FileNotFoundError:  # cleaned away
                    continue
    except FileNotFoundError:
        return


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if entry.is_dir()]
    except FileNotFoundError:
        return []
