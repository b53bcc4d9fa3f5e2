"""Backups: a folder that is an index itself, of one version of one generation.

A file that is there with the same checksum is not copied again. The manifest of the version is
copied last, and only then what the former backup needed is deleted: at every moment the folder
holds a whole backup, the former or the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from search.files import replacing
from search.index.embedded import identities, manifest, sealed, state
from search.index.embedded.location import FolderLocation, remove_files
from search.index.embedded.lock import FolderLock, upkeep_lock
from search.index.embedded.manifest import Manifest
from search.index.embedded.safekeeping import checksums, copying, examination
from search.index.embedded.safekeeping.checksums import NOTES, Sum
from search.index.embedded.safekeeping.layout import (
    GENERATIONS,
    LOCK,
    MARK,
    OWN,
    datasets,
)
from search.index.embedded.safekeeping.verifying import HINT, hint_of
from search.index.embedded.table import Table
from search.index.errors import IndexDamaged, IndexExists, IndexMissing
from search.index.model import IndexIdentity
from search.index.safekeeping import Copied

FORMAT = "polywire backup"


@dataclass(frozen=True, slots=True)
class _Version:
    """One version to copy: every file it needs, with the checksums that it may have."""

    dataset: Path
    number: int
    articles: int
    sums: Mapping[str, frozenset[Sum]]

    @property
    def manifest(self) -> str:
        return next(name for name in self.sums if name.endswith(".manifest"))


def backup(folder: Path, known: Manifest, target: Path) -> Copied:
    """Copy the live generation as it is now. Raises `IndexExists`, `IndexDamaged`, `OSError`."""
    must_be_ours(folder, target)
    target.mkdir(parents=True, exist_ok=True)
    dataset = folder / GENERATIONS / f"{known.live}.lance"
    identity = known.generations[known.live]
    # Nothing is merged or cleaned away meanwhile; writers go on.
    with FolderLock(target / LOCK).held(), upkeep_lock(dataset).held():
        checksums.Recorder(dataset, identity).record()
        version = _newest(dataset)
        there = target / GENERATIONS / dataset.name
        copied = _copy(version, there)
        state.back_up(folder, target)
        _finish(there, version, identity, promoted=True)
        manifest.write(target, Manifest(known.live, {known.live: identity}))
        _mark(target, folder, version)
        _forget(target, there, version)
    return Copied(str(folder), str(target), version.articles, *copied, known.live)


def restore(location: FolderLocation, source: Path, *, replace: bool) -> Copied:
    """Copy a backup beside what is there, and make it live."""
    folder = Path(location.uri)
    identity, dataset = _whole(source)
    try:
        known = manifest.read(folder)
        occupied = known is not None or bool(datasets(folder))
    except IndexDamaged:
        known, occupied = None, True
    if occupied and not replace:
        raise IndexExists(
            f"There is an index at {folder} already. To put the backup in its place, add "
            "--replace; what is there stays as the former generation."
        )
    others = {path.name for path in folder.iterdir()} - state.FILES if folder.exists() else set()
    if not occupied and others:
        location.open()  # raises what there is to say of a folder with something else in it
    folder.mkdir(parents=True, exist_ok=True)
    version = _newest(dataset)
    name = dataset.stem
    if (folder / GENERATIONS / dataset.name).exists():
        name = location.new_name()
    there = folder / GENERATIONS / f"{name}.lance"
    with FolderLock(folder / LOCK).held():
        copied = _copy(version, there)
        _finish(there, version, identity, promoted=known is None)
        if known is None:
            manifest.write(folder, Manifest(name, {name: identity}))
        else:
            manifest.write(folder, known.with_generation(name, identity))
    state.restore(source, folder)
    if known is not None:
        location.promote(name)
    former = None if known is None else known.live
    return Copied(str(source), str(folder), version.articles, *copied, name, former)


def _whole(source: Path) -> tuple[IndexIdentity, Path]:
    """Return what a backup holds. Raises `IndexMissing` if it is none, `IndexDamaged`."""
    if not (source / MARK).exists():
        raise IndexMissing(f"There is no backup at {source}. Make one with: polywire backup DIR")
    health = examination.look(source).health()
    wrong = [*health.damage]
    if wrong or health.unchecked:
        file = wrong[0].file if wrong else health.unchecked[0]
        what = wrong[0].what if wrong else "has no checksum"
        raise IndexDamaged(
            f"The backup {source} is not whole: the file {file} {what}. Nothing was restored; "
            f"polywire verify --index {source} lists all that is damaged."
        )
    _read_mark(source)
    known = manifest.read(source)
    if known is None:
        raise IndexDamaged(f"The file {source / manifest.FILE} is missing.")
    return known.generations[known.live], source / GENERATIONS / f"{known.live}.lance"


def _newest(dataset: Path) -> _Version:
    """Return the newest version, with a checksum for every file."""
    opened = Table.open(dataset).latest()
    found = opened.tracked_files(min_version=opened.version).read_all().to_pylist()
    names = {row["path"] for row in found if row["version"] == opened.version}
    known = dict(checksums.load(dataset).known)
    if checksums.place_of(dataset, NOTES).exists():
        names.add(NOTES)
    # What a writer has committed just now, it hashes while we do.
    known |= {
        name: frozenset({one}) for name, one in checksums.hashed(dataset, names - known.keys())
    }
    articles = int(opened.count_rows(filter="lead"))
    return _Version(dataset, opened.version, articles, {name: known[name] for name in names})


def _copy(version: _Version, target: Path) -> tuple[int, int, int]:
    """Copy all files but the manifest; returns files and bytes copied, and files skipped."""
    there = checksums.load(target).known if target.exists() else {}
    files = size = skipped = 0
    for name in sorted(version.sums.keys() - {version.manifest}):
        here, beyond = (checksums.place_of(d, name) for d in (version.dataset, target))
        wanted = version.sums[name]
        same = there.get(name, frozenset()) & wanted
        if same and beyond.exists() and beyond.stat().st_size in {one.size for one in same}:
            skipped += 1
            continue
        found = copying.copy(here, beyond, wanted)
        files, size = files + 1, size + found.size
    return files, size, skipped


def _finish(target: Path, version: _Version, identity: IndexIdentity, *, promoted: bool) -> None:
    """Let a copy become readable: checksums first, the manifest of its version last."""
    sums = [(name, one) for name, several in version.sums.items() for one in sorted(several)]
    target.mkdir(parents=True, exist_ok=True)
    checksums.add(target, sums)
    identities.write(target, identity, promoted=promoted)
    name = version.manifest
    copying.copy(version.dataset / name, target / name, version.sums[name])
    with replacing(target / HINT) as out:
        out.write(hint_of(version.number))


def _forget(target: Path, there: Path, version: _Version) -> None:
    """Delete what only the former backup needed."""
    for dataset in datasets(target):
        if dataset != there:
            remove_files(dataset)
    for path in there.rglob("*"):
        name = path.relative_to(there).as_posix()
        if path.is_file() and name not in version.sums and name != HINT:
            path.unlink()
    for path in sorted(there.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    if NOTES not in version.sums:
        checksums.place_of(there, NOTES).unlink(missing_ok=True)
    checksums.merge(there)


def _mark(target: Path, folder: Path, version: _Version) -> None:
    content = {
        "format": FORMAT,
        "source": str(folder.resolve()),
        "made": datetime.now(UTC).isoformat(),
        "articles": version.articles,
    }
    sealed.write(target / MARK, content)


def _read_mark(target: Path) -> Mapping[str, object]:
    try:
        return sealed.read(target / MARK)
    except ValueError as error:
        raise IndexDamaged(
            f"The file {target / MARK} is not what Polywire wrote ({error})."
        ) from error


def must_be_ours(folder: Path, target: Path) -> None:
    """Refuse what is no place for a backup of this index. Raises `IndexExists`."""
    if folder.resolve() in target.resolve().parents:
        raise IndexExists(
            f"{target} is inside of the index itself. Choose a folder outside of it for the backup."
        )
    if not target.exists():
        return
    if not target.is_dir():
        raise IndexExists(f"{target} is not a folder. Choose another one for the backup.")
    if target.resolve() == folder.resolve():
        raise IndexExists(f"{target} is the index itself. Choose another folder for the backup.")
    if not (target / MARK).exists():
        others = _foreign(target.iterdir())
        if others or (target / manifest.FILE).exists():
            raise IndexExists(
                f"{target} is not empty and holds no backup. Choose another folder for the backup."
            )
        return
    source = _read_mark(target).get("source")
    if source != str(folder.resolve()):
        raise IndexExists(
            f"{target} holds the backup of another index, {source}. Choose another folder."
        )


def _foreign(entries: Iterable[Path]) -> bool:
    return any(path.name not in OWN and ".part" not in path.suffixes for path in entries)
