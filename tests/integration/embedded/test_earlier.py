"""Folders that an earlier program of the same schema version made, or writes to as well."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import lance
import pytest

from search.index.embedded.location import FolderLocation
from search.index.embedded.rows import ADDED, DRAFT_HASH, EMBARGO, table_of
from search.index.embedded.state import FILE, FolderState, back_up, fault_in, restore
from search.index.embedded.table import unindexed_rows
from search.index.filters import Filters
from search.index.model import Outcome
from search.index.state import Change
from tests.contract.place import EVERYTHING, ask, found, near
from tests.support.newsroom import (
    DIMENSION,
    IDENTITY,
    NEWSROOM,
    article_ids,
    on,
    story,
)

NEW = replace(story("new", "A headline of its own", "Words about zebras"), draft_hash="d1")


@pytest.fixture
def earlier(tmp_path: Path) -> FolderLocation:
    """Return a folder whose table has none of the later columns."""
    location = FolderLocation(tmp_path / "news")
    index = location.create(IDENTITY)
    index.write(NEWSROOM)
    index.refresh()
    index.close()
    table(location).drop_columns([field.name for field in ADDED])
    return location


def table(location: FolderLocation) -> lance.LanceDataset:
    (path,) = Path(location.uri).glob("generations/*.lance")
    return lance.dataset(str(path))


def files_of(dataset: lance.LanceDataset) -> dict[int, list[str]]:
    return {
        fragment.fragment_id: [file.path for file in fragment.data_files()]
        for fragment in dataset.get_fragments()
    }


def test_it_is_read_as_it_is(earlier: FolderLocation) -> None:
    index = earlier.open()
    ids = article_ids(NEWSROOM)
    assert {state.draft_hash for state in index.states(ids).values()} == {None}
    read = index.get(ids)
    assert [read[name].article for name in ids] == [embedded.article for embedded in NEWSROOM]
    assert {embedded.draft_hash for embedded in read.values()} == {None}
    assert index.write(NEWSROOM).count(Outcome.UNCHANGED) == len(NEWSROOM)
    assert DRAFT_HASH.name not in table(earlier).schema.names
    index.close()


def test_the_first_write_adds_the_column_and_rewrites_nothing(earlier: FolderLocation) -> None:
    before, version = files_of(table(earlier)), table(earlier).version
    index = earlier.open()
    words, meaning = ask(index, "polywire"), near(index, "wine")
    index.write([NEW])
    assert index.states(["new"])["new"].draft_hash == "d1"
    assert index.get(["new"])["new"].draft_hash == "d1"
    now = table(earlier)
    assert {number: files_of(now)[number] for number in before} == before
    assert unindexed_rows(now) == len(NEW.article.passages)
    assert now.version > version
    assert found(ask(index, "polywire")) == found(words)
    assert found(near(index, "wine"))[:1] == found(meaning)[:1]
    assert found(ask(index, "zebras")) == ["new"]
    index.optimize()
    changed = replace(NEWSROOM[0], draft_hash="d2")
    changed = replace(changed, article=replace(changed.article, updated=on(2030, 1, 1)))
    index.write([changed])
    states = dict(index.states([changed.article.id, *article_ids(NEWSROOM[1:])]))
    assert states.pop(changed.article.id).draft_hash == "d2"
    assert {state.draft_hash for state in states.values()} == {None}
    assert len(index.history([changed.article.id])[changed.article.id]) == 2
    index.close()


def test_an_earlier_program_writes_to_a_table_with_the_column(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "news")
    index = location.create(IDENTITY)
    index.write([NEW])
    rows = table_of(NEWSROOM, DIMENSION).drop_columns([DRAFT_HASH.name])
    lance.write_dataset(rows, table(location), mode="append")
    states = dict(index.states([*article_ids(NEWSROOM), "new"]))
    assert states.pop("new").draft_hash == "d1"
    assert {state.draft_hash for state in states.values()} == {None}
    assert len(list(index.scan(EVERYTHING))) == len(NEWSROOM) + 1
    index.close()


def test_an_embargo_in_a_table_whose_articles_are_held_in_memory(earlier: FolderLocation) -> None:
    index = earlier.open()
    for _ in range(3):
        assert found(ask(index, "zebras")) == []
    held = replace(NEW, article=replace(NEW.article, embargo=on(2100, 1, 1)))
    index.write([held])
    assert EMBARGO.name in table(earlier).schema.names
    for _ in range(3):
        assert found(ask(index, "zebras")) == []
        assert found(ask(index, "zebras", filters=Filters(at=on(2100, 1, 1)))) == ["new"]
        assert len(list(index.scan(EVERYTHING))) == len(NEWSROOM)
    index.close()


def test_a_state_with_keys_and_values_in_one_tree(tmp_path: Path) -> None:
    folder, backup = tmp_path / "news", tmp_path / "backup"
    FolderState(folder).write([Change("desks", name, {"n": 1}) for name in ("a", "b", "c")])
    with closing(sqlite3.connect(folder / FILE)) as database:
        (made,) = database.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'entries'"
        ).fetchone()
        assert "WITHOUT ROWID" not in made
        database.executescript(
            f"ALTER TABLE entries RENAME TO later; {made} WITHOUT ROWID; "  # noqa: S608
            "INSERT INTO entries SELECT * FROM later; DROP TABLE later;"
        )
    state = FolderState(folder)
    first = state.get("desks", ["a"])["a"]
    state.write([Change("desks", "a", {"n": 2}, first.revision), Change("desks", "b", None)])
    state.write([Change("desks", "d", {"n": 3})])
    now = {"a": {"n": 2}, "c": {"n": 1}, "d": {"n": 3}}
    assert {one.key: one.value for one in state.scan("desks")} == now
    assert list(state.keys("desks", after="a")) == ["c", "d"]
    assert fault_in(folder) is None
    backup.mkdir()
    back_up(folder, backup)
    later = FolderState(tmp_path / "later")
    later.write([Change("desks", "x", {})])
    restore(backup, tmp_path / "later")
    assert {one.key: one.value for one in later.scan("desks")} == now
    state.close()
    later.close()
