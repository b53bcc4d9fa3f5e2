"""The power is cut while an index is written to: what was reported as written is there."""

from __future__ import annotations

import logging
import random
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from search.index.embedded.held import manifest_of
from search.index.embedded.index import EmbeddedIndex
from search.index.embedded.location import FolderLocation
from tests.contract.place import EVERYTHING, ask
from tests.support import power_cut
from tests.support.newsroom import IDENTITY, story

ROUNDS = 4
"""`python -m benchmarks.power_cuts` makes fifty."""


@pytest.mark.slow
def test_what_was_reported_as_written_survives_a_power_cut(tmp_path: Path) -> None:
    why_not = power_cut.why_not()
    if why_not is not None:
        pytest.skip(why_not)
    chance = random.Random(1)  # noqa: S311
    try:
        for seed in range(ROUNDS):
            assert_survives(tmp_path, seed, chance.randint(3, 40))
    except subprocess.CalledProcessError as error:
        if error.cmd[0] != "mount":
            raise
        pytest.skip(f"a file system cannot be mounted here: {error.stderr!r}")


def assert_survives(folder: Path, seed: int, operations: int) -> None:
    image, copy = folder / f"disk-{seed}", folder / f"cut-{seed}"
    power_cut.new_disk(image)
    with power_cut.mounted(image, folder / "before") as disk:
        writer = power_cut.Writer(disk / "index", seed)
        writer.run(operations)
        power_cut.cut(image, copy, writer)
    image.unlink()
    with power_cut.mounted(copy, folder / "after") as disk:
        location = FolderLocation(disk / "index", power_cut.BUSY)
        index = location.open()
        assert not writer.wrong(index), f"seed {seed}, {operations} operations"
        with closing(location.state()) as state:
            assert not writer.astray(state), f"seed {seed}, {operations} operations"
        # It goes on from there.
        index.write([story("after", "Headline after the cut", "words")])
        index.refresh()
        assert not writer.wrong(index)
        assert ask(index, "cut").hits[0].article.id == "after"
        assert len(list(index.scan(EVERYTHING))) == index.stats().articles
        index.close()
        del index, location
    copy.unlink()


# --- what a cut can leave, made by hand -----------------------------------------------------


def made(folder: Path) -> EmbeddedIndex:
    index = FolderLocation(folder).create(IDENTITY)
    index.write([story("a", "First headline", "some words")])
    index.write([story("b", "Second headline", "other words")])
    index.close()
    return index


def files_of_last_write(index: EmbeddedIndex) -> list[Path]:
    dataset = index._table.latest()
    data = dataset.get_fragments()[-1].metadata.files[0].path
    folder = index._table.path
    return [manifest_of(folder, dataset.version), folder / "data" / data]


@pytest.mark.parametrize("which", [0, 1], ids=["manifest", "data"])
@pytest.mark.parametrize("left", [0.0, 0.5, None], ids=["empty", "torn", "missing"])
def test_an_index_whose_newest_version_is_not_whole_opens_with_the_one_before(
    tmp_path: Path, which: int, left: float | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = files_of_last_write(made(tmp_path / "index"))[which]
    if left is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: int(left * path.stat().st_size)])
    location = FolderLocation(tmp_path / "index")
    with caplog.at_level(logging.WARNING):
        index = location.open()
    # Without its manifest nothing is left of a version.
    expected = [] if (which, left) == (0, None) else [str(tmp_path / "index")]
    assert [m for m in expected if m not in caplog.text] == []
    assert ("is not whole" in caplog.text) == bool(expected)
    assert index.get(["a", "b"]).keys() == {"a"}
    assert len(ask(index, "headline").hits) == 1
    reader = location.open()
    index.write([story("b", "Second headline again", "other words")])
    for one in (index, reader, FolderLocation(tmp_path / "index").open()):
        assert one.get(["a", "b"]).keys() == {"a", "b"}
        assert len(ask(one, "headline").hits) == 2
    caplog.clear()
    index.refresh()
    FolderLocation(tmp_path / "index").open().close()
    assert not caplog.text
    index.close()


def test_two_that_have_seen_the_same_damage_do_not_undo_each_other(tmp_path: Path) -> None:
    manifest, _ = files_of_last_write(made(tmp_path / "index"))
    manifest.write_bytes(b"")
    location = FolderLocation(tmp_path / "index")
    one, other = location.open(), location.open()
    one.write([story("c", "Third headline", "words")])
    other.write([story("d", "Fourth headline", "words")])
    for index in (one, other, location.open()):
        assert index.get(["a", "b", "c", "d"]).keys() == {"a", "c", "d"}
        index.close()
