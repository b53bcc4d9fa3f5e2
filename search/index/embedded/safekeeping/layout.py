"""What lies in the folder of an index, and what does not belong there."""

from __future__ import annotations

from pathlib import Path

from search.index.embedded import manifest, state
from search.index.embedded.manifest import Manifest

GENERATIONS = "generations"
LOCK = "lock"
MARK = "polywire-backup.json"
"""Says of a folder that it is a backup."""

OWN = frozenset({GENERATIONS, LOCK, MARK, manifest.FILE, *state.FILES})

BESIDE = (
    ".lance", ".sums", ".identity.json", ".notes.json", ".write-lock", ".upkeep-lock",
    ".fill-lock",
)  # fmt: skip
"""Endings of what belongs to a generation."""


def datasets(folder: Path) -> list[Path]:
    """Return the datasets of all generations that lie in a folder, oldest first."""
    return sorted(path for path in (folder / GENERATIONS).glob("*.lance") if path.is_dir())


def strays(folder: Path, known: Manifest | None) -> list[str]:
    """Return what nothing mentions, by its path in the folder; without a manifest, files only."""
    there = {path.stem for path in datasets(folder)}
    names = there if known is None else there & known.generations.keys()
    found = [path.name for path in _entries(folder) if path.name not in OWN]
    for path in _entries(folder / GENERATIONS):
        name, ending = path.name.partition(".")[::2]
        if name not in names or f".{ending}" not in BESIDE:
            found.append(f"{GENERATIONS}/{path.name}")
        elif path.suffix == ".sums":
            inside = (one for one in _entries(path) if one.suffix != ".sums")
            found += [f"{GENERATIONS}/{path.name}/{one.name}" for one in inside]
    return found


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
