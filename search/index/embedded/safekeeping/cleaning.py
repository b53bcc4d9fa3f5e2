"""Deleting what nobody needs: left-overs of killed processes, old versions, deleted articles."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path

from search.index.embedded import manifest
from search.index.embedded.cleaning import clean_alone, old_versions
from search.index.embedded.location import FolderLocation, remove_files
from search.index.embedded.lock import FolderLock, upkeep_lock, write_lock
from search.index.embedded.manifest import Manifest
from search.index.embedded.safekeeping import checksums, mending
from search.index.embedded.safekeeping.layout import GENERATIONS, LOCK, size_of, strays
from search.index.embedded.state import FILE, FORMER
from search.index.embedded.table import Table
from search.index.embedded.upkeep import Policy
from search.index.errors import EngineBusy
from search.index.safekeeping import Cleaned, Cleaning

PURGE_PATIENCE_S = 10.0
"""Seconds that a purge waits for those who read what it deletes."""

PART_AGE_S = 60.0
"""Age from which on a file that has not taken its name is taken for a left-over: it is written and
renamed within milliseconds."""


def clean(location: FolderLocation, how: Cleaning) -> Cleaned:
    """Clean a folder. Raises `IndexMissing`, `IndexDamaged`, `OSError`."""
    folder = Path(location.uri)
    location.open_generation(location.live()).close()  # raises what there is to say
    before = size_of(folder)
    removed: list[str] = []
    # Generations are made and dropped under this lock: what nothing mentions now, nobody makes.
    with FolderLock(folder / LOCK).held():
        known = manifest.read(folder)
        if known is not None:
            removed += _strays(folder, known)
    kept = []
    for name in location.generations()[1:]:
        lived = name in location.former()
        if not (how.former if lived else how.unfinished):
            kept.append(_kept(folder, name, lived=lived))
        elif location.is_being_filled(name):
            kept.append(f"{name} is being filled by a reindexing that runs.")
        else:
            location.drop(name)
            removed.append(f"the generation {name}")
    now = manifest.read(folder)
    for name, identity in now.generations.items() if now is not None else ():
        dataset = folder / GENERATIONS / f"{name}.lance"
        removed += _generation(dataset, how)
        checksums.Recorder(dataset, identity).record()
    if (how.former or how.purge) and (folder / FORMER).exists():
        (folder / FORMER).unlink()
        removed.append(f"the former {FILE}")
    freed = max(0, before - size_of(folder))
    return Cleaned(str(folder), freed, tuple(removed), tuple(kept))


def _kept(folder: Path, name: str, *, lived: bool) -> str:
    size = size_of(folder / GENERATIONS / f"{name}.lance")
    if lived:
        return f"{name} ({size:,} bytes) was live before; --former deletes it."
    return (
        f"{name} ({size:,} bytes) was never live: polywire reindex --resume finishes it, "
        "--unfinished deletes it."
    )


def _strays(folder: Path, known: Manifest) -> list[str]:
    """Delete what lies among the generations, or has not taken its name, and nothing mentions."""
    removed = []
    datasets = {Path(name).parts[1].partition(".")[0] for name in _inside(folder, known)}
    for name in sorted(datasets - known.generations.keys()):
        remove_files(folder / GENERATIONS / f"{name}.lance")
        removed.append(f"the generation {name}, which nothing mentions")
    for name in _inside(folder, known):
        path = folder / name
        if path.exists() and _is_old(path):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            removed.append(name)
    for path in folder.glob(f"{manifest.FILE}.*.part"):  # written under the lock that we hold
        path.unlink(missing_ok=True)
        removed.append(path.name)
    return removed


def _inside(folder: Path, known: Manifest) -> list[str]:
    return [name for name in strays(folder, known) if name.startswith(f"{GENERATIONS}/")]


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > PART_AGE_S


def _generation(dataset: Path, how: Cleaning) -> list[str]:
    """Delete old versions of a generation, and files that no version mentions.

    A file that a version does not mention yet is written under one of the two locks.
    """
    removed = []
    with upkeep_lock(dataset).held(), write_lock(dataset).held():
        table = Table.open(dataset)
        if how.purge:
            rewrite(table)
        old = clean_alone(table, timedelta(0) if how.purge else Policy().kept_in(dataset))
        if how.purge:
            old += _purge(table)
        if old:
            removed.append(f"{old} old versions of {dataset.stem}")
        checksums.merge(dataset)
    return removed


def _purge(table: Table) -> int:
    """Delete the old versions that were still read; searches end in no time, exports may not."""
    gone = 0
    until = time.monotonic() + PURGE_PATIENCE_S
    while old_versions(table.path, timedelta(0)):
        if time.monotonic() > until:
            raise EngineBusy(
                f"Another program, an export for instance, still reads what is to be purged from "
                f"{table.path.parent.parent}. Wait until it is done, then run the same command "
                "again."
            )
        time.sleep(0.1)
        gone += clean_alone(table, timedelta(0))
    return gone


def rewrite(table: Table) -> None:
    """Write every file anew that holds deleted rows, and every index without them."""
    table.commit(
        lambda dataset: dataset.optimize.compact_files(
            materialize_deletions=True, materialize_deletions_threshold=0.0
        )
    )
    mending.build_all(table)
