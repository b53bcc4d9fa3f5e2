"""Tables that the processes of a server share."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Barrier, Thread

import pytest

from search.api import shared_tables
from search.api.shared_tables import opened

TABLES = "CREATE TABLE IF NOT EXISTS some (name TEXT PRIMARY KEY);"
ROUNDS, AT_ONCE = 60, 4


def test_several_may_open_a_file_at_once(tmp_path: Path) -> None:
    """Without trying again one in a hundred fails: both turn the log of the file on."""
    faults: list[str] = []

    def open_it(path: Path, barrier: Barrier) -> None:
        barrier.wait()
        try:
            opened(path, TABLES).close()
        except sqlite3.Error as error:
            faults.append(str(error))

    for number in range(ROUNDS):
        barrier = Barrier(AT_ONCE)
        some = [Thread(target=open_it, args=(tmp_path / str(number), barrier)) for _ in range(4)]
        for one in some:
            one.start()
        for one in some:
            one.join()
    assert not faults


def test_what_one_writes_another_reads(tmp_path: Path) -> None:
    one, other = (opened(tmp_path / "shared", TABLES) for _ in range(2))
    one.execute("INSERT INTO some VALUES ('a')")
    assert other.execute("SELECT name FROM some").fetchall() == [("a",)]
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert opened(None, TABLES).execute("SELECT name FROM some").fetchall() == []
    one.close()
    other.close()


def test_what_is_no_database_is_said_at_once_or_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").write_bytes(b"no database, but a text that is long enough" * 40)
    with pytest.raises(sqlite3.DatabaseError):
        opened(tmp_path / "other", TABLES)
    monkeypatch.setattr(shared_tables, "BUSY_S", 0.1)
    with pytest.raises(sqlite3.OperationalError):
        opened(tmp_path / "missing" / "file", TABLES)
