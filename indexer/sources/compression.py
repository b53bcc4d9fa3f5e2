"""Compressed streams, recognised by their first bytes and read piece by piece."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO, cast

from indexer.errors import BadArticle

_MAGIC = (
    (b"\x1f\x8b", "gz"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
)

SUFFIXES = (".gz", ".xz", ".zst", ".bz2")
"""Suffixes that say nothing about what is inside."""


FREE = 64_000_000
"""Bytes that any compressed file may unpack to."""

RATIO = 250
"""How many times its size a longer one may unpack to. News packs to a tenth, logs to a fiftieth."""


def plain(stream: io.BufferedReader) -> io.BufferedReader:
    """Return the stream decompressed if its first bytes are those of gzip, xz, zstd or bzip2.

    Reading raises `BadArticle` where the data turns out to be made to fill the memory.
    """
    head = stream.peek(8)[:8]
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
    if kind is None:
        return stream
    packed = _Counted(stream)
    return io.BufferedReader(_Bounded(_UNPACKED[kind](cast(BinaryIO, packed)), packed))


def _zstandard(stream: BinaryIO) -> BinaryIO:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return cast(BinaryIO, reader)


_UNPACKED: Mapping[str, Callable[[BinaryIO], BinaryIO]] = {
    "gz": lambda stream: cast(BinaryIO, gzip.GzipFile(fileobj=stream)),
    "xz": lambda stream: cast(BinaryIO, lzma.LZMAFile(stream)),  # noqa: SIM115
    "bz2": lambda stream: cast(BinaryIO, bz2.BZ2File(stream)),
    "zst": _zstandard,
}


class _Counted(io.BufferedIOBase):
    """Passes bytes through and counts them."""

    def __init__(self, stream: io.BufferedReader) -> None:
        super().__init__()
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data

    def read1(self, size: int = -1, /) -> bytes:
        data = self._stream.read1(size)
        self.count += len(data)
        return data


class _Bounded(io.RawIOBase):
    """What a packed stream unpacks to, as long as that is not out of all proportion."""

    def __init__(self, unpacked: BinaryIO, packed: _Counted) -> None:
        super().__init__()
        self._unpacked = unpacked
        self._packed = packed
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._unpacked.read(len(view))
        view[: len(data)] = data
        self._count += len(data)
        if self._count > FREE and self._count > RATIO * self._packed.count:
            raise BadArticle(
                f"The compressed file unpacks to more than {FREE // 1_000_000} MB and {RATIO} "
                "times its size, as no text does; the rest was not read."
            )
        return len(data)


def damage_errors() -> tuple[type[Exception], ...]:
    """What reading raises when compressed data is damaged or ends too early."""
    import zstandard

    return (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)
