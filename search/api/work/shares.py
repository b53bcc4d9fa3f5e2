"""Who a request is from, and how much of what all share one client may have.

Without keys everybody is on this machine, and nobody is told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from search.api.errors import ServerBusy

_CALLER: ContextVar[str | None] = ContextVar("polywire_caller", default=None)


def set_caller(key_id: str | None) -> None:
    """Say whose request this context serves: the id of a key, None where none is needed."""
    _CALLER.set(key_id)


def caller() -> str | None:
    """Return the id of the key that the request came with."""
    return _CALLER.get()


def share_of(room: int) -> int:
    """Return how many of `room` places one key may have, so that there are some for others."""
    return max(1, room - max(1, room // 4))


class Shares:
    """Counts the places that each key has; the methods belong to one event loop."""

    def __init__(self, room: int) -> None:
        self._most = share_of(room)
        self._taken: Counter[str] = Counter()

    def check(self, what: str) -> None:
        """Raise `ServerBusy` where the caller has its share; `what` is what a place is for."""
        name = caller()
        if name is not None and self._taken[name] >= self._most:
            raise ServerBusy(
                f"This key has {self._most} {what} at work or waiting, as many as one key may; try "
                "again in a moment."
            )

    def take(self) -> str | None:
        """Take a place for the caller; returns what `leave` is to be given."""
        name = caller()
        if name is not None:
            self._taken[name] += 1
        return name

    def leave(self, name: str | None) -> None:
        """Give a place back."""
        if name is not None:
            self._taken[name] -= 1
            if not self._taken[name]:
                del self._taken[name]

    @contextmanager
    def place(self, what: str) -> Iterator[None]:
        """Have a place while the block runs. Raises `ServerBusy`."""
        self.check(what)
        name = self.take()
        try:
            yield
        finally:
            self.leave(name)
