"""Mending one generation: what can be made anew is, the rest comes from a backup or is removed.

Whoever calls holds the locks of the generation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from search.files import replacing
from search.index.embedded import identities, notes, upkeep
from search.index.embedded.conditions import one_of
from search.index.embedded.driver import lance
from search.index.embedded.faults import cause
from search.index.embedded.safekeeping import checksums, concerned, copying, verifying
from search.index.embedded.safekeeping.attempt import attempt
from search.index.embedded.safekeeping.layout import datasets
from search.index.embedded.safekeeping.verifying import HINT, Examined
from search.index.embedded.table import (
    FULL_TEXT_COLUMNS,
    FULL_TEXT_OPTIONS,
    VECTOR_INDEX,
    Table,
    index_of,
)
from search.index.model import IndexIdentity
from search.index.port import Note
from search.index.safekeeping import Damage, Harm, Mending


def mend(dataset: Path, identity: IndexIdentity, how: Mending) -> list[str]:
    """Mend what can be; returns a sentence for each thing that was done. Raises `OSError`."""
    done: list[str] = []
    for step in (_records, _from_backup, _version, _former, _notes, _indexes, _articles):
        found = verifying.examine(dataset)
        done += step(found, identity, how)
    checksums.Recorder(dataset, identity).record()
    return done


def _records(found: Examined, identity: IndexIdentity, _how: Mending) -> Iterator[str]:
    for damage in _of(found, Harm.RECORD):
        path = _place(found, damage)
        if path.name == Path(HINT).name:
            versions = (verifying.version_of(p.name) for p in path.parent.glob("*.manifest"))
            _say_newest(path, max(versions))
        elif path == identities.path_of(found.dataset):
            identities.write(found.dataset, identity, promoted=True)
        else:  # checksums, which are made anew at the end, or the tag of a scan
            path.unlink(missing_ok=True)
        yield f"Made {damage.file} anew."


def _from_backup(found: Examined, _identity: IndexIdentity, how: Mending) -> Iterator[str]:
    if how.source is None:
        return
    known = checksums.load(found.dataset).known
    for damage in found.damage:
        path = _place(found, damage)
        try:
            name = path.relative_to(found.dataset).as_posix()
        except ValueError:
            name = checksums.NOTES
        for backup in datasets(Path(how.source)):
            here = checksums.place_of(backup, name)
            if here.is_file() and checksums.sum_of(here) in known.get(name, ()):
                copying.copy(here, path)
                yield f"Took {damage.file} from the backup {how.source}."
                break


def _version(found: Examined, _identity: IndexIdentity, _how: Mending) -> Iterator[str]:
    """Let the version before a damaged one be the newest."""
    lost = list(_of(found, Harm.VERSION))
    if not lost or found.readable is None:
        return
    whole = found.readable.version
    for path in (found.dataset / "_versions").glob("*.manifest"):
        if verifying.version_of(path.name) > whole:
            path.unlink()
    _say_newest(found.dataset / HINT, whole)
    ids = sorted({one for damage in lost for one in damage.articles})
    yield (
        f"Went back to version {whole}, as the one after it is damaged. What was written last is "
        f"to be ingested again{': ' if ids else ''}{', '.join(ids)}."
    )


def _former(found: Examined, _identity: IndexIdentity, _how: Mending) -> Iterator[str]:
    for damage in _of(found, Harm.FORMER):
        _place(found, damage).unlink(missing_ok=True)
        yield f"Deleted {damage.file}, which was of a former version."


def _notes(found: Examined, _identity: IndexIdentity, _how: Mending) -> Iterator[str]:
    for damage in _of(found, Harm.NOTES):
        path = _place(found, damage)
        left = _guard(path.read_bytes() if path.exists() else b"")
        path.unlink(missing_ok=True)
        for name, content in left.items():
            notes.change(found.dataset, nullcontext, name, content)
        yield (
            f"Deleted {damage.file}; what it held is made anew by the commands that made it "
            "(language offsets: polywire calibrate)."
        )


def _guard(content: bytes) -> dict[str, Note]:
    """Return the note that an index was served with keys, where the damaged notes had it.

    Losing that would open the index to everybody. Damage to one place spares one of the two words.
    """
    if b"api_keys" in content or b'"folder"' in content:
        return {"api_keys": {"folder": "a folder that is not known any more"}}
    return {}


def _indexes(found: Examined, _identity: IndexIdentity, _how: Mending) -> Iterator[str]:
    """Build the indexes anew that have a damaged file, from the articles."""
    segments = {d.file.split("/_indices/")[1].split("/")[0] for d in _of(found, Harm.INDEX)}
    if not segments or found.readable is None:
        return
    table = Table.open(found.dataset)
    for index in found.readable.describe_indices():
        if segments.isdisjoint(str(segment.uuid) for segment in index.segments):
            continue
        yield attempt(partial(_build, table, index.name), partial(_not_built, index.name))
    # The damaged segments are of a former version now; so they can go.
    yield from _former(verifying.examine(found.dataset), _identity, _how)


def _build(table: Table, name: str) -> str:
    table.commit(_builder(name))
    return f"Built the index {name} anew."


def _not_built(name: str, error: BaseException) -> str:
    return f"The index {name} could not be built anew: {cause(error)}."


def build_all(table: Table) -> None:
    """Build every index that a table has anew, from its rows as they are now."""
    for index in table.for_writing().describe_indices():
        table.commit(_builder(index.name))


def _builder(name: str) -> Callable[[lance.LanceDataset], object]:
    if name == VECTOR_INDEX:
        return lambda dataset: dataset.create_index(
            "vector",
            "IVF_SQ",
            metric="cosine",
            num_partitions=max(1, dataset.count_rows() // upkeep.PARTITION_ROWS),
            replace=True,
        )
    for column, with_position in FULL_TEXT_COLUMNS.items():
        if name == index_of(column):
            return lambda dataset: dataset.create_scalar_index(
                column,
                "INVERTED",
                with_position=with_position,
                replace=True,
                **FULL_TEXT_OPTIONS,
            )
    column = name.removesuffix("_idx")
    return lambda dataset: dataset.create_scalar_index(column, "BTREE", replace=True)


def _articles(found: Examined, _identity: IndexIdentity, how: Mending) -> Iterator[str]:
    """Remove the files that are damaged, with the articles that have passages in them."""
    damaged = list(_of(found, Harm.ARTICLES))
    if not how.remove_damaged or not damaged or found.readable is None:
        return
    names = {_place(found, damage).relative_to(found.dataset).as_posix() for damage in damaged}
    ids = sorted({one for damage in damaged for one in damage.articles})
    table = Table.open(found.dataset)
    table.commit(lambda dataset: _remove(dataset, concerned.fragments_of(dataset, names)))
    if ids:
        table.commit(lambda dataset: dataset.delete(one_of("article_id", ids)))
    build_all(table)
    yield f"Removed {len(ids)} articles of damaged files: {', '.join(ids)}."
    yield from _former(verifying.examine(found.dataset), _identity, how)


def _remove(dataset: lance.LanceDataset, fragments: Iterable[int]) -> None:
    update = lance.LanceOperation.Update(
        removed_fragment_ids=list(fragments), updated_fragments=[], new_fragments=[]
    )
    lance.LanceDataset.commit(dataset, update, read_version=dataset.version)


def _say_newest(hint: Path, version: int) -> None:
    with replacing(hint) as out:
        out.write(verifying.hint_of(version))


def _of(found: Examined, harm: Harm) -> Iterator[Damage]:
    return (damage for damage in found.damage if damage.harm is harm)


def _place(found: Examined, damage: Damage) -> Path:
    return found.dataset.parent.parent / damage.file
