"""Commits that meet others."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.index.embedded.table import COMMITS_TRIED, Dataset, Table

MET = "LanceError(Commit): Retryable commit conflict for version 3"


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table.create(tmp_path / "a.lance", 4)


@pytest.mark.parametrize(
    ("errors", "tried"),
    [
        ([], 1),
        ([OSError(MET)] * 3, 4),
        ([OSError(MET)] * 99, COMMITS_TRIED),
        ([OSError(MET), OSError("LanceError(IO): No space left on device (os error 28)")], 2),
        ([ValueError("wrong")], 1),
    ],
)
def test_a_commit_that_meets_another_is_made_again_on_what_came_out(
    table: Table, errors: list[Exception], tried: int
) -> None:
    seen: list[Dataset] = []

    def change(dataset: Dataset) -> None:
        seen.append(dataset)
        if len(seen) <= len(errors):
            raise errors[len(seen) - 1]
        dataset.update_config({"done": "yes"})

    if len(errors) < tried:
        table.commit(change)
        assert table.latest().config()["done"] == "yes"
    else:
        with pytest.raises(type(errors[-1])) as caught:
            table.commit(change)
        assert caught.value is errors[tried - 1]
    assert len(seen) == tried
    assert len(set(map(id, seen))) == tried
