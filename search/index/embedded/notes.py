"""Notes of a generation: one small JSON file beside its table, replaced whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from search.files import replacing, settle_folder
from search.index.embedded.safekeeping import checksums
from search.index.errors import IndexDamaged
from search.index.port import Note

SUFFIX = ".notes.json"


def path_of(table: Path) -> Path:
    """Return the file of the notes that belong to a table."""
    return table.with_suffix(SUFFIX)


def read(table: Path) -> dict[str, Note]:
    """Read all notes by name. Raises `IndexDamaged`, `OSError`."""
    path = path_of(table)
    try:
        found: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(found, dict) or not all(isinstance(note, dict) for note in found.values()):
        raise _damaged(path, "it holds no notes by name")
    return found


def change(
    table: Path,
    held: Callable[[], AbstractContextManager[None]],
    name: str,
    content: Note | None,
) -> None:
    """Keep, replace or (None) remove a note while `held` keeps other writers away."""
    with held():
        notes = read(table)
        if content is None:
            notes.pop(name, None)
        else:
            notes[name] = dict(content)
        if notes:
            text = json.dumps(notes, indent=2, ensure_ascii=False) + "\n"
            # Known before it is there: at no moment there is a file that no checksum fits.
            checksums.add(table, [(checksums.NOTES, checksums.sum_of_bytes(text.encode()))])
            with replacing(path_of(table)) as out:
                out.write(text)
        else:
            path_of(table).unlink(missing_ok=True)
            settle_folder(table.parent)


def _damaged(path: Path, why: str) -> IndexDamaged:
    return IndexDamaged(
        f"The file {path} is not what Polywire wrote ({why}). Delete it, and make what it held "
        "anew: language offsets come from polywire calibrate."
    )
