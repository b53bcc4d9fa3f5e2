"""Cursor paging: a list of results is stored for a while, and a cursor points into it.

Fused scores depend on ranks, and ranks shift with every write: "continue after this score"
would repeat or skip articles while a newsroom is ingesting. So the first request of a paged
search (`cursor=*`) fixes the list, and the pages are cut from it. What that guarantees: no
article twice, none skipped, the order of the first answer, whatever is written meanwhile. What
it does not: an article that is deleted or edited later still shows as it was; and the list is
lost when it has not been used for a while, when many newer lists of the same key have come, or
when the server ends (`CursorExpired`; begin again with `cursor=*`).

The lists are in an SQLite database: in memory or, where a server has several processes, in a
file that they share, so that any of them turns the page.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from search.api.errors import CursorExpired, RequestMalformed
from search.api.shared_tables import opened
from search.api.work.shares import caller

Document = Mapping[str, Any]

FIRST = "*"
"""The cursor that begins paging."""

# Each hit is compressed by itself: a page reads its own hits, and a list of 200 takes 150 kB.
_TABLES = """
CREATE TABLE IF NOT EXISTS lists (
    name TEXT PRIMARY KEY, owner TEXT NOT NULL, fingerprint TEXT NOT NULL, frame BLOB NOT NULL,
    length INTEGER NOT NULL, used_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS lists_of_owners ON lists (owner, used_at);
CREATE TABLE IF NOT EXISTS hits (
    list TEXT NOT NULL REFERENCES lists (name) ON DELETE CASCADE,
    position INTEGER NOT NULL, hit BLOB NOT NULL, PRIMARY KEY (list, position)
);
"""


class Pages:
    """Stores up to `most` lists per key until `lifetime_s` seconds after their last use.

    Keys never take room from one another; without keys all lists have one owner. `path` is the
    file that several processes share; None: the lists are in memory. The `clock` must be the same
    in all of them. May be used from several threads.
    """

    def __init__(
        self,
        most: int,
        lifetime_s: float,
        clock: Callable[[], float] = time.monotonic,
        path: Path | None = None,
    ) -> None:
        self._most = most
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._lock = Lock()
        self._database = opened(path, _TABLES)

    def begin(self, fingerprint: str, answer: Document, limit: int) -> dict[str, Any]:
        """Store the answer's hits, and return the answer with the first `limit` of them.

        `fingerprint` identifies the query, so that a cursor is not used with another one. The list
        belongs to the key of the request that this context serves.
        """
        owner = caller() or ""
        frame = {key: value for key, value in answer.items() if key != "hits"}
        hits = answer["hits"]
        name = secrets.token_urlsafe(12)
        if len(hits) > limit:
            packed = [(name, place, _packed(hit)) for place, hit in enumerate(hits)]
            now = self._clock()
            with self._changing() as database:
                database.execute(
                    "INSERT INTO lists VALUES (?, ?, ?, ?, ?, ?)",
                    (name, owner, fingerprint, _packed(frame), len(hits), now),
                )
                database.executemany("INSERT INTO hits VALUES (?, ?, ?)", packed)
                database.execute(
                    "DELETE FROM lists WHERE used_at < ? OR (owner = ? AND name NOT IN "
                    "(SELECT name FROM lists WHERE owner = ? "
                    "ORDER BY used_at DESC, rowid DESC LIMIT ?))",
                    (now - self._lifetime_s, owner, owner, self._most),
                )
        return {**frame, "hits": list(hits[:limit]), "next": _cursor(name, limit, len(hits))}

    def turn(self, cursor: str, fingerprint: str | None, limit: int) -> dict[str, Any]:
        """Return the page that the cursor points to; None as fingerprint fits every list.

        Raises `CursorExpired`, or `RequestMalformed` for what is no cursor or belongs to
        another query.
        """
        name, _, position = cursor.partition(".")
        if not position.isascii() or not position.isdigit() or len(position) > 6:
            raise RequestMalformed("This is no cursor; use the `next` of an answer as it is.")
        start = int(position)
        with self._changing() as database:
            frame, length = self._used(database, name, fingerprint)
            hits = database.execute(
                "SELECT hit FROM hits WHERE list = ? AND position >= ? ORDER BY position LIMIT ?",
                (name, start, limit),
            ).fetchall()
        shown = [_unpacked(hit) for (hit,) in hits]
        return {**_unpacked(frame), "hits": shown, "next": _cursor(name, start + limit, length)}

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __len__(self) -> int:
        oldest = self._clock() - self._lifetime_s
        with self._lock:
            (count,) = self._database.execute(
                "SELECT count(*) FROM lists WHERE used_at >= ?", (oldest,)
            ).fetchone()
        return int(count)

    def _used(
        self, database: sqlite3.Connection, name: str, fingerprint: str | None
    ) -> tuple[bytes, int]:
        """Return frame and length of a list, and note that it is used."""
        now = self._clock()
        found = database.execute(
            "SELECT fingerprint, frame, length FROM lists WHERE name = ? AND used_at >= ?",
            (name, now - self._lifetime_s),
        ).fetchone()
        if found is None:
            raise CursorExpired("The list behind this cursor is no longer stored; begin again.")
        of, frame, length = found
        if fingerprint not in (None, of):
            raise RequestMalformed(
                "The cursor belongs to another query; send it alone, or with the same one."
            )
        database.execute("UPDATE lists SET used_at = ? WHERE name = ?", (now, name))
        return frame, length

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """Begin a transaction, which no other process changes anything beside."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


def _cursor(name: str, position: int, length: int) -> str | None:
    return f"{name}.{position}" if position < length else None


def _packed(part: object) -> bytes:
    # ASCII: a hit may hold half a surrogate pair, which UTF-8 cannot.
    return zlib.compress(json.dumps(part).encode("ascii"), level=1)


def _unpacked(packed: bytes) -> Any:  # noqa: ANN401  as it was packed
    return json.loads(zlib.decompress(packed))
