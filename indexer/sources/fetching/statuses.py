"""The status of an answer -> why it is no document, in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from indexer.sources.fetching.errors import RateLimited, StatusFailed
from indexer.sources.fetching.politeness import later

if TYPE_CHECKING:
    import httpx

_DOCUMENTS = (200, 203)
"""Others of the 2xx have no document, or only promise one, as the gates of robots do (202)."""

_UNSAID = 60.0
"""Seconds to wait where a server asks to come back later and does not say when."""

_LONGEST = 7 * 86_400.0

_REASONS = {
    401: "it asks for a user and a password",
    402: "it asks for a payment",
    403: "it refuses to be read by Polywire",
    404: "there is no such document",
    410: "the document is gone",
    451: "it is unavailable for legal reasons",
}


def failure_of_status(response: httpx.Response, url: str) -> StatusFailed | None:
    """Return why an answer is no document, None where it is one."""
    status = response.status_code
    if status in _DOCUMENTS:
        return None
    wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
    if status == 429 or (status == 503 and wait is not None):
        seconds = _UNSAID if wait is None else wait
        return RateLimited(later(url), url, status, seconds)
    return StatusFailed(f"{url} answers {status}: {_reason(status)}.", url, status, wait)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that the header `Retry-After` says, at most a week; None if it does not.

    It has a number of seconds, or a date (RFC 9110, section 10.2.3).
    """
    value = value.strip()
    if value.isdecimal():
        return float(min(int(value[:9]), _LONGEST))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST)


def _reason(status: int) -> str:
    if status in _REASONS:
        return _REASONS[status]
    try:
        return HTTPStatus(status).phrase.lower()
    except ValueError:
        return "no document"
