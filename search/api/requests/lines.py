"""A body as lines, in bounded memory: what NDJSON streams are read with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number, from 1; `content` is None where it is longer than allowed."""

    number: int
    content: bytes | None


async def lines(chunks: AsyncIterator[bytes], longest: int) -> AsyncIterator[Line]:
    """Split at line feeds and leave out blank lines.

    Of a line past `longest` bytes nothing is kept: it is passed over up to its end, so that
    one such line costs neither memory nor the lines after it.
    """
    number, kept, skipping = 1, bytearray(), False
    async for chunk in chunks:
        pieces = chunk.split(b"\n")
        for piece in pieces[:-1]:
            line = _finished(number, kept, piece, longest, skipping)
            if line is not None:
                yield line
            number, skipping = number + 1, False
            kept.clear()
        kept += b"" if skipping else pieces[-1]
        if len(kept) > longest:
            skipping = True
            kept.clear()
    line = _finished(number, kept, b"", longest, skipping)
    if line is not None:
        yield line


def _finished(
    number: int, kept: bytearray, rest: bytes, longest: int, skipping: bool
) -> Line | None:
    if skipping or len(kept) + len(rest) > longest:
        return Line(number, None)
    content = bytes(kept + rest).strip()
    return Line(number, content) if content else None
