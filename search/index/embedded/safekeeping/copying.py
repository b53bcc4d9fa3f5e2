"""Copying files so that what arrives is what was written, also after a crash."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from search.index.embedded.safekeeping.checksums import Sum
from search.index.errors import IndexDamaged

BLOCK = 2**20


def copy(source: Path, target: Path, sums: Collection[Sum] | None = None) -> Sum:
    """Copy a file, which takes its name when all of it is on the disk; returns its checksum.

    Raises `IndexDamaged` if it is none of `sums`; then nothing is there. Raises `OSError`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    digest = hashlib.blake2b(digest_size=16)
    size = 0
    try:
        with source.open("rb") as opened, beside.open("xb") as out:
            while block := opened.read(BLOCK):
                digest.update(block)
                size += len(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        found = Sum(digest.hexdigest(), size)
        if sums is not None and found not in sums:
            raise IndexDamaged(
                f"The file {source} is not as it was written, so it was not copied. polywire "
                "verify says what is damaged and how it is mended."
            )
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return found
