"""How far an archive may grow beyond its size, all of it and each of its members."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Protocol, cast

FREE_BYTES, GROWTH = 50_000_000, 200
"""All members may have `FREE_BYTES`, and `GROWTH` times the size of the archive beyond that: text
is compressed to a tenth, repetitive logs to a hundredth, bombs to a thousandth."""

FREE_OF_MEMBER = 1_000_000
"""One member may have this, and `GROWTH` times its size: a bomb is told before it is read as text,
and what it would have unpacked to is left to the members behind it."""

GROWTH_WITHIN = 20
"""How many times their size the compressed members of a tar may unpack to, all together."""


class Bomb(Exception):
    """An archive or a member grows far beyond its size."""


class Budget:
    """How many bytes all members of an archive may still have."""

    def __init__(self, left: int, earned: int = -1) -> None:
        """With `earned`, each byte of a member adds so many, and only what it unpacks to counts."""
        self._left = left
        self._earned = earned

    @property
    def is_spent(self) -> bool:
        """Whether the members had more than all of them may have."""
        return self._left < 0

    def read(self, size: int) -> None:
        """Count bytes of a member, as they are read. Raises `Bomb` where there are too many."""
        self.spend(-self._earned * size)

    def spend(self, size: int) -> None:
        """Count what a compressed member unpacks to. Raises `Bomb` where that is too much."""
        self._left -= size
        if self.is_spent:
            raise Bomb


def of_zip(size: int) -> Budget:
    """Return what the members of a zip of this size may have."""
    return Budget(FREE_BYTES + GROWTH * size)


def of_tar() -> Budget:
    """Return what a tar may have: it is as long as its members, which may be compressed."""
    return Budget(FREE_BYTES, earned=GROWTH_WITHIN)


def is_bomb(size: int, packed: int) -> bool:
    """Tell whether a member of `size` bytes, of which the archive has `packed`, is a bomb."""
    return size > FREE_OF_MEMBER + GROWTH * packed


class Readable(Protocol):
    """What a member is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, b"" at the end."""
        ...


class Bounded(io.RawIOBase):
    """Passes the bytes of a member through, and tells how many; what is told may raise `Bomb`."""

    def __init__(self, file: Readable, told: Callable[[int], None]) -> None:
        super().__init__()
        self._file = file
        self._told = told

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer; return how much that is, 0 at the end. Raises `Bomb`."""
        view = memoryview(cast(bytearray, buffer))
        data = self._file.read(len(view))
        self._told(len(data))
        view[: len(data)] = data
        return len(data)


class Unpacked(Readable, Protocol):
    """What a member holds, where nothing says beforehand how much that is."""

    @property
    def packed(self) -> int:
        """Bytes of the archive that were read for it so far."""
        ...


def in_proportion(content: Unpacked) -> Bounded:
    """Pass the bytes of a member through as long as they are in proportion to what was read."""
    count = 0

    def told(size: int) -> None:
        nonlocal count
        count += size
        if is_bomb(count, content.packed):
            raise Bomb

    return Bounded(content, told)
