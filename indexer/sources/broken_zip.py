"""A zip without its table of contents, which stands at the end: read from the beginning.

Each member has a header before it (PKWARE's APPNOTE, 4.3.7), which is enough as long as its
data says where it ends: deflated data does, and so does a length in the header.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from indexer.sources.archive_bounds import Bomb, Unpacked, in_proportion

_HEADER = struct.Struct("<4sHHHHHLLLHH")
_MEMBER = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _LENGTH_BEHIND, _UTF8 = 0x1, 0x8, 0x800
_LONG = 0xFFFFFFFF
"""A length that stands elsewhere."""
_BEHIND = 64
"""Bytes in which the next member begins: what describes the one before has 24 at most."""
_PIECE = 1 << 16


def members_of(file: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    """Yield name and content of each member, in order, until one has no end that can be found.

    A content is read before the next member is asked for; reading raises `EOFError` where it was
    cut off, `zlib.error` where it is damaged, and `Bomb`, behind which nothing is looked for.
    Encrypted members are passed over.
    """
    at = 0
    while True:
        file.seek(at)
        head = file.read(_BEHIND + _HEADER.size)
        begin = head.find(_MEMBER)
        if not 0 <= begin <= _BEHIND or len(head) - begin < _HEADER.size:
            return
        _, _, flags, method, _, _, _, packed, _, named, extra = _HEADER.unpack_from(head, begin)
        file.seek(at + begin + _HEADER.size)
        name = file.read(named).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        start = at + begin + _HEADER.size + named + extra
        file.seek(start)
        has_length = not flags & _LENGTH_BEHIND and packed != _LONG
        if method == _DEFLATED and not flags & _ENCRYPTED:
            content: _Inflated | _Stored = _Inflated(file)
        elif has_length:
            content = _Stored(file, packed)
        else:
            return
        bounded = in_proportion(cast(Unpacked, content))
        if method in (_STORED, _DEFLATED) and not flags & _ENCRYPTED:
            yield name, cast(BinaryIO, bounded)
        try:
            while bounded.read(_PIECE):
                pass
        except (EOFError, zlib.error, Bomb):
            return
        at = start + content.packed


class _Inflated(io.RawIOBase):
    """Deflated data, to where it ends; `packed` are the bytes that it has."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._rest = b""
        self._read = 0

    @property
    def packed(self) -> int:
        return self._read - len(self._inflate.unused_data) - len(self._rest)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = b""
        while not data and not self._inflate.eof:
            if not self._rest:
                self._rest = self._file.read(_PIECE)
                self._read += len(self._rest)
                if not self._rest:
                    raise EOFError
            data = self._inflate.decompress(self._rest, len(view))
            # At the end, zlib may have what follows in both.
            self._rest = b"" if self._inflate.eof else self._inflate.unconsumed_tail
        view[: len(data)] = data
        return len(data)


class _Stored(io.RawIOBase):
    """Data of a known length."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        super().__init__()
        self._file = file
        self.packed = length
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._file.read(min(len(view), self._left))
        if not data and self._left and view:
            raise EOFError
        self._left -= len(data)
        view[: len(data)] = data
        return len(data)
