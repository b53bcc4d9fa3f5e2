"""State in a folder: one SQLite database, which is atomic, durable and shared by processes.

Source: SQLite's documentation, "Atomic Commit In SQLite" and "PRAGMA synchronous". The rollback
journal is used, not the write-ahead log: that would need write access, and a file of its own in
shared memory, for reading as well, and does not work on network drives.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from search import deadline
from search.files import settle_folder
from search.index.errors import (
    AccessDenied,
    EngineBusy,
    EngineFault,
    IndexDamaged,
    SearchIndexError,
    StorageFull,
)
from search.index.state import Change, Entry, check, conflict

FILE = "state.sqlite3"
FORMER = "state.former.sqlite3"
"""What a restored backup replaced."""

FILES = frozenset({FILE, FORMER, f"{FILE}-journal", f"{FORMER}-journal"})

FORMAT = 1
PATIENCE_S = 60.0
"""Seconds that a writer waits for another; a commit takes milliseconds."""

_SCAN_PAGE = 1000
_KEYS_A_QUERY = 500

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS entries (
    collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, revision INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (collection, key)
);
CREATE TABLE IF NOT EXISTS marks (
    collection TEXT PRIMARY KEY, revision INTEGER NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
"""
# Keys have a tree of their own. In one with the values (WITHOUT ROWID, as earlier files have it,
# which are used as they are) each comparison on the way to a key reads a value, of megabytes even.

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DENIED = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_AUTH,
)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class FolderState:
    """See `search.index.state.IndexState`. The file is made by the first write."""

    def __init__(self, folder: Path) -> None:
        """`folder` is that of the index; nothing is opened yet."""
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    def get(self, collection: str, keys: Iterable[str]) -> Mapping[str, Entry]:
        """Read in chunks."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Entry] = {}
        for start in range(0, len(wanted), _KEYS_A_QUERY):
            some = wanted[start : start + _KEYS_A_QUERY]
            places = ",".join("?" * len(some))
            rows = self._rows(
                "SELECT key, value, revision FROM entries "  # noqa: S608 - question marks only
                f"WHERE collection = ? AND key IN ({places})",
                (collection, *some),
            )
            found |= {key: Entry(key, json.loads(value), n) for key, value, n in rows}
        return found

    def scan(self, collection: str, *, prefix: str = "", after: str = "") -> Iterator[Entry]:
        """Read in pages, so that no reader keeps a writer waiting."""
        last, first = after, prefix
        while True:
            deadline.check()
            rows = self._rows(
                "SELECT key, value, revision FROM entries "
                "WHERE collection = ? AND key > ? AND key >= ? ORDER BY key LIMIT ?",
                (collection, last, first, _SCAN_PAGE),
            )
            for key, value, revision in rows:
                if not key.startswith(prefix):
                    return
                yield Entry(key, json.loads(value), revision)
            if len(rows) < _SCAN_PAGE:
                return
            last = rows[-1][0]

    def keys(self, collection: str, *, after: str = "") -> Iterator[str]:
        """Read in pages, as `scan` does."""
        last = after
        while True:
            deadline.check()
            rows = self._rows(
                "SELECT key FROM entries WHERE collection = ? AND key > ? ORDER BY key LIMIT ?",
                (collection, last, _SCAN_PAGE),
            )
            yield from (key for (key,) in rows)
            if len(rows) < _SCAN_PAGE:
                return
            last = rows[-1][0]

    def write(self, changes: Sequence[Change]) -> None:
        """Write all in one transaction."""
        check(changes)
        if not changes:
            return
        with self._lock, _translated(self._folder):
            if not self._folder.exists():
                # SQLite makes sure of its own file and the names in the folder, not of the folder.
                self._folder.mkdir(parents=True, exist_ok=True)
                settle_folder(self._folder.parent)
            with _transaction(self._database()) as database:
                for change in changes:
                    _apply(database, change, str(self._folder))

    def count(self, collection: str) -> int:
        """Count rows."""
        rows = self._rows("SELECT count(*) FROM entries WHERE collection = ?", (collection,))
        return int(rows[0][0]) if rows else 0

    def mark(self, collection: str) -> int:
        """Return the number of writes to the collection."""
        rows = self._rows("SELECT revision FROM marks WHERE collection = ?", (collection,))
        return int(rows[0][0]) if rows else 0

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        with self._lock, _translated(self._folder):
            if self._opened is None and not (self._folder / FILE).exists():
                return []
            return self._database().execute(query, values).fetchall()

    def _database(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = _open(self._folder / FILE)
        return self._opened


def back_up(folder: Path, target: Path) -> int:
    """Copy the state as it is at one moment; returns bytes copied. Raises `OSError`."""
    path = folder / FILE
    if not path.exists():
        (target / FILE).unlink(missing_ok=True)
        return 0
    with _translated(folder), closing(_open(path)) as source:
        with closing(_open(target / FILE)) as copy:
            source.backup(copy)
        return (target / FILE).stat().st_size


def restore(source: Path, folder: Path) -> None:
    """Put the state of a backup in the place of what is there, which is copied beside it.

    Programs that have it open see the restored one, since the file stays the same.
    """
    if not (source / FILE).exists() and not (folder / FILE).exists():
        return
    with _translated(folder), closing(_open(folder / FILE)) as live:
        marks = dict(live.execute("SELECT collection, revision FROM marks").fetchall())
        with closing(_open(folder / FORMER)) as former:
            live.backup(former)
        if (source / FILE).exists():
            with closing(_open(source / FILE)) as backup:
                backup.backup(live)
        else:
            live.execute("DELETE FROM entries")
        with _transaction(live):
            # A number that a program remembers must not come again with other content.
            for (collection,) in live.execute("SELECT collection FROM marks").fetchall():
                marks.setdefault(collection, 0)
            for collection, revision in marks.items():
                live.execute(
                    "INSERT INTO marks VALUES (?1, ?2 + 1) ON CONFLICT (collection) "
                    "DO UPDATE SET revision = max(revision, ?2) + 1",
                    (collection, revision),
                )


def mend(folder: Path, source: Path | None, *, remove: bool) -> str | None:
    """Put the file of a backup in the place of a damaged one, or (`remove`) do without.

    Returns what was done, in a sentence.
    """
    if fault_in(folder) is None:
        return None
    if source is not None and (source / FILE).exists() and fault_in(source) is None:
        _set_aside(folder)
        with (
            _translated(folder),
            closing(_open(source / FILE)) as backup,
            closing(_open(folder / FILE)) as live,
        ):
            backup.backup(live)
        return f"Took {FILE} from the backup."
    if remove:
        _set_aside(folder)
        return f"Removed {FILE}; what can still be read of it is in {FORMER}."
    return None


def _set_aside(folder: Path) -> None:
    (folder / FILE).replace(folder / FORMER)
    (folder / f"{FILE}-journal").unlink(missing_ok=True)


def fault_in(folder: Path) -> str | None:
    """Say what is wrong with the file, to complete "the file ..."; None where nothing is."""
    path = folder / FILE
    if not path.exists():
        return None
    try:
        with closing(_open(path)) as database:
            (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
            for *row, checksum in database.execute("SELECT * FROM entries"):
                if _checksum(*row) != checksum:
                    return f"is not as it was written: {row[0]}/{row[1]}"
    except (sqlite3.Error, IndexDamaged) as error:
        return f"is not as it was written: {error}"
    return None if said == "ok" else f"is not as it was written: {said}"


def _open(path: Path) -> sqlite3.Connection:
    """Open a file, which is made where it may be; one that may only be read is."""
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rwc",
        uri=True,
        timeout=PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        found = _format_of(database, path)
        # EXTRA: a transaction is over when its journal is gone, and with FULL a power cut may bring
        # the journal back, which undoes the transaction. What is removed is overwritten: it may be
        # what somebody wanted deleted.
        database.executescript("PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON;")
        if found < FORMAT:
            database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    except BaseException:
        database.close()
        raise
    return database


def _format_of(database: sqlite3.Connection, path: Path) -> int:
    (found,) = database.execute("PRAGMA user_version").fetchone()
    if found > FORMAT:
        raise IndexDamaged(
            f"The file {path} was written by a later version of Polywire. Install that one."
        )
    return int(found)


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield database
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _apply(database: sqlite3.Connection, change: Change, place: str) -> None:
    key = (change.collection, change.key)
    if change.expected is not None:
        found = database.execute(
            "SELECT revision FROM entries WHERE collection = ? AND key = ?", key
        ).fetchone()
        if (found[0] if found else 0) != change.expected:
            raise conflict(change, place)
    (revision,) = database.execute(
        "INSERT INTO marks VALUES (?, 1) ON CONFLICT (collection) "
        "DO UPDATE SET revision = revision + 1 RETURNING revision",
        (change.collection,),
    ).fetchone()
    if change.value is None:
        database.execute("DELETE FROM entries WHERE collection = ? AND key = ?", key)
    else:
        value = json.dumps(dict(change.value), ensure_ascii=False, separators=(",", ":"))
        database.execute(
            "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)",
            (*key, value, revision, _checksum(*key, value, revision)),
        )


def _checksum(collection: str, key: str, value: str, revision: int) -> int:
    """Sum up an entry: SQLite has no checksums of its own."""
    return zlib.crc32(f"{collection}\n{key}\n{revision}\n{value}".encode())


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _fault(error, folder) from error
    except PermissionError as error:
        raise _denied(folder) from error


def _fault(error: sqlite3.Error, folder: Path) -> SearchIndexError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(
            f"The disk is full, so writing to the index {folder} stopped; everything that was "
            "reported as written is safe. Free some space and run the same command again."
        )
    if code in _BUSY:
        return EngineBusy(
            f"Another process keeps {folder / FILE} locked and has not finished after "
            f"{PATIENCE_S:g} seconds. Wait for it, then run the same command again."
        )
    if code in _DENIED:
        return _denied(folder)
    if code in _DAMAGED:
        return IndexDamaged(
            f"The file {folder / FILE} is damaged ({error}). Take it from a backup with polywire "
            "verify --mend --from DIR, or do without with polywire verify --mend --remove-damaged: "
            "watched addresses, alerts and corrections of stories go with it, articles do not."
        )
    return EngineFault(f"Using {folder / FILE} failed in an unforeseen way: {error}.")


def _denied(folder: Path) -> AccessDenied:
    return AccessDenied(
        f"This user may not write to {folder / FILE}, or not to its folder. Change the permissions "
        "of the folder, or choose another with --index."
    )
