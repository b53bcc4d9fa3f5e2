"""Gzip in members, as web archives are: a damaged member is left out, and the next one is read."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO, cast

LOST = b"\x00a member that cannot be read\x00\n"
"""The line that stands where nothing of a damaged member could be read."""

_MAGIC = b"\x1f\x8b\x08"
_PIECE = 1 << 16


def begins_web_archive(head: bytes) -> bool:
    """Tell whether gzip data, by its first bytes, holds a web archive."""
    at = 0
    while at >= 0:
        try:
            start = zlib.decompressobj(31).decompress(head[at:], 16)
        except zlib.error:
            start = b""
        if start.startswith((b"WARC/", b"filedesc://")):
            return True
        if start:
            return False
        at = head.find(_MAGIC, at + 1)  # the first member may be damaged
    return False


class GzipMembers(io.RawIOBase):
    """What the members hold, one after the other, with a line (`LOST`) where one is missing."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._inflate = zlib.decompressobj(31)
        self._is_new, self._was_sound, self._has_lost = True, True, False
        self._raw = b""
        self._ended = False

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with what is decompressed next; return how much that is, 0 at the end."""
        view = memoryview(cast(bytearray, buffer))
        data = b""
        while not data and not self._ended:
            if self._raw:
                # Together with what follows: by both it is told what the stream is.
                data = self._inflated(max(len(view) - len(LOST), 1))
            else:
                self._raw = self._stream.read(_PIECE)
                self._ended = not self._raw
        if self._has_lost and len(view) >= len(LOST) + len(data):
            self._has_lost = False
            data = LOST + data
        view[: len(data)] = data
        return len(data)

    def _inflated(self, size: int) -> bytes:
        raw = self._raw
        try:
            data = self._inflate.decompress(raw, size)
        except zlib.error:
            # The rest of a damaged member may look like the beginning of another.
            self._has_lost = self._has_lost or (self._is_new and self._was_sound)
            self._was_sound = False
            self._next_member(raw, 1 if raw.startswith(_MAGIC) else 0)
            return b""
        if data:
            self._is_new, self._was_sound = False, True
        if self._inflate.eof:
            self._next_member(self._inflate.unused_data, 0)
        else:
            self._raw = self._inflate.unconsumed_tail
        return data

    def _next_member(self, raw: bytes, start: int) -> None:
        """Go to where the next member seems to begin; what is before it is left out."""
        at = raw.find(_MAGIC, start)
        # The first two bytes of a member may be the last of this piece.
        self._raw = raw[at:] if at >= 0 else raw[-2:] if raw[-1:] in (b"\x1f", b"\x8b") else b""
        if at < 0 and self._raw:
            more = self._stream.read(_PIECE)
            joined = self._raw + more
            at = joined.find(_MAGIC)
            self._raw = joined[at:] if at >= 0 else b""
        self._inflate = zlib.decompressobj(31)
        self._is_new = True
