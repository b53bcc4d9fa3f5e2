"""Everything that is done for the safety of an index in a folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from search.index.embedded import identities, manifest, state
from search.index.embedded.faults import translated
from search.index.embedded.location import FolderLocation
from search.index.embedded.lock import FolderLock, upkeep_lock, write_lock
from search.index.embedded.manifest import Manifest
from search.index.embedded.safekeeping import backups, cleaning, examination, mending
from search.index.embedded.safekeeping.examination import Found
from search.index.embedded.safekeeping.layout import LOCK, datasets
from search.index.embedded.table import Table
from search.index.errors import IndexDamaged
from search.index.model import IndexIdentity
from search.index.safekeeping import (
    Cleaned,
    Cleaning,
    Copied,
    Health,
    Mending,
    remember_backup,
)


class FolderSafekeeping:
    """See `search.index.safekeeping.Safekeeping`."""

    def __init__(self, location: FolderLocation) -> None:
        """`location` is the folder; nothing is opened yet."""
        self._location = location
        self._folder = Path(location.uri)

    def verify(self) -> Health:
        """Hash every file."""
        with translated("verifying", self._folder):
            return examination.look(self._folder).health()

    def mend(self, how: Mending) -> Health:
        """Mend the manifest first, then each generation while nobody else changes it."""
        with translated("mending", self._folder):
            found = examination.look(self._folder)
            with FolderLock(self._folder / LOCK).held():
                done = self._mend_manifest(found, how)
                known = self._known()
            # Not under the lock above: who promotes a generation takes them the other way round.
            for dataset in datasets(self._folder):
                if dataset.stem in known.generations:
                    with alone(dataset):
                        done += mending.mend(dataset, known.generations[dataset.stem], how)
            source = Path(how.source) if how.source is not None else None
            of_state = state.mend(self._folder, source, remove=how.remove_damaged)
            done += [of_state] if of_state is not None else []
            return examination.look(self._folder).health(tuple(done))

    def backup(self, target: str) -> Copied:
        """Copy the newest version of the live generation; see `backups`."""
        with translated("backing up", self._folder):
            backups.must_be_ours(self._folder, Path(target))
            index = self._location.open_generation(self._location.live())
            try:
                remember_backup(index, str(Path(target).resolve()))
            finally:
                index.close()
            return backups.backup(self._folder, self._known(), Path(target))

    def restore(self, source: str, *, replace: bool = False) -> Copied:
        """Copy as a generation of its own, then promote it."""
        with translated("restoring", self._folder):
            return backups.restore(self._location, Path(source), replace=replace)

    def erase(self, article_ids: Sequence[str]) -> int:
        """Delete from each of the other generations in one commit."""
        erased = 0
        for name in self._location.generations()[1:]:
            index = self._location.open_generation(name)
            erased += index.delete(article_ids)
            index.close()
        return erased

    def clean(self, how: Cleaning) -> Cleaned:
        """Delete what nothing mentions; see `cleaning`."""
        with translated("cleaning", self._folder):
            return cleaning.clean(self._location, how)

    def _known(self) -> Manifest:
        known = manifest.read(self._folder)
        if known is None:
            self._location.open().close()  # raises what there is to say
            raise IndexDamaged(f"The file {self._folder / manifest.FILE} is missing.")
        return known

    def _mend_manifest(self, found: Found, how: Mending) -> list[str]:
        """Make a lost manifest anew from what the generations say of themselves."""
        if found.why is None:
            return []
        made = rebuilt(self._folder, how.identity)
        manifest.write(self._folder, made)
        return [f"Made {manifest.FILE} anew: {made.live} is the live generation."]


@contextmanager
def alone(dataset: Path) -> Iterator[None]:
    """Keep writers and upkeep of a generation away, once those under way are done."""
    with ExitStack() as held:
        held.enter_context(upkeep_lock(dataset).held())
        held.enter_context(write_lock(dataset).held())
        yield


def rebuilt(folder: Path, given: IndexIdentity | None = None) -> Manifest:
    """Return the manifest that fits what lies in a folder. Raises `IndexDamaged`.

    The generation that was promoted last is live. Where a generation of an earlier program does not
    say what it was written with, `given` says so.
    """
    named: dict[str, identities.Identified] = {}
    for dataset in datasets(folder):
        try:
            found = identities.read(dataset)
        except ValueError:
            found = None
        if found is None and given is not None:
            found = _of_earlier(dataset, given)
        if found is not None:
            named[dataset.stem] = found
    lived = sorted(
        (name for name, one in named.items() if one.promoted is not None),
        key=lambda name: str(named[name].promoted),
    )
    if not lived and len(named) == 1:
        lived = list(named)
    if not lived:
        raise IndexDamaged(
            f"What the generations in {folder} were written with cannot be known. Name the model "
            "with polywire verify --mend --model NAME, or restore a backup with polywire restore "
            "DIR --replace."
        )
    generations = {name: one.identity for name, one in named.items()}
    return Manifest(lived[-1], generations, tuple(lived[:-1]))


def _of_earlier(dataset: Path, given: IndexIdentity) -> identities.Identified | None:
    """Say what an earlier program wrote with a model; None if the vectors are not of its length.

    Programs that write schema version 4 or later always say it themselves.
    """
    schema = Table.open(dataset).latest().schema
    if int(schema.field("vector").type.list_size) != given.dimension:
        return None
    version = 3 if "names" in schema.names else 2
    return identities.Identified(dataclasses.replace(given, schema_version=version))
