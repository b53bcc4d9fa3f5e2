"""Is every file of a generation as it was written? Reads all of them; changes nothing."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from search.index.embedded import identities
from search.index.embedded.driver import lance
from search.index.embedded.faults import cause
from search.index.embedded.safekeeping import checksums, concerned
from search.index.embedded.safekeeping.attempt import attempt
from search.index.embedded.safekeeping.checksums import NOTES, Sums
from search.index.embedded.table import Dataset
from search.index.safekeeping import Damage, Harm

HINT = "_versions/latest_version_hint.json"
_TAG = re.compile(r"_refs/tags/scan-\d+-[0-9a-f]+\.json")
_LARGEST = 2**64 - 1
_PARTS = {"data": Harm.ARTICLES, "_deletions": Harm.ARTICLES, "_indices": Harm.INDEX}


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of one generation; `readable` is its newest version that can be opened."""

    dataset: Path
    files: int
    size_bytes: int
    damage: tuple[Damage, ...]
    unchecked: tuple[str, ...]
    left_over: tuple[str, ...]
    readable: Dataset | None


@dataclass(frozen=True, slots=True)
class _State:
    """What lies there, what is wrong with it by name, and what the newest version needs."""

    there: Mapping[str, int]
    wrong: Mapping[str, str]
    needed: frozenset[str]
    newest: str | None
    readable: Dataset | None


def examine(dataset: Path) -> Examined:
    """Look at every file of a generation. Raises `OSError`."""
    sums = checksums.load(dataset)
    there = dict(_files(dataset))
    wrong = dict(_wrong(dataset, there, sums))
    newest, readable = _readable(dataset, there, wrong)
    needed, failed = _needed(readable)
    missing = {name for name in needed - there.keys() if not (dataset / name).exists()}
    if missing:  # unless they were merged away meanwhile
        newest, readable = _readable(dataset, dict(_files(dataset)), wrong)
        needed, failed = _needed(readable)
        missing &= needed
    wrong |= dict.fromkeys(missing, "is missing")
    state = _State(there, wrong, needed, newest, readable)
    damage = [_damage(dataset, name, state) for name in sorted(wrong)]
    damage += [
        Damage(_shown(dataset, path), Harm.RECORD, "is not as it was written: it holds checksums")
        for path in sums.damaged
    ]
    damage += _beside(dataset)
    if failed:
        damage.append(Damage(_shown(dataset, dataset), Harm.VERSION, f"cannot be opened: {failed}"))
    unknown = [n for n in there if n not in sums.known and not checksums.is_changing(n)]
    mentioned = _mentioned(dataset, needed)
    return Examined(
        dataset,
        len(there),
        sum(there.values()),
        tuple(damage),
        tuple(_shown(dataset, dataset / n) for n in unknown if n in mentioned or n == NOTES),
        tuple(_shown(dataset, dataset / n) for n in unknown if n not in mentioned and n != NOTES),
        readable,
    )


def version_of(name: str) -> int:
    """Return the version of a manifest by the name of its file: the largest number less that."""
    return _LARGEST - int(Path(name).stem)


def _files(dataset: Path) -> Iterator[tuple[str, int]]:
    """Every file of the dataset by its name in the checksums, and its size."""
    for path in sorted(dataset.rglob("*")):
        try:
            if path.is_file():
                yield path.relative_to(dataset).as_posix(), path.stat().st_size
        except FileNotFoundError:
            continue
    notes = checksums.place_of(dataset, NOTES)
    if notes.exists():
        yield NOTES, notes.stat().st_size


def _wrong(dataset: Path, there: Mapping[str, int], sums: Sums) -> Iterator[tuple[str, str]]:
    """What is wrong with files, by name; of those that were cleaned away meanwhile, nothing."""
    for name, found in checksums.hashed(dataset, there.keys() & sums.known.keys()):
        if found not in sums.known[name]:
            sizes = {one.size for one in sums.known[name]}
            cut = f": it has {found.size} bytes instead of {min(sizes)}"
            yield name, "is not as it was written" + ("" if found.size in sizes else cut)
    for name in there:
        if checksums.is_changing(name):
            why = _changed(dataset, name)
            if why:
                yield name, why


