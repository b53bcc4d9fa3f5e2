"""The errors of httpx -> sentences, most specific first; a test fails for one that is not here."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from indexer.sources.fetching.errors import (
    AddressRefused,
    CutOff,
    FetchFailed,
    TimedOut,
    TlsFailed,
    Unreachable,
)


@contextmanager
def translated(url: str, timeout: float) -> Iterator[None]:
    """Raise `FetchFailed` for what httpx raises within the block. `url` is that for messages."""
    try:
        yield
    except FetchFailed as error:
        error.url = url  # what connects knows the host only
        raise
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise failure_of(error, url, timeout) from error


def failure_of(error: Exception, url: str, timeout: float) -> FetchFailed:
    """Return the error of ours that stands for one of httpx."""
    if isinstance(error, httpx.TimeoutException):
        return _too_late(error, url, timeout)
    if isinstance(error, httpx.ConnectError):
        return _not_connected(error, url)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.LocalProtocolError):
        return AddressRefused(f"{url} is no address that can be fetched.", url)
    if isinstance(error, httpx.RemoteProtocolError):
        return _no_http(error, url)
    if isinstance(error, httpx.NetworkError):
        return CutOff(f"The connection to {url} broke off.", url)
    return Unreachable(f"{url} cannot be fetched: {_said(error)}.", url)


def _too_late(error: httpx.TimeoutException, url: str, timeout: float) -> FetchFailed:
    if isinstance(error, httpx.ConnectTimeout):
        return TimedOut(f"{url} cannot be reached: no answer within {timeout:g} s.", url)
    return TimedOut(f"{url} was not answered in time; the server hangs, or is too slow.", url)


def _not_connected(error: BaseException, url: str) -> FetchFailed:
    cause = _cause(error, ssl.SSLError)
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = cause.verify_message.rstrip(".")
        return TlsFailed(f"The certificate of {url} is not valid: {why}.", url)
    if isinstance(cause, ssl.SSLError):
        why = (cause.reason or "no secure connection").replace("_", " ").lower()
        return TlsFailed(f"The connection to {url} cannot be secured: {why}.", url)
    system = _cause(error, OSError)
    why = (system.strerror if isinstance(system, OSError) else None) or _said(error)
    return Unreachable(f"{url} cannot be reached: {why[:1].lower()}{why[1:]}.", url)


def _no_http(error: BaseException, url: str) -> FetchFailed:
    said = str(error)
    if "incomplete" in said or "without sending complete" in said:
        return CutOff(f"{url} came incompletely: the connection ended before the document.", url)
    if "disconnected" in said:
        error = Unreachable(f"{url} was not answered: the server closed the connection.", url)
    else:
        error = Unreachable(f"The answer of {url} is no HTTP that can be read.", url)
    error.connected = True
    return error


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, kind):
        seen = seen.__cause__ or seen.__context__
    return seen


def _said(error: BaseException) -> str:
    said = " ".join(str(error).split())[:200].rstrip(".")
    return "".join(c if c.isprintable() else "?" for c in said) or type(error).__name__
