"""A stream that can be read from any place: some formats end with their table of contents."""

from __future__ import annotations

import tempfile
from typing import BinaryIO, cast

MOST_BYTES = 16_000_000_000
"""What is put on disk at most: more than the archives and tables that news is passed on in."""

_IN_MEMORY = 16_000_000
_PIECE = 1 << 20


def spooled(stream: BinaryIO) -> BinaryIO | str:
    """Return the content, at its beginning, in memory or in a file without a name.

    The file goes when it is closed. A stream of more than `MOST_BYTES` gives the sentence that
    refuses it.
    """
    kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    copied = 0
    while copied <= MOST_BYTES:
        data = stream.read(_PIECE)
        if not data:
            kept.seek(0)
            return kept
        copied += len(data)
        kept.write(data)
    kept.close()
    return f"The file is longer than {MOST_BYTES / 1e9:g} GB; split it."
