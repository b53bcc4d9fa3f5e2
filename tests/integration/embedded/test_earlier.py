"""Folders that an earlier program of the same schema version made, or writes to as well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import lance
import pytest

from search.index.embedded.location import FolderLocation
from search.index.embedded.rows import ADDED, DRAFT_HASH, EMBARGO, table_of
from search.index.embedded.table import unindexed_rows
from search.index.filters import Filters
from search.index.model import Outcome
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
