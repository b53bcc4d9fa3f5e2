"""Writing and deleting: every batch is one commit, which readers see whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from search.index.admission import Admission, admit
from search.index.embedded.conditions import both, one_of
from search.index.embedded.driver import lance
from search.index.embedded.history import versions, with_past
from search.index.embedded.rows import (
    ADDED,
    DRAFT_HASH,
    EMBARGO,
    languages_of,
    last_embargo_of,
    moment,
    table_of,
)
from search.index.embedded.settling import sync
from search.index.embedded.table import Dataset, Table, add_embargo, add_languages, there
from search.index.embedded.wholeness import files_of
from search.index.history import ArticleVersion, Past, past_of_copy, past_of_new
from search.index.model import ArticleState, EmbeddedArticle, WriteReport, stored_version
from search.values import dataclass

IDS_A_QUERY = 2000
"""Ids in one SQL condition."""

_STATE_COLUMNS = (
    "article_id",
    "content_hash",
    "version",
    "updated",
    "lang",
    "source",
    DRAFT_HASH.name,
    EMBARGO.name,
)


def states(dataset: Dataset, article_ids: Iterable[str]) -> dict[str, ArticleState]:
    """What is told of those articles that are there; see `SearchIndex.states`."""
    found = {}
    for ids in chunks(article_ids):
        rows = dataset.to_table(
            columns=there(dataset, _STATE_COLUMNS), filter=both("lead", one_of("article_id", ids))
        )
        for row in rows.to_pylist():
            version = stored_version(row["version"], row["updated"])
            found[row["article_id"]] = ArticleState(
                row["content_hash"],
                version,
                row["lang"],
                row.get(DRAFT_HASH.name),
                row["source"],
                moment(row.get(EMBARGO.name)),
            )
    return found


Held = Callable[[], AbstractContextManager[None]]
"""Holds the lock for writing; raises where the table is not the one to write to any more."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How articles are written: the vectors' dimension, and how many former versions are stored.

    `copied` has the versions of articles that come from another index, by id.
    """

    dimension: int
    keep: int
    copied: Mapping[str, Sequence[ArticleVersion]]


def write(
    table: Table, held: Held, batch: Sequence[EmbeddedArticle], manner: Manner
) -> WriteReport:
    """Write what `search.index.admission` admits, in one commit with what is stored of the past.

    Text is analysed before the lock is taken, on what the index held then; if another writer
    was faster, the decision is made again.
    """
    ids = [embedded.article.id for embedded in batch]
    dataset = table.latest()
    before = states(dataset, ids)
    began = datetime.now(UTC)
    admission = admit(batch, before, manner.dimension, began)
    if not admission.to_write:
        table.settle(dataset.version)
        return admission.report
    rows = table_of(admission.to_write, manner.dimension)
    with held():
        latest = table.for_writing()
        now = before if latest.version == dataset.version else states(latest, ids)
        if now != before:
            admission = admit(batch, now, manner.dimension, began)
            if not admission.to_write:
                table.settle()
                return admission.report
            rows = table_of(admission.to_write, manner.dimension)
        replaced = now.keys() & {embedded.article.id for embedded in admission.to_write}
        rows = with_past(rows, _past(latest, admission, replaced, manner))
        add_languages(latest, languages_of(admission.to_write))
        until = last_embargo_of(admission.to_write)
        if until is not None:
            add_embargo(latest, until)
        _add_columns(table, latest)
        table.publish(lambda dataset: _commit(dataset, rows, replaced))
    table.settle()
    return admission.report


def _add_columns(table: Table, latest: Dataset) -> None:
    """Add columns to a table of an earlier program: empty, so that no file is rewritten.

    Earlier programs go on reading and writing the table; what they write has none.
    """
    has = frozenset(latest.schema.names)
    missing = [field for field in ADDED if field.name not in has]
    if missing:
        table.commit(lambda dataset: dataset.add_columns(missing))


def history(dataset: Dataset, article_ids: Iterable[str]) -> dict[str, tuple[ArticleVersion, ...]]:
    """Every version of those articles that are there, newest first."""
    found: dict[str, tuple[ArticleVersion, ...]] = {}
    for ids in chunks(article_ids):
        found |= versions(dataset, ids)
    return found


def _past(
    dataset: Dataset, admission: Admission, replaced: Set[str], manner: Manner
) -> dict[str, Past]:
    before = history(dataset, replaced - manner.copied.keys()) if manner.keep else {}
    now = datetime.now(UTC)
    past = {}
    for embedded in admission.to_write:
        name = embedded.article.id
        if name in manner.copied:
            past[name] = past_of_copy(manner.copied[name], manner.keep)
        else:
            skipped = admission.skipped.get(name, ())
            past[name] = past_of_new(before.get(name, ()), skipped, now, manner.keep)
    return past


def delete(table: Table, held: Held, article_ids: Sequence[str]) -> int:
    """Remove articles in one commit; returns how many of them there were."""
    with held():
        there = states(table.for_writing(), article_ids)
        if there:
            table.publish(lambda dataset: _commit_deletion(dataset, one_of("article_id", there)))
    table.settle()
    return len(there)


def chunks(article_ids: Iterable[str]) -> Iterable[list[str]]:
    """Part distinct ids into lists that fit into one condition."""
    distinct = iter(dict.fromkeys(article_ids))
    while ids := list(islice(distinct, IDS_A_QUERY)):
        yield ids


def _commit(dataset: Dataset, rows: pa.Table, replaced: Collection[str]) -> None:
    new = lance.fragment.write_fragments(rows, dataset, mode="append")
    if replaced:
        changed, emptied = _without(dataset, one_of("article_id", replaced))
        operation: Any = lance.LanceOperation.Update(
            removed_fragment_ids=emptied, updated_fragments=changed, new_fragments=new
        )
    else:
        changed, operation = [], lance.LanceOperation.Append(new)
    _publish(dataset, operation, [*new, *changed])


def _commit_deletion(dataset: Dataset, doomed: str) -> None:
    changed, emptied = _without(dataset, doomed)
    _publish(dataset, lance.LanceOperation.Delete(changed, emptied, doomed), changed)


def _publish(dataset: Dataset, operation: Any, written: Sequence[lance.FragmentMetadata]) -> None:  # noqa: ANN401
    """Publish a version once the files that it mentions anew are on the disk."""
    sync(Path(dataset.uri), [name for fragment in written for name, _ in files_of(fragment)])
    lance.LanceDataset.commit(dataset, operation, read_version=dataset.version)


def _without(dataset: Dataset, doomed: str) -> tuple[list[lance.FragmentMetadata], list[int]]:
    """Write what is deleted; returns the fragments that have rows left, and the ids of the others.

    The files of the former are named in the version that is to be published.
    """
    changed, emptied = [], []
    for fragment in _fragments_with(dataset, doomed):
        left = fragment.delete(doomed)
        if left is None:
            emptied.append(fragment.fragment_id)
        else:
            changed.append(left)
    return changed, emptied


def _fragments_with(dataset: Dataset, condition: str) -> list[lance.LanceFragment]:
    found = dataset.to_table(columns=[], filter=condition, with_row_address=True)
    # The upper half of a row's address is the number of its fragment.
    numbers = {int(address) >> 32 for address in found["_rowaddr"].to_pylist()}
    fragments = (dataset.get_fragment(number) for number in sorted(numbers))
    return [fragment for fragment in fragments if fragment is not None]
