"""Compressed streams, recognised by their first bytes and read piece by piece."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol, cast

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

_PIECE = 1 << 10
"""Bytes of zstd at a time: four may stand for 128 kB, so that these unpack to 32 MB at most."""

_MOST_WINDOW = 1 << 27
"""Bytes to look back, the most that zstd itself takes unless told otherwise."""

RATIO = 250
"""How many times its size a longer one may unpack to. News packs to a tenth, logs to a fiftieth."""


MOST_PARTS, LEAST_OF_A_PART = 400_000, 16
"""Parts that may be read of a compressed file, and bytes that each has in the mean where there are
more: four million of one byte take 13 s."""


DAMAGED = "The compressed data is damaged or ends too early after this place."


@dataclass(slots=True)
class Damage:
    """Whether compressed data turned out to be damaged, or ended too early."""

    was_met: bool = False


Spend = Callable[[int], None]
"""Told how many bytes were unpacked; raises where that is too much."""


def plain(
    stream: io.BufferedReader, damage: Damage | None = None, spend: Spend | None = None
) -> io.BufferedReader:
    """Return the stream decompressed if its first bytes are those of gzip, xz, zstd or bzip2.

    Where the data is damaged or ends too early, reading raises one of `damage_errors`; with
    `damage`, it ends there, as if that were all, and `damage` says so. Raises `BadArticle` where
    the data turns out to be made to fill the memory, and whatever `spend` raises.
    """
    head = stream.peek(8)[:8]
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
    if kind is None:
        return stream
    packed = _Counted(stream)
    if kind == "gz" and begins_web_archive(stream.peek(8192)[:8192]):
        unpacked = cast(BinaryIO, GzipMembers(cast(BinaryIO, packed)))
    else:
        unpacked = _UNPACKED[kind](cast(BinaryIO, packed))
    return io.BufferedReader(_Bounded(unpacked, packed, damage, spend))


class _Frames(io.RawIOBase):
    """Frames of zstd, one after the other, to the end of the file.

    The library's own reader does not tell a frame that was cut off from one that ended.
    """

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__()
        self._packed = packed
        self._begin = _zstd_decompressor()
        self._frame: Any = None
        self._chunk = b""
        self._at = 0
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        while not self._ready:
            if self._frame is not None and self._frame.eof:
                self._at -= len(self._frame.unused_data)  # all of the last piece
                self._frame = None
            if self._at == len(self._chunk):
                self._chunk, self._at = self._packed.read(_CHUNK), 0
            if not self._chunk and self._frame is None:
                return 0
            if not self._chunk:
                raise EOFError
            if self._frame is None:
                self._frame = self._begin()
            piece = self._chunk[self._at : self._at + _PIECE]
            self._at += len(piece)
            self._ready = self._frame.decompress(piece)
        data, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(data)] = data
        return len(data)


def _zstd_decompressor() -> Callable[[], Any]:
    """Return what begins a frame, one after the other."""
    import zstandard

    begin: Callable[[], Any] = zstandard.ZstdDecompressor(
        max_window_size=_MOST_WINDOW
    ).decompressobj
    return begin


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
    "zst": lambda packed: cast(BinaryIO, _Frames(packed)),
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

    def __init__(
        self, unpacked: BinaryIO, packed: _Counted, damage: Damage | None, spend: Spend | None
    ) -> None:
        super().__init__()
        # What is there: waiting for more than that loses it where an error comes instead.
        self._some: Callable[[int], bytes] = getattr(unpacked, "read1", unpacked.read)
        self._packed = packed
        self._damage = damage
        self._spend = spend
        self._count = 0
        self._parts = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._read(len(view))
        view[: len(data)] = data
        self._count += len(data)
        self._parts += 1
        if self._parts > MOST_PARTS and self._count < LEAST_OF_A_PART * self._parts:
            raise BadArticle(
                "The compressed file is made of parts of a few bytes each, as no program writes "
                "it; the rest was not read."
            )
        if self._spend:
            self._spend(len(data))
        if self._count > FREE and self._count > RATIO * self._packed.count:
            raise BadArticle(
                f"The compressed file unpacks to more than {FREE // 1_000_000} MB and {RATIO} "
                "times its size, as no text does; the rest was not read."
            )
        return len(data)

    def _read(self, size: int) -> bytes:
        if self._damage is None:
            return self._some(size)
        if self._damage.was_met:
            return b""
        try:
            return self._some(size)
        except damage_errors():
            self._damage.was_met = True
            return b""


def damage_errors() -> tuple[type[Exception], ...]:
    """What reading raises when compressed data is damaged or ends too early."""
    import zstandard

    return (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)
