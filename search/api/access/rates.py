"""How many requests a client may send, counted for all processes of a server together.

The generic cell rate algorithm (ITU-T I.371), which lets the same requests pass as a token bucket
and remembers a single number per client: the time at which its allowance is whole again. That
number stands in a table of fixed size in memory, which processes may share by mapping one file.
They take no lock: two requests of one client at the very same moment may count as one.
"""

from __future__ import annotations

import hashlib
import math
import mmap
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_SETS = 2**14
_WAYS = 8
"""Clients are looked for in one of the sets; of those who share it, the one whose allowance has
been whole for longest makes room. There is room for 131,072, in 2 MB."""
_ROW = 16
"""Bytes per client: a digest of its name, and a time in seconds."""
_ROUNDING_S = 1e-9


@dataclass(frozen=True, slots=True)
class SharedRates:
    """A file that processes map, and a secret, lest clients choose whom they share a set with."""

    path: Path
    secret: bytes


class RateLimiter:
    """Lets `rate` requests a second pass for each client on average, `burst` at once.

    A rate of 0 lets everything pass. The `clock`, in seconds, must be the same in all processes.
    """

    def __init__(
        self,
        rate: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
        shared: SharedRates | None = None,
    ) -> None:
        self._interval = 1 / rate if rate > 0 else 0.0
        self._tolerance = (max(burst, 1) - 1) * self._interval
        self._clock = clock
        self._secret = shared.secret if shared else secrets.token_bytes(16)
        table = memoryview(_mapped(shared.path if shared else None))
        self._names, self._times = table.cast("Q"), table.cast("d")

    def wait_s(self, client: str) -> int:
        """Count a request; returns 0, or the whole seconds after which one may pass."""
        if not self._interval:
            return 0
        now = self._clock()
        place, known = self._place(client)
        whole_at = max(self._times[place + 1], now) if known else now
        ahead = whole_at - now - self._tolerance
        if ahead > _ROUNDING_S:
            return max(1, math.ceil(ahead))
        self._times[place + 1] = whole_at + self._interval
        return 0

    def _place(self, client: str) -> tuple[int, bool]:
        """Return where a client's row begins, and whether it was there before."""
        digest = hashlib.blake2b(
            client.encode("utf-8", "surrogatepass"), digest_size=16, key=self._secret
        ).digest()
        name = int.from_bytes(digest[:8], "little") | 1  # 0 is a free row
        first = int.from_bytes(digest[8:], "little") % _SETS * _WAYS * 2
        places = range(first, first + 2 * _WAYS, 2)
        for place in places:
            if self._names[place] == name:
                return place, True
        place = min(places, key=lambda each: self._times[each + 1])
        self._names[place] = name
        return place, False


def _mapped(path: Path | None) -> mmap.mmap:
    size = _SETS * _WAYS * _ROW
    if path is None:
        return mmap.mmap(-1, size)
    with path.open("a+b") as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size)
