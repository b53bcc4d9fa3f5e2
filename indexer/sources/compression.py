"""Compressed streams, recognised by their first bytes and read piece by piece."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from typing import BinaryIO, cast

_MAGIC = (
    (b"\x1f\x8b", "gz"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
)

SUFFIXES = (".gz", ".xz", ".zst", ".bz2")
"""Suffixes that say nothing about what is inside."""


def plain(stream: io.BufferedReader) -> io.BufferedReader:
    """Return the stream decompressed if its first bytes are those of gzip, xz, zstd or bzip2."""
    head = stream.peek(8)[:8]
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
    if kind == "gz":
        return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=stream)))
    if kind == "xz":
        return io.BufferedReader(cast(io.RawIOBase, lzma.LZMAFile(stream)))
    if kind == "bz2":
        return io.BufferedReader(cast(io.RawIOBase, bz2.BZ2File(stream)))
    if kind == "zst":
        return _zstandard(stream)
    return stream


def _zstandard(stream: BinaryIO) -> io.BufferedReader:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return io.BufferedReader(cast(io.RawIOBase, reader))


def damage_errors() -> tuple[type[Exception], ...]:
    """What reading raises when compressed data is damaged or ends too early."""
    import zstandard

    return (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)
