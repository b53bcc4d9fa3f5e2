"""Files that are replaced whole: a reader finds the old one or the new one, never a part.

That holds after a crash, too: what a file says is on the disk before it takes its name.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = 0o666, errors: str = "strict") -> Iterator[TextIO]:
    """Write UTF-8 to a file beside `path`, which takes its name when the block ends well.

    After an error there is neither a new file nor a part of one. What is no file (a pipe,
    `/dev/null`) is written to as it is. `mode` says who may read it, less what the umask
    forbids; `errors` is that of `open`. Raises `OSError`.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", errors=errors, newline="") as out:
            yield out
        return
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(
            beside,
            "x",
            encoding="utf-8",
            errors=errors,
            newline="",
            opener=lambda name, flags: os.open(name, flags, mode),
        ) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    settle_folder(path.parent)


def replace_json(path: Path, content: object, *, mode: int = 0o666) -> None:
    """Write a document as `replacing` does. Raises `OSError`."""
    with replacing(path, mode=mode) as out:
        json.dump(content, out, indent=2, ensure_ascii=False)
        out.write("\n")


def settle_folder(folder: Path) -> None:
    """Make sure that names given or taken in a folder survive a crash, too."""
    # Not every system opens folders; those that do not settle names with the file.
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
