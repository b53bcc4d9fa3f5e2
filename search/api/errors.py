"""What can go wrong between a client and the API, besides what the search layer raises.

ApiError
|-- RequestMalformed    the request cannot be understood as written
|-- Unauthenticated     no key was sent, or one that is not valid
|-- NotPermitted        the key does not carry the scope, or the server takes no writes
|-- ForeignRequest      the request names a host, or comes from a page, that is not ours
|-- ArticleMissing      there is no article with this id
|-- StoryMissing        there is no story with this id
|-- ArticleWithdrawn    the source of the article has withdrawn it
|-- ArticleEmbargoed    the article may not be shown yet
|-- ClientSlow          the client did not send its request in time
|-- ArticleStale        a newer version of the article is in the index
|-- CursorExpired       the result list behind a cursor is no longer stored
|-- ArticleChanged      the article is not in the state that the client expects
|-- HeadTooLarge        the head is larger than the server takes
|-- BodyTooLarge        the body is larger than the server takes
|-- WrongMediaType      the body is not of a type that this endpoint reads
|-- ArticleRejected     the article cannot be indexed as it is
|-- RateExceeded        more requests than this client may send
|-- ServerBusy          too much is waiting already; the same request works later
|-- WriterLost          the process that writes has ended before it answered
|-- AnswerLate          the engine did not answer in time
`-- StreamStopped       a stream of articles could not be written to its end

`search.api.answers.problems` says which HTTP status each of them, and every other error, becomes.
"""

from __future__ import annotations

from collections.abc import Mapping

from search.errors import PolywireError


class ApiError(PolywireError):
    """The API refuses a request; `retry_after_s` says when it may be sent again."""

    def __init__(self, message: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RequestMalformed(ApiError):
    """The request cannot be understood as written."""


class Unauthenticated(ApiError):
    """The request carries no key, or one that is not valid."""


class NotPermitted(ApiError):
    """The key is valid but does not allow this, or nobody may do this here."""


class ForeignRequest(ApiError):
    """The request names a host, or comes from a web page, that this server is not for."""


class ArticleMissing(ApiError):
    """There is no article with this id."""


class StoryMissing(ApiError):
    """There is no story with this id, nor was there ever."""


class ArticleWithdrawn(ApiError):
    """The article was withdrawn by its source."""


class ArticleEmbargoed(ApiError):
    """The article is there, and may not be shown yet."""


class ClientSlow(ApiError):
    """The client did not send its request in time."""


class ArticleStale(ApiError):
    """A newer version of the article is in the index; it stays."""


class CursorExpired(ApiError):
    """The list of results that the cursor points into is no longer stored."""


class ArticleChanged(ApiError):
    """The article is not in the state that the request's preconditions expect."""


class HeadTooLarge(ApiError):
    """The request line and the headers are larger than this server takes."""


class BodyTooLarge(ApiError):
    """The body is larger than this server takes."""


class WrongMediaType(ApiError):
    """The body is of a type or encoding that this endpoint does not read."""


class ArticleRejected(ApiError):
    """The article cannot be indexed as it is."""


class RateExceeded(ApiError):
    """The client has sent more requests than it may."""


class ServerBusy(ApiError):
    """Too much is waiting already; the same request works later."""


class WriterLost(ApiError):
    """The process that writes has ended before it answered; another takes its place."""


class AnswerLate(ApiError):
    """The engine did not answer in the time that a request may take."""


class StreamStopped(ApiError):
    """A stream of articles was written up to a line; `cause` says why it went no further."""

    def __init__(self, cause: PolywireError, counts: Mapping[str, int], settled_lines: int) -> None:
        super().__init__(str(cause), getattr(cause, "retry_after_s", None))
        self.cause = cause
        self.counts = counts
        self.settled_lines = settled_lines
