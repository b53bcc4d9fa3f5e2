"""Which files a version needs, and which articles a damaged one concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from search.index.embedded.driver import lance
from search.index.embedded.safekeeping.attempt import attempt
from search.index.embedded.table import Dataset

ID = "article_id"


def files_of(dataset: Dataset) -> set[str]:
    """Return the data, deletion and index files that a version reads, by their names in it."""
    folder = Path(dataset.uri)
    found = set()
    for fragment in dataset.get_fragments():
        found |= set(names_of(fragment))
    for index in dataset.describe_indices():
        for segment in index.segments:
            inside = (folder / "_indices" / str(segment.uuid)).rglob("*")
            found |= {path.relative_to(folder).as_posix() for path in inside if path.is_file()}
            if not any(name.startswith(f"_indices/{segment.uuid}/") for name in found):
                found.add(f"_indices/{segment.uuid}/metadata.lance")
    return found


def fragments_of(dataset: Dataset, names: Collection[str]) -> list[int]:
    """Return the numbers of the fragments that read any of these files."""
    return [
        fragment.fragment_id
        for fragment in dataset.get_fragments()
        if not set(names_of(fragment)).isdisjoint(names)
    ]


def by_file(dataset: Dataset, name: str, damaged: Collection[str]) -> tuple[str, ...]:
    """Return the ids of the articles that have passages in a damaged data file.

    They are read from the file itself, if that can be; ids that the index of ids does not know are
    damaged. Else they are those of the index that no other file has.
    """
    fragments = fragments_of(dataset, [name])
    indexed: set[str] = attempt(lambda: _indexed_ids(dataset, damaged), lambda _: set())
    own: set[str] | None = set()
    for number in fragments:
        own = _ids(dataset, number) if own is not None else None
    if own is None or (indexed and not own <= indexed):
        elsewhere: set[str] = set()
        for fragment in dataset.get_fragments():
            if fragment.fragment_id not in fragments:
                elsewhere |= _ids(dataset, fragment.fragment_id) or set()
        own = ((own or set()) & indexed) | (indexed - elsewhere)
    return tuple(sorted(own))


def by_lost_version(
    dataset: Path, there: Mapping[str, int], needed: Collection[str]
) -> tuple[str, ...]:
    """Return the ids in data files that only the version which is lost can have mentioned."""
    ids: set[str] = set()
    for name in there:
        if name.startswith("data/") and name not in needed:
            ids |= attempt(partial(_column, dataset / name, ID), lambda _: set())
    return tuple(sorted(ids))


def names_of(fragment: lance.LanceFragment) -> Iterable[str]:
    """Return the names of the files that a fragment reads."""
    for file in fragment.metadata.files:
        yield f"data/{file.path}"
    deletions = fragment.metadata.deletion_file
    if deletions is not None:
        yield str(deletions.path(fragment.fragment_id))


def _ids(dataset: Dataset, number: int) -> set[str] | None:
    """Return the ids in a fragment, None if they cannot be read."""

    def read() -> set[str] | None:
        fragment = dataset.get_fragment(number)
        return set() if fragment is None else set(fragment.to_table(columns=[ID])[ID].to_pylist())

    return attempt(read, lambda _: None)


def _indexed_ids(dataset: Dataset, damaged: Collection[str]) -> set[str]:
    """Return the ids in the index of ids, none if a file of it is damaged."""
    found: set[str] = set()
    for index in dataset.describe_indices():
        if index.name != f"{ID}_idx":
            continue
        for segment in index.segments:
            folder = Path(dataset.uri, "_indices", str(segment.uuid))
            name = f"_indices/{segment.uuid}/page_data.lance"
            if name in damaged:
                return set()
            found |= _column(folder / "page_data.lance", "values")
    return found


def _column(path: Path, name: str) -> set[str]:
    table: Any = lance.file.LanceFileReader(str(path), columns=[name]).read_all().to_table()
    return set(table[name].to_pylist())
