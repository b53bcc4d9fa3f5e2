"""`polywire.json`: which generations a folder holds, what they were written with, which is live.

The file is replaced in one atomic step, so that a reader finds the old or the new one whole; what
is damaged later does not fit its checksum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from search.index.embedded import sealed
from search.index.errors import IndexDamaged, SearchIndexError
from search.index.model import IndexIdentity
from search.values import dataclass

FILE = "polywire.json"
FORMAT = "polywire index"
LAYOUT = 1
"""Version of this file and of the folder around it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Generations by name, oldest first, the name of the live one, and what was live before it.

    `former` is in the order in which they stopped to be live.
    """

    live: str
    generations: dict[str, IndexIdentity]
    former: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """All names, the live one first, the others newest first."""
        return (self.live, *(name for name in reversed(self.generations) if name != self.live))

    def identity(self, name: str) -> IndexIdentity:
        """Say what a generation was written with. Raises `SearchIndexError` if there is none."""
        self._require(name)
        return self.generations[name]

    def with_generation(self, name: str, identity: IndexIdentity) -> Manifest:
        """Add a generation that is not live."""
        return replace(self, generations={**self.generations, name: identity})

    def promoting(self, name: str) -> Manifest:
        """Make another generation the live one."""
        self._require(name)
        if name == self.live:
            return self
        former = (*(other for other in self.former if other != name), self.live)
        return replace(self, live=name, former=former)

    def without(self, name: str) -> Manifest:
        """Forget a generation, which must not be live."""
        self._require(name)
        if name == self.live:
            raise SearchIndexError(
                f"The generation {name} is live and cannot be dropped. Promote another first."
            )
        return replace(
            self,
            generations={n: i for n, i in self.generations.items() if n != name},
            former=tuple(other for other in self.former if other != name),
        )

    def _require(self, name: str) -> None:
        if name not in self.generations:
            raise SearchIndexError(
                f"There is no generation {name}. There are: {', '.join(self.names())}."
            )


def read(folder: Path) -> Manifest | None:
    """Read the manifest of a folder; None if it has none. Raises `IndexDamaged`, `OSError`."""
    try:
        content = (folder / FILE).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return _parse(sealed.opened(content, since="former"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else error
        raise IndexDamaged(
            f"The file {folder / FILE} is not what Polywire wrote ({why}). The articles are "
            f"still there: polywire verify --mend --index {folder} makes the file anew."
        ) from error


def write(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest of a folder in one step that survives a crash."""
    content = {
        "format": FORMAT,
        "layout": LAYOUT,
        "live": manifest.live,
        "former": manifest.former,
        "generations": {name: asdict(i) for name, i in manifest.generations.items()},
    }
    sealed.write(folder / FILE, content)


def _parse(content: Mapping[str, Any]) -> Manifest:
    if content["format"] != FORMAT:
        raise ValueError(f"its format is {content['format']!r}")
    if content["layout"] != LAYOUT:
        raise ValueError(f"its layout is {content['layout']!r}, not {LAYOUT}")
    generations = {name: IndexIdentity(**entry) for name, entry in content["generations"].items()}
    if content["live"] not in generations:
        raise ValueError(f"the live generation {content['live']!r} is not listed")
    return Manifest(content["live"], generations, _former(content, generations))


def _former(
    content: Mapping[str, Any], generations: Mapping[str, IndexIdentity]
) -> tuple[str, ...]:
    """Read what was live before; an earlier program did not write it.

    It promoted what it had made last, so that all older ones were most likely live before.
    """
    if "former" in content:
        return tuple(str(name) for name in content["former"] if name in generations)
    names = list(generations)
    return tuple(names[: names.index(content["live"])])
