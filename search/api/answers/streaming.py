"""Answers of any length: made piece by piece in threads, sent as they are made."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from search.api.errors import ServerBusy
from search.api.work.pool import WorkPool
from search.api.work.shares import Shares

PIECES = 64
"""Pieces that are made at a time: enough to spread the cost of a step to a thread and back."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A long answer that has begun: its pieces, and its headers."""

    pieces: Iterator[bytes]
    headers: Mapping[str, str]


class Streams:
    """Lets `most` long answers go on at once; the next is refused."""

    def __init__(self, pool: WorkPool, most: int) -> None:
        self._pool = pool
        self._most = most
        self._shares = Shares(most)
        self.running = 0

    async def answer(self, begin: Callable[[], Begun], media_type: str) -> StreamingResponse:
        """Stream what `begin` gives.

        The first pieces are made before the answer starts, so that an error that shows at once
        becomes a problem document. A later error breaks the answer off, and the client sees
        that its end is missing. Raises `ServerBusy`.
        """
        if self.running >= self._most:
            raise ServerBusy(f"{self.running} exports are running already; try again later.", 10)
        self._shares.check("exports")
        name = self._shares.take()
        self.running += 1
        source: _Source | None = None
        try:
            source = await self._pool.run(lambda: _Source(begin()))
            first = await self._pool.run(source.some)
        except BaseException:
            self._leave(name)
            if source is not None:
                self._pool.leave_to(source.close)
            raise
        end = self._end(source, name)
        return _Answer(self._sent(source, first), end, source.headers, media_type)

    async def _sent(self, source: _Source, first: bytes) -> AsyncIterator[bytes]:
        chunk = first
        while chunk:
            yield chunk
            chunk = await self._pool.run(source.some)

    def _leave(self, name: str | None) -> None:
        self.running -= 1
        self._shares.leave(name)

    def _end(self, source: _Source, name: str | None) -> Callable[[], None]:
        def end() -> None:
            self._leave(name)
            # In a thread, because a piece may be in the making, which has to be waited for.
            self._pool.leave_to(source.close)

        return end


class _Source:
    """The pieces, for one thread at a time."""

    def __init__(self, begun: Begun) -> None:
        self._pieces = begun.pieces
        self._lock = Lock()
        self.headers = begun.headers

    def some(self) -> bytes:
        """Return the next pieces together; nothing at the end."""
        with self._lock:
            return b"".join(itertools.islice(self._pieces, PIECES))

    def close(self) -> None:
        """Let go of what the pieces are made from."""
        close = getattr(self._pieces, "close", None)
        with self._lock:
            if close is not None:
                close()


class _Answer(StreamingResponse):
    """Tells when it has ended, however it did."""

    def __init__(
        self,
        content: AsyncIterator[bytes],
        end: Callable[[], None],
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        super().__init__(content, 200, dict(headers), media_type)
        self._end = end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._end()
