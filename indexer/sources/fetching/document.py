"""What is asked of a server, and what it answers: values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Protocol, Self


@dataclass(frozen=True, slots=True)
class Request:
    """A document to fetch; `etag` and `last_modified` are those of the one that is there already.

    `max_bytes` and `patience` count instead of those of the `Politeness`.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    max_bytes: int | None = None
    patience: float | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it was meant: `body` is decoded and at its start; it goes with `close`.

    `asked` is the address that was asked for and `url` the one that answered, both without
    credentials. `moved` is the address to ask from now on, None where it is the same: all redirects
    were permanent. `headers` have names in lower case; `media_type` is in lower case and "" where
    none is said. `not_modified` tells that the document is the one of the request's `etag`; the
    body is empty then.
    """

    asked: str
    url: str
    moved: str | None
    status: int
    headers: Mapping[str, str]
    media_type: str
    charset: str | None
    body: BinaryIO
    size: int
    not_modified: bool = False

    @property
    def etag(self) -> str | None:
        """How the server calls this version of the document."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """When the document was changed, as the server writes it."""
        return self.headers.get("last-modified")

    def read(self) -> bytes:
        """Return the whole body."""
        self.body.seek(0)
        return self.body.read()

    def close(self) -> None:
        """Let the body go."""
        self.body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Fetches(Protocol):
    """Fetches documents: `indexer.sources.fetching.fetcher.Fetcher`."""

    def fetch(self, request: Request | str) -> Fetched:
        """Fetch a document. Raises `FetchFailed`."""
        ...