def _changed(dataset: Path, name: str) -> str | None:
    """Tell what is wrong with a file that Lance writes again in place."""
    if name == HINT:
        return None if _names_newest(dataset) else "does not name the newest version"
    try:
        content = (dataset / name).read_bytes()
    except FileNotFoundError:
        return None
    if not _TAG.fullmatch(name):
        return "is none that Polywire makes"
    try:
        json.loads(content)
    except ValueError:
        return "is not as it was written"
    return None


def _names_newest(dataset: Path) -> bool:
    """Tell whether the hint is as Lance writes it, a moment after each commit."""
    for pause in (0.0, 0.05, 0.2, 0.5):
        time.sleep(pause)
        before = _newest(dataset)
        try:
            content = (dataset / HINT).read_bytes()
        except FileNotFoundError:
            return True
        among = range(before, _newest(dataset) + 1)
        if any(content == hint_of(version).encode() for version in among):
            return True
    return False


def hint_of(version: int) -> str:
    """Return what the hint says of a version."""
    return json.dumps({"version": version}, separators=(",", ":"))


def _newest(dataset: Path) -> int:
    manifests = (dataset / "_versions").glob("*.manifest")
    return max((version_of(path.name) for path in manifests), default=0)


def _readable(
    dataset: Path, there: Mapping[str, int], wrong: Mapping[str, str]
) -> tuple[str | None, Dataset | None]:
    """Return the name of the newest manifest, and the newest version that is whole."""
    manifests = [name for name in there if name.endswith(".manifest") and name[:9] == "_versions"]
    newest_first = sorted(manifests, key=lambda name: -version_of(name))
    for name in newest_first:
        if name not in wrong:
            opened = attempt(partial(_opened, dataset, name), lambda _: None)
            if opened is not None:
                return newest_first[0], opened
    return next(iter(newest_first), None), None


def _opened(dataset: Path, name: str) -> Dataset | None:
    return lance.dataset(str(dataset), version=version_of(name))


def _needed(dataset: Dataset | None) -> tuple[frozenset[str], str | None]:
    """Return the files that a version needs, and why that cannot be told."""
    if dataset is None:
        return frozenset(), "no version of it is whole"
    failed: list[str] = []

    def fail(error: BaseException) -> set[str]:
        failed.append(cause(error))
        return set()

    found = attempt(lambda: concerned.files_of(dataset), fail)
    return frozenset(found), next(iter(failed), None)


def _mentioned(dataset: Path, needed: frozenset[str]) -> set[str]:
    # Where a version is damaged, its checksum says so.
    found: set[str] = attempt(lambda: checksums.files_of_versions(dataset)[1], lambda _: set())
    return found | needed


def _damage(dataset: Path, name: str, state: _State) -> Damage:
    harm = _harm(name, state)
    articles: tuple[str, ...] = ()
    if state.readable is not None and harm is Harm.ARTICLES:
        articles = concerned.by_file(state.readable, name, state.wrong.keys())
    if harm is Harm.VERSION:
        articles = concerned.by_lost_version(dataset, state.there, state.needed)
    shown = checksums.place_of(dataset, name)
    return Damage(_shown(dataset, shown), harm, state.wrong[name], articles)


def _harm(name: str, state: _State) -> Harm:
    if name == NOTES:
        return Harm.NOTES
    if checksums.is_changing(name):
        return Harm.RECORD
    if name == state.newest:
        return Harm.VERSION
    return _PARTS.get(name.partition("/")[0], Harm.FORMER) if name in state.needed else Harm.FORMER


def _beside(dataset: Path) -> list[Damage]:
    try:
        identities.read(dataset)
    except ValueError as error:
        path = identities.path_of(dataset)
        return [Damage(_shown(dataset, path), Harm.RECORD, f"is not as it was written: {error}")]
    return []


def _shown(dataset: Path, path: Path) -> str:
    return path.relative_to(dataset.parent.parent).as_posix()
