"""A folder that holds an index: generations side by side, and a manifest that names the live one.

polywire.json               the manifest
generations/NAME.lance/     the dataset of a generation
generations/NAME.notes.json what else is stored with it; absent where there is nothing
generations/NAME.identity.json  what it was written with
generations/NAME.sums/      checksums of its files
generations/NAME.*-lock     held while somebody writes to or tidies the generation
lock                        held while the manifest is changed
state.sqlite3               what else is stored with all generations
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from search.index.embedded import identities, manifest, state
from search.index.embedded.faults import translated
from search.index.embedded.generation import Generation, Pointer
from search.index.embedded.index import EmbeddedIndex
from search.index.embedded.lock import FolderLock, write_lock
from search.index.embedded.manifest import Manifest
from search.index.embedded.memory import Holding
from search.index.embedded.options import EmbeddedOptions
from search.index.embedded.safekeeping import checksums
from search.index.embedded.state import FolderState
from search.index.embedded.table import Table
from search.index.embedded.upkeep import Policy
from search.index.errors import IndexDamaged, IndexExists, IndexMismatch, IndexMissing
from search.index.history import KEEP
from search.index.model import SCHEMA_VERSION, IndexIdentity

GENERATIONS = "generations"
LOCK = "lock"


class FolderLocation:
    """A folder, which need not exist yet; see `search.index.port.IndexLocation`."""

    def __init__(
        self,
        path: Path,
        policy: Policy | None = None,
        holding: Holding | None = None,
        keep: int = KEEP,
    ) -> None:
        """Nothing is opened yet.

        `policy` says when an index is tidied, `holding` what of it is held in memory, `keep` how
        many former versions of an article are stored.
        """
        self._path = path
        self._options = EmbeddedOptions(policy or Policy(), holding or Holding(), keep)
        self._lock = FolderLock(path / LOCK)
        self._frozen: dict[str, ExitStack] = {}

    @property
    def uri(self) -> str:
        """The folder, as it was given."""
        return str(self._path)

    def open(self) -> EmbeddedIndex:
        """Open the live generation."""
        with translated("opening", self._path):
            known = self._known()
            if known is None:
                raise self._missing()
            identity = known.generations[known.live]
            if identity.schema_version != SCHEMA_VERSION:
                raise IndexMismatch(
                    f"The index {self._path} has schema version {identity.schema_version}; this "
                    f"version of Polywire writes {SCHEMA_VERSION}. Move it: polywire reindex "
                    f"--index {self._path}"
                )
            return self._index(known.live, identity, pinned=False)

    def open_generation(self, generation: str) -> EmbeddedIndex:
        """Open a generation by name, to migrate it."""
        with translated("opening", self._path):
            known = self._known()
            if known is None:
                raise self._missing()
            never_live = generation != known.live and generation not in known.former
            identity = known.identity(generation)
            return self._index(generation, identity, pinned=True, filled=never_live)

    def is_being_filled(self, generation: str) -> bool:
        """Tell whether somebody has a generation open that was never live, to fill it."""
        with self._fill_lock(generation).held_if_free() as held:
            return not held

    def create(self, identity: IndexIdentity) -> EmbeddedIndex:
        """Make the folder, a first generation in it, and the manifest last."""
        with translated("creating", self._path):
            self._known()
            self._path.mkdir(parents=True, exist_ok=True)
            with self._lock.held():
                if manifest.read(self._path) is not None:
                    raise IndexExists(
                        f"There is an index at {self._path} already. Choose another folder."
                    )
                name = self._build(identity, promoted=True)
                manifest.write(self._path, Manifest(name, {name: identity}))
            return self._index(name, identity, pinned=False)

    def generations(self) -> tuple[str, ...]:
        """Read the names from the manifest."""
        with translated("opening", self._path):
            known = self._known()
            return () if known is None else known.names()

    def former(self) -> tuple[str, ...]:
        """Read the names from the manifest."""
        with translated("opening", self._path):
            known = self._known()
            return () if known is None else known.former[::-1]

    def begin(self, identity: IndexIdentity) -> tuple[str, EmbeddedIndex]:
        """Make a generation, then enter it into the manifest."""
        with translated("creating a generation of", self._path):
            known = self._known()
            if known is None:
                raise self._missing()
            # What is damaged would be copied, and fit its new checksum.
            checksums.check_newest(self._dataset(known.live))
            # Under the lock: what nobody makes and no manifest names was left by a killed process.
            with self._lock.held():
                name = self._build(identity, promoted=False)
                self._write(lambda known: known.with_generation(name, identity))
            return name, self._index(name, identity, pinned=True, filled=True)

    def promote(self, generation: str) -> None:
        """Replace the manifest by one that names another generation live.

        Writers of the former one finish before; those that come later look at the manifest first.
        """
        with translated("promoting a generation of", self._path):
            known = self._known()
            if known is None:
                raise self._missing()
            identity = known.identity(generation)
            self.freeze(known.live)
            try:
                identities.write(self._dataset(generation), identity, promoted=True)
                self._change(lambda now: now.promoting(generation))
            finally:
                self.thaw(known.live)

    def freeze(self, generation: str) -> None:
        """Hold the lock for writing; the system frees it if this process dies."""
        if generation not in self._frozen:
            held = ExitStack()
            held.enter_context(write_lock(self._dataset(generation)).held())
            self._frozen[generation] = held

    def thaw(self, generation: str) -> None:
        """Let go of the lock for writing, if this place holds it."""
        self._frozen.pop(generation, ExitStack()).close()

    def drop(self, generation: str) -> None:
        """Forget a generation, then delete its files."""
        with translated("dropping a generation of", self._path):
            # Forgotten first: what a crash leaves behind is a folder that nobody looks at.
            self._change(lambda known: known.without(generation))
            remove_files(self._dataset(generation))

    def state(self, *, patient: bool = False) -> FolderState:  # noqa: ARG002 - is always there
        """Read and write the file in the folder."""
        return FolderState(self._path)

    def _known(self) -> Manifest | None:
        """Read the manifest. Raises `IndexDamaged` if something else is at the place."""
        known = manifest.read(self._path)
        if known is None and self._is_stranded():
            known = manifest.read(self._path)  # another program may have made it just now
        if known is None and self._is_stranded():
            raise IndexDamaged(
                f"{self._path} holds the articles of an index, but its file {manifest.FILE} is "
                f"missing. Make it anew with polywire verify --mend --index {self._path}, or "
                "restore the folder from a backup."
            )
        if known is None and self._is_foreign():
            raise IndexDamaged(
                f"{self._path} is not empty and holds no Polywire index. Choose another folder "
                "with --index."
            )
        return known

    def _is_foreign(self) -> bool:
        if not self._path.exists():
            return False
        if not self._path.is_dir():
            return True
        # A manifest that was not there a moment ago was made by another program just now.
        ours = {GENERATIONS, LOCK, manifest.FILE, *state.FILES}
        names = {entry.name for entry in self._path.iterdir()} - ours
        # A crash may have left a manifest that had not taken its name yet.
        return not all(name.startswith(f"{manifest.FILE}.") for name in names)

    def _is_stranded(self) -> bool:
        """Tell whether articles lie here; what was killed while it made an index leaves none."""
        return any(self._path.glob(f"{GENERATIONS}/*.lance/data/*"))

    def _missing(self) -> IndexMissing:
        return IndexMissing(
            f"There is no index at {self._path}. Make one with: "
            f"polywire ingest PATH --index {self._path}"
        )

    def _change(self, change: Callable[[Manifest], Manifest]) -> None:
        with self._lock.held():
            self._write(change)

    def _write(self, change: Callable[[Manifest], Manifest]) -> None:
        known = self._known()
        if known is None:
            raise self._missing()
        manifest.write(self._path, change(known))

    def _build(self, identity: IndexIdentity, *, promoted: bool) -> str:
        """Make the empty dataset of a new generation; returns its name, which sorts by time."""
        name = self.new_name()
        self._dataset(name).parent.mkdir(parents=True, exist_ok=True)
        Table.create(self._dataset(name), identity.dimension)
        identities.write(self._dataset(name), identity, promoted=promoted)
        return name

    @staticmethod
    def new_name() -> str:
        """Return a name for a generation, which sorts by time."""
        return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"

    def live(self) -> str:
        """Return the name of the live generation. Raises `IndexMissing`, `IndexDamaged`."""
        with translated("opening", self._path):
            known = self._known()
            if known is None:
                raise self._missing()
            return known.live

    def _index(
        self, name: str, identity: IndexIdentity, *, pinned: bool, filled: bool = False
    ) -> EmbeddedIndex:
        pointer = Pointer(self._path, self._opened(name, identity), self._opened, pinned=pinned)
        held = ExitStack()
        if filled:
            held.enter_context(self._fill_lock(name).held_if_free())
        return EmbeddedIndex(pointer, self._path, self._options.keep, held)

    def _fill_lock(self, name: str) -> FolderLock:
        """Return the lock that is held by whoever fills a generation; freed by his death."""
        return FolderLock(self._dataset(name).with_suffix(".fill-lock"), doing="filling")

    def _opened(self, name: str, identity: IndexIdentity) -> Generation:
        return Generation(name, Table.open(self._dataset(name)), identity, self._options)

    def _dataset(self, name: str) -> Path:
        return self._path / GENERATIONS / f"{name}.lance"


def remove_files(dataset: Path) -> None:
    """Delete a generation that nothing names any more, with all that lies beside it."""
    shutil.rmtree(dataset, ignore_errors=True)
    shutil.rmtree(checksums.folder_of(dataset), ignore_errors=True)
    for beside in dataset.parent.glob(f"{dataset.stem}.*"):
        beside.unlink(missing_ok=True)
