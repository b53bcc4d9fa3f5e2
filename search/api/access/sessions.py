"""Sessions: who has logged in with an API key, in the memory of the server.

What a cookie has is a random name; the server stores its hash, the id of the key and when the
session ends. A key that is revoked or has expired ends its sessions. They end with the server.
They are in an SQLite database: in memory or, where a server has several processes, in a file that
these share.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from search.api.shared_tables import opened

COOKIE = "polywire_session"
LIFETIME_S = 7 * 24 * 60 * 60
MOST = 10_000
"""Sessions at once; the oldest make room."""

_TABLE = """
CREATE TABLE IF NOT EXISTS sessions (name TEXT PRIMARY KEY, key TEXT NOT NULL, ends REAL NOT NULL);
"""


class Sessions:
    """May be used from several threads and processes. The `clock` must be the same in all."""

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = Lock()
        self._database = opened(path, _TABLE)

    def begin(self, key: str) -> str:
        """Begin a session of a key; returns what goes into the cookie."""
        name = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            execute = self._database.execute
            execute("DELETE FROM sessions WHERE ends < ?", (now,))
            execute("INSERT INTO sessions VALUES (?, ?, ?)", (_digest(name), key, now + LIFETIME_S))
            execute(
                "DELETE FROM sessions WHERE name NOT IN "
                "(SELECT name FROM sessions ORDER BY ends DESC LIMIT ?)",
                (MOST,),
            )
        return name

    def key(self, name: str) -> str | None:
        """Return the id of the key of a session, None where there is none."""
        with self._lock:
            found = self._database.execute(
                "SELECT key FROM sessions WHERE name = ? AND ends >= ?",
                (_digest(name), self._clock()),
            ).fetchone()
        return None if found is None else str(found[0])

    def end(self, name: str) -> None:
        """End a session."""
        with self._lock:
            self._database.execute("DELETE FROM sessions WHERE name = ?", (_digest(name),))

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
