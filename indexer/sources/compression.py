"""Compressed streams, recognised by their first bytes and read piece by piece."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO, Protocol, cast

from indexer.errors import BadArticle
from indexer.sources.web_archive.gzip_members import GzipMembers, begins_web_archive

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

_CHUNK = 1 << 16
_PADDING = b"\x00"

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
    if kind == "gz" and begins_web_archive(stream.peek(8192)[:8192]):
        return io.BufferedReader(
            _Bounded(cast(BinaryIO, GzipMembers(cast(BinaryIO, packed))), packed)
        )
    return io.BufferedReader(_Bounded(_UNPACKED[kind](cast(BinaryIO, packed)), packed))


def _zstandard(stream: BinaryIO) -> BinaryIO:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return cast(BinaryIO, reader)


class _Decompressor(Protocol):
    """What `bz2` and `lzma` offer for one stream of data."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Streams(io.RawIOBase):
    """Streams of data one after the other, as `cat` makes them, to the end of the file.

    Python's own readers stop without a word where something else follows.
    """

    def __init__(self, packed: BinaryIO, begin: Callable[[], _Decompressor]) -> None:
        super().__init__()
        self._packed = packed
        self._begin = begin
        self._stream = begin()
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        while True:
            if self._stream.eof:
                self._rest = self._stream.unused_data.lstrip(_PADDING)
                while not self._rest:
                    more = self._packed.read(_CHUNK)
                    if not more:
                        return 0
                    self._rest = more.lstrip(_PADDING)
                self._stream = self._begin()
            elif self._stream.needs_input and not self._rest:
                self._rest = self._packed.read(_CHUNK)
                if not self._rest:
                    raise EOFError
            try:
                data = self._stream.decompress(self._rest, len(view))
            except OSError:  # what bz2 raises for damaged data
                raise EOFError from None
            self._rest = b""
            if data:
                view[: len(data)] = data
                return len(data)


_UNPACKED: Mapping[str, Callable[[BinaryIO], BinaryIO]] = {
    "gz": lambda packed: cast(BinaryIO, gzip.GzipFile(fileobj=packed)),
    "xz": lambda packed: cast(BinaryIO, _Streams(packed, lzma.LZMADecompressor)),
    "bz2": lambda packed: cast(BinaryIO, _Streams(packed, bz2.BZ2Decompressor)),
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
