"""The endurance benchmark in small: what must stay flat does, once the caches are filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.endurance import measure, memory_bytes, open_files
from search.index.embedded.upkeep import Policy

WRITES = 300
BUSY = Policy(unindexed_rows=1000, small_files=8)


@pytest.mark.slow
def test_descriptors_files_and_versions_do_not_grow(tmp_path: Path) -> None:
    tenths = measure(tmp_path / "index", WRITES, BUSY)
    first, last = tenths[:3], tenths[-3:]
    assert max(one.descriptors for one in last) <= max(one.descriptors for one in first) + 12
    assert max(one.deleted_descriptors for one in last) <= 12
    assert {one.articles for one in tenths[1:]} <= {20, 21}  # so that nothing grows with them
    # What gathers within five seconds depends on how fast this machine writes.
    assert max(one.versions for one in last) <= 2 * max(one.versions for one in first) + 16
    assert max(one.files for one in last) <= 2 * max(one.files for one in first) + 40


def test_open_files_and_memory_are_seen(tmp_path: Path) -> None:
    _, before = open_files()
    path = tmp_path / "file"
    with path.open("w"):
        path.unlink()
        deleted, count = open_files()
    assert deleted >= 1
    assert count == before + 1
    assert memory_bytes() > 2**20
