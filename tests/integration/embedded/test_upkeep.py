"""Upkeep over a simulated week of real articles, and after processes that were killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from search.index.embedded.cleaning import clean, old_versions
from search.index.embedded.held import manifest_of
from search.index.embedded.index import EmbeddedIndex
from search.index.embedded.location import FolderLocation
from search.index.embedded.table import segment_rows
from search.index.embedded.upkeep import Policy
from search.index.model import EmbeddedArticle
from tests.contract.place import EVERYTHING, ask
from tests.support.newsroom import IDENTITY, story

PASSAGES = 14
HOUR = 3600.0
WEEK = range(0, 7 * 24, 2)
"""Hours."""


class Time:
    """A clock that is put forward, and with it what the versions of a table say of their age."""

    def __init__(self) -> None:
        self.now = 1_750_000_000.0
        self._known: set[Path] = set()

    def __call__(self) -> float:
        """Return the seconds since 1970."""
        return self.now

    def stamp(self, table: Path) -> None:
        """Let the versions that are new have been written now."""
        there = set((table / "_versions").glob("*.manifest"))
        for path in there - self._known:
            os.utime(path, (self.now, self.now))
        self._known = there


def article(name: str, version: int = 1, passages: int = PASSAGES) -> EmbeddedArticle:
    texts = (f"Passage {n} of version {version} of {name}." for n in range(1, passages))
    return story(name, f"Headline {version}", *texts)


def files_in(table: Path, folder: str) -> int:
    return sum(path.is_file() for path in (table / folder).rglob("*"))


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
def test_a_week_of_batches_and_single_articles(tmp_path: Path) -> None:
    """Batches, single articles, corrections and deletions; all is looked at every two hours."""
    time = Time()
    policy = Policy(unindexed_rows=1000, clock=time)
    index = FolderLocation(tmp_path / "index", policy).create(IDENTITY)
    table = index._table.path
    most = {"versions": 0, "data": 0, "segments": 0, "fragments": 0}
    for hour in WEEK:
        writes = [[article(f"h{hour}-{n}") for n in range(6)], [article(f"single-{hour}")]]
        if hour % 3 == 0:
            writes.append([article(f"h{hour // 4 * 2}-0", 2)])
        for batch in writes:
            index.write(batch)
            time.now += 2 * HOUR / len(writes)
            time.stamp(table)
            index.close()  # waits for the upkeep that this write has begun
            time.stamp(table)
        if hour % 6 == 4:
            index.delete([f"h{hour - 2}-1"])
        dataset = index._table.latest()
        seen = {
            "versions": len(list((table / "_versions").glob("*.manifest"))),
            "data": files_in(table, "data"),
            "segments": len(segment_rows(dataset)),
            "fragments": len(dataset.get_fragments()),
        }
        del dataset  # a version is held as long as its object is there
        most = {name: max(most[name], count) for name, count in seen.items()}
    # Sixteen old versions begin a cleaning, which adds those of a merge.
    assert most["versions"] <= 16 + 12
    assert most["segments"] <= 12
    assert most["fragments"] <= 16 + 12
    assert most["data"] <= most["fragments"] + most["versions"]
    articles = 7 * len(WEEK) - len(range(4, 7 * 24, 6))
    assert index.stats().articles == articles
    index.refresh()
    assert not old_versions(table, timedelta(0))
    assert files_in(table, "data") == len(index._table.latest().get_fragments())
    assert files_in(table, "_transactions") == 1
    used = size_of(table)
    index.optimize()
    index.refresh()
    assert used < 1.6 * size_of(table)
    assert len(list(index.scan(EVERYTHING))) == articles
    index.close()


def test_a_version_is_as_old_as_the_one_after_it(tmp_path: Path) -> None:
    """It may have been the newest for a year: until just now everybody has read it."""
    time = Time()
    index = FolderLocation(tmp_path / "index", Policy(clock=time)).create(IDENTITY)
    table = index._table
    time.stamp(table.path)
    time.now += 365 * 24 * HOUR
    before = table.latest().version
    index.write([article("a", passages=2)])
    time.stamp(table.path)
    assert before not in old_versions(table.path, timedelta(minutes=1), time)
    time.now += 61
    assert before in old_versions(table.path, timedelta(minutes=1), time)
    index.close()


def test_an_ingest_leaves_what_the_newest_version_needs_and_no_more(tmp_path: Path) -> None:
    index = FolderLocation(tmp_path / "index").create(IDENTITY)
    for n in range(20):
        index.write([article(f"a{n}-{k}", passages=5) for k in range(3)])
    index.refresh()
    index.close()
    table, dataset = index._table.path, index._table.latest()
    assert not old_versions(table, timedelta(0))
    assert files_in(table, "data") == len(dataset.get_fragments()) == 1
    assert manifest_of(table, dataset.version).exists()
    assert ask(index, "passage", limit=100).total == 60


def left_over(table: Path) -> list[Path]:
    """Make what processes leave that are killed while they write, one of each kind."""
    data = next((table / "data").iterdir())
    orphans = [
        table / "data" / "000000000000000000000000aaaaaaaaaaaaaaaaaaaaaaaaaa.lance",
        table / "_indices" / "11111111-1111-4111-8111-111111111111" / "tokens.lance",
        table / "_deletions" / "0-1-11111111111111111.arrow",
        table / "_transactions" / "1-11111111-1111-4111-8111-111111111111.txn",
        table / "_versions" / ".tmp_99.manifest_11111111",
    ]
    for path in orphans:
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(data, path)
    return orphans


def test_files_that_killed_processes_leave_are_deleted(tmp_path: Path) -> None:
    index = FolderLocation(tmp_path / "index").create(IDENTITY)
    index.write([article("a")])
    orphans = left_over(index._table.path)
    index.write([article("b")])
    index.refresh()
    assert [path for path in orphans if path.exists()] == []
    assert index.get(["a", "b"]).keys() == {"a", "b"}
    index.close()


def test_files_of_a_writer_at_work_stay(tmp_path: Path) -> None:
    index = FolderLocation(tmp_path / "index").create(IDENTITY)
    index.write([article("a")])
    orphans = left_over(index._table.path)
    with index._pointer.now().lock.held():
        clean(index._table, timedelta(0))
        assert all(path.exists() for path in orphans)
    clean(index._table, timedelta(0))
    assert not any(path.exists() for path in orphans)
    index.close()


KILLS = 6


@pytest.mark.slow
def test_kills_leave_no_more_than_a_clean_index_has(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    for _ in range(KILLS):
        command = [sys.executable, "-m", "tests.support.embedded_writer", str(folder), "w", "1"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(12):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    index: EmbeddedIndex = FolderLocation(folder).open()
    index.write([article("last")])
    index.refresh()
    used = size_of(index._table.path)
    assert files_in(index._table.path, "data") == len(index._table.latest().get_fragments())
    index.optimize()
    index.refresh()
    assert used < 2 * size_of(index._table.path)
    index.close()
