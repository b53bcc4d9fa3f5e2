"""Small JSON files that are replaced whole: a reader finds the old or the new one, never a part."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path


def replace_json(path: Path, content: object) -> None:
    """Write a document in one step that survives a crash. Raises `OSError`."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    settle_folder(path.parent)


def settle_folder(folder: Path) -> None:
    """Make sure that names given or taken in a folder survive a crash, too."""
    # Not every system opens folders; those that do not settle names with the file.
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
