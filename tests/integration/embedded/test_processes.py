"""Several processes on one folder, and processes that are killed while they write."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from search.index.clauses import Match
from search.index.embedded.location import FolderLocation
from search.index.embedded.lock import FolderLock
from search.index.embedded.upkeep import Policy
from search.index.errors import EngineBusy
from search.index.filters import Filters
from search.index.legs import LexicalLeg
from search.index.model import Outcome
from search.index.port import SearchIndex
from tests.contract.place import EVERYTHING, ask, found, run
from tests.support.embedded_writer import ARTICLES, BATCHES, batch, batches, open_or_create
from tests.support.newsroom import IDENTITY


def start(folder: Path, writer: str, version: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.support.embedded_writer"]
    return subprocess.Popen(
        [*command, str(folder), writer, str(version)], stdout=subprocess.PIPE, text=True
    )


def kill_after(process: subprocess.Popen[str], reports: int) -> set[int]:
    """Kill the process when it has reported so many batches; returns all that it reported."""
    assert process.stdout is not None
    done = {int(process.stdout.readline()) for _ in range(reports)}
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=60)
    return done | {int(line) for line in rest.splitlines() if line}


def assert_whole(index: SearchIndex, writer: str, version: int, reported: set[int]) -> None:
    """Whatever was reported is there; whatever is there is whole, of this version or the last."""
    expected = {a.article.id: a.article for n in reported for a in batch(writer, version, n)}
    kept = index.get(list(expected))
    assert {i: embedded.article for i, embedded in kept.items()} == expected
    possible = {
        (e.article.id, e.article.content_hash)
        for v in (version - 1, version)
        for articles in batches(writer, v)
        for e in articles
    }
    every = list(index.scan(EVERYTHING))
    assert all((article.id, article.content_hash) in possible for article in every)
    assert len({article.id for article in every}) == len(every)
    stats = index.stats()
    assert stats.articles == len(every)
    assert stats.passages == sum(len(article.passages) for article in every)


@pytest.mark.slow
def test_kill_in_the_middle_of_writing(tmp_path: Path) -> None:
    """Killed five times in two versions, rerun to the end: nothing lost, nothing doubled."""
    location = open_or_create(tmp_path / "index")
    for version, kills in ((1, (3, 29, 11)), (2, (7, 19))):
        for reports in kills:
            process = start(tmp_path / "index", "w", version)
            reported = kill_after(process, reports)
            index = location.open()
            assert_whole(index, "w", version, reported)
            index.close()
        index = location.open()
        for articles in batches("w", version):
            outcomes = {result.outcome for result in index.write(articles).results}
            assert outcomes <= {Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED}
        index.refresh()
        assert_whole(index, "w", version, set(range(BATCHES)))
        for articles in batches("w", version):
            outcomes = {result.outcome for result in index.write(articles).results}
            assert outcomes == {Outcome.UNCHANGED}
        words = ask(index, f"version {version}", limit=1)
        assert words.total == BATCHES * ARTICLES
        index.optimize()
        assert_whole(index, "w", version, set(range(BATCHES)))
        index.close()


@pytest.mark.slow
def test_processes_write_and_read_at_once(tmp_path: Path) -> None:
    """Two processes write the same articles and a third others, while this one searches."""
    location = open_or_create(tmp_path / "index")
    index = location.open()
    writers = [start(tmp_path / "index", name, 1) for name in ("same", "same", "other")]
    counts = []
    while any(process.poll() is None for process in writers):
        (result,) = run(index, [LexicalLeg(Match("headline"))], EVERYTHING, 500)
        assert result.total == len(result.hits)
        counts.append(result.total)
        assert all(len(hit.passages) >= 1 for hit in result.hits)
    assert [process.wait() for process in writers] == [0, 0, 0]
    assert counts == sorted(counts)
    for name in ("same", "other"):
        only = list(index.scan(Filters()))
        assert sum(article.id.startswith(name) for article in only) == BATCHES * ARTICLES
    assert index.stats().articles == 2 * BATCHES * ARTICLES
    assert set(found(ask(index, "other", limit=500))) == {
        e.article.id for articles in batches("other", 1) for e in articles
    }
    index.close()
    for process in writers:
        process.communicate()


def test_a_lock_that_is_held_too_long_is_one_clear_sentence(tmp_path: Path) -> None:
    holder, other = FolderLock(tmp_path / "lock"), FolderLock(tmp_path / "lock", patience=0.05)
    with (
        holder.held(),
        pytest.raises(EngineBusy, match=r"writing to .* 0\.05 seconds\. Wait"),
        other.held(),
    ):
        pass
    with other.held(), holder.held_if_free() as free:
        assert not free
    with holder.held_if_free() as free:
        assert free
    with holder.held():
        pass


def test_a_lock_keeps_threads_apart(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "lock")
    inside: list[int] = []
    most: list[int] = []

    def enter() -> None:
        for _ in range(20):
            with lock.held():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(most) == 80


def test_a_reader_outlives_compaction_and_cleaning(tmp_path: Path) -> None:
    """A reader that stood still while its version was cleaned away reads the newest one."""
    location = FolderLocation(tmp_path / "index", Policy(kept=timedelta(milliseconds=1)))
    writer = location.create(IDENTITY)
    writer.write(batch("w", 1, 0))
    reader = location.open()
    assert len(found(ask(reader, "headline"))) == ARTICLES
    for version in (2, 3, 4):
        writer.write(batch("w", version, 0))
        time.sleep(0.01)
        writer.optimize()
    titles = {hit.article.title for hit in ask(reader, "headline").hits}
    assert titles == {"Headline of version 4"}
    reader.close()
    writer.close()
