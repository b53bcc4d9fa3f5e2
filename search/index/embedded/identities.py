"""What a generation was written with, in a file beside it: so that `polywire.json` can be rebuilt.

`polywire.json` decides; this file is only looked at where that is lost.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from search.index.embedded import sealed
from search.index.model import IndexIdentity
from search.values import dataclass

SUFFIX = ".identity.json"
FORMAT = "polywire generation"


@dataclass(frozen=True, slots=True)
class Identified:
    """What a generation was written with, and when it became the live one, if ever."""

    identity: IndexIdentity
    promoted: datetime | None = None


def path_of(dataset: Path) -> Path:
    """Return the file that belongs to a dataset."""
    return dataset.with_suffix(SUFFIX)


def read(dataset: Path) -> Identified | None:
    """Read the file; None if there is none. Raises `ValueError` if it is damaged, `OSError`."""
    try:
        content = sealed.read(path_of(dataset))
    except FileNotFoundError:
        return None
    try:
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}")
        promoted = content["promoted"]
        return Identified(
            IndexIdentity(**content["identity"]),
            datetime.fromisoformat(promoted) if promoted else None,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"it lacks {error}") from error


def write(dataset: Path, identity: IndexIdentity, *, promoted: bool) -> None:
    """Say what a generation was written with, and whether it becomes live now."""
    content = {
        "format": FORMAT,
        "identity": asdict(identity),
        "promoted": datetime.now(UTC).isoformat() if promoted else None,
    }
    sealed.write(path_of(dataset), content)
