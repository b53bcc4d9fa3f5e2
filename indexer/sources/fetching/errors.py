"""What can go wrong while something is fetched; each message is a sentence with the address.

Drawn as a tree in `indexer.errors`.
"""

from __future__ import annotations

from indexer.errors import IndexerError


class FetchFailed(IndexerError):
    """Something cannot be fetched.

    `url` is its address without credentials, and `retry_after` the seconds after which the server
    asks to be asked again, None where it does not say. `is_lasting` tells that asking again leads
    to the same until somebody changes something.
    """

    is_lasting = False

    def __init__(self, sentence: str, url: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.url = url
        self.retry_after = retry_after


class AddressRefused(FetchFailed):
    """The address is none, or that of something that is not public."""

    is_lasting = True


class RobotsRefused(FetchFailed):
    """The robots.txt of the site forbids to fetch this."""

    is_lasting = True


class HostUnknown(FetchFailed):
    """The name of the host cannot be resolved."""


class Unreachable(FetchFailed):
    """The server cannot be reached, or does not answer in HTTP.

    `connected` tells that there was a connection: it may be one from an earlier request that the
    server has closed, or that still had bytes of its last answer.
    """

    connected = False


class TimedOut(FetchFailed):
    """The server did not answer, or not to the end, in the time that it had."""


class TlsFailed(FetchFailed):
    """The connection cannot be secured, such as with a certificate that is not valid."""


class RedirectsInCircles(FetchFailed):
    """The redirects lead nowhere."""


class DocumentTooLarge(FetchFailed):
    """The document is longer than what is fetched."""

    is_lasting = True


class CutOff(FetchFailed):
    """The document came incompletely, or damaged."""


class StatusFailed(FetchFailed):
    """The server answered with an error; `status` is its number."""

    def __init__(
        self, sentence: str, url: str, status: int, retry_after: float | None = None
    ) -> None:
        super().__init__(sentence, url, retry_after)
        self.status = status
        self.is_lasting = status in (401, 404, 410, 451)


class RateLimited(StatusFailed):
    """The server asks to come back later (429, or 503 with a time); `retry_after` says when."""
