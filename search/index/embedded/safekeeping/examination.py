"""Looking at a whole folder: the manifest, every generation, and what else lies there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from search.index.embedded import manifest, state
from search.index.embedded.manifest import Manifest
from search.index.embedded.safekeeping import verifying
from search.index.embedded.safekeeping.attempt import attempt
from search.index.embedded.safekeeping.layout import GENERATIONS, datasets, strays
from search.index.embedded.safekeeping.verifying import Examined
from search.index.embedded.table import Dataset
from search.index.errors import IndexDamaged, IndexMissing
from search.index.safekeeping import Damage, Harm, Health


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in a folder; `known` is None where the manifest is lost, and `why` says how."""

    folder: Path
    known: Manifest | None
    why: str | None
    generations: tuple[Examined, ...]

    @property
    def damage(self) -> tuple[Damage, ...]:
        """All damage, the manifest's first."""
        return (
            *self._of_manifest(),
            *self._of_state(),
            *(d for one in self.generations for d in one.damage),
        )

    def _of_state(self) -> list[Damage]:
        what = state.fault_in(self.folder)
        return [] if what is None else [Damage(state.FILE, Harm.STATE, what)]

    def _of_manifest(self) -> list[Damage]:
        if self.why is not None:
            return [Damage(manifest.FILE, Harm.RECORD, self.why)]
        there = {one.dataset.stem for one in self.generations}
        return [
            Damage(f"{GENERATIONS}/{name}.lance", Harm.VERSION, "is missing")
            for name in (self.known.generations if self.known is not None else ())
            if name not in there
        ]

    def health(self, mended: tuple[str, ...] = ()) -> Health:
        """Say it as the port does."""
        return Health(
            location=str(self.folder),
            files=sum(one.files for one in self.generations) + (self.why is None),
            size_bytes=sum(one.size_bytes for one in self.generations),
            articles=_articles(self),
            damage=self.damage,
            unchecked=tuple(name for one in self.generations for name in one.unchecked),
            left_over=(
                *strays(self.folder, self.known),
                *(name for one in self.generations for name in one.left_over),
            ),
            mended=mended,
        )


def look(folder: Path) -> Found:
    """Look at every file of a folder. Raises `IndexMissing` if there is no index, `OSError`."""
    known, why = None, None
    try:
        known = manifest.read(folder)
        if known is None:
            why = "is missing"
    except IndexDamaged as error:
        why = f"is not as it was written: {error.__cause__}"
    there = datasets(folder)
    if not there and known is None and not (folder / manifest.FILE).exists():
        raise IndexMissing(f"There is no index at {folder}.")
    named = [path for path in there if known is None or path.stem in known.generations]
    return Found(folder, known, why, tuple(verifying.examine(path) for path in named))


def _count(dataset: Dataset) -> int:
    return int(dataset.count_rows(filter="lead"))


def _articles(found: Found) -> int:
    live = found.known.live if found.known is not None else None
    for one in found.generations:
        if one.readable is not None and live in (None, one.dataset.stem):
            return attempt(partial(_count, one.readable), lambda _: 0)
    return 0
