"""Tables that a server keeps while it runs, in memory or in a file that its processes share."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random

BUSY_S = 10.0
"""For so long a process waits for another one that writes."""


def opened(path: Path | None, tables: str) -> sqlite3.Connection:
    """Open a database and make its tables, where they are not there yet; None is in memory.

    Nothing has to survive a crash of the machine: what is in it ends with the server. Processes may
    open a file at once: SQLite waits for whoever writes, but not for whoever takes the file for
    himself while he turns its log on, so that this is tried again.
    """
    database = sqlite3.connect(
        path or ":memory:", timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    settings = ("journal_mode = WAL", "synchronous = OFF", "foreign_keys = ON")
    script = "".join(f"PRAGMA {one};" for one in settings) + tables
    tries = Retrying(
        retry=retry_if_exception_type(sqlite3.OperationalError),
        stop=stop_after_delay(BUSY_S),
        wait=wait_random(0.005, 0.05),
        reraise=True,
    )
    try:
        tries(database.executescript, script)
    except sqlite3.Error:
        database.close()
        raise
    return database
