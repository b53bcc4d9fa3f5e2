"""Connections to public addresses only: names are resolved, checked and connected to in one step.

A name that is checked and then resolved again could lead elsewhere the second time (DNS rebinding),
so it is the address that was checked that is connected to, at every redirect anew. The certificate
is still that of the name.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

from indexer.sources.fetching.errors import AddressRefused, FetchFailed, HostUnknown
from indexer.sources.fetching.politeness import Clock

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_ISATAP = 0x5EFE
"""What stands before the IPv4 address in one of IPv6 (RFC 5214), but for a bit that may be set."""

_IPv6 = ipaddress.IPv6Address


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet, also one within another."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, _IPv6):
        if ip.is_site_local:
            return False
        inner = _within(ip)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _within(ip: _IPv6) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to, None if it is its own."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.teredo:
        return ip.teredo[1]
    if (int(ip) >> 32) & 0xFDFFFFFF == _ISATAP:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


class Allowance:
    """The time that a server has: for one document, its headers and redirects included.

    `longest` seconds, and one more for every `pace` bytes that came: a server that sends a byte
    now and then is left as one that sends nothing.
    """

    def __init__(self, clock: Clock, longest: float, pace: float) -> None:
        self._clock = clock
        self._end = clock.now() + longest
        self._pace = pace

    def came(self, size: int) -> None:
        """Count what came."""
        self._end += size / self._pace

    def left(self) -> float:
        """Return how many seconds are left."""
        return self._end - self._clock.now()


_ALLOWANCE: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


@contextmanager
def allowed(allowance: Allowance) -> Iterator[None]:
    """Bound what this thread reads within the block."""
    token = _ALLOWANCE.set(allowance)
    try:
        yield
    finally:
        _ALLOWANCE.reset(token)


class PublicNetwork(httpcore.NetworkBackend):
    """Opens connections to public addresses, or to any where `allow_private`."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers.

        Raises `AddressRefused`, `HostUnknown`, and the errors of httpcore.
        """
        addresses = self._checked(host, resolved(host, port, timeout))
        for number, address in enumerate(addresses, start=1):
            try:
                stream = self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return _BoundedStream(stream)
        raise HostUnknown(f"The host {host} has no address.", host)

    def _checked(self, host: str, addresses: Sequence[str]) -> list[str]:
        if self._allow_private:
            return list(addresses)
        public = [address for address in addresses if is_public(address)]
        if not public:
            raise AddressRefused(
                f"The host {host} is on this machine or in a private network, where nothing is "
                "fetched from; --allow-private allows it.",
                host,
            )
        return public

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Refuse: no web address leads here."""
        raise AddressRefused(f"{path} is no web address.", path)


def resolved(host: str, port: int, timeout: float | None) -> list[str]:
    """Return the addresses of a host. Raises `HostUnknown`, also after `timeout` seconds."""
    answer: queue.SimpleQueue[list[str] | FetchFailed] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answer.put(HostUnknown(f"There is no host {host}.", host))
        else:
            answer.put(list(dict.fromkeys(str(one[4][0]) for one in found)))

    # The system's resolver knows no timeout: a thread that hangs there is left behind.
    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        got = answer.get(timeout=timeout)
    except queue.Empty:
        got = HostUnknown(f"Nothing says in {timeout:g} s which address {host} has.", host)
    if isinstance(got, FetchFailed):
        raise got
    return got


class _BoundedStream(httpcore.NetworkStream):
    """A connection whose server has the time of the current allowance."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        allowance = _ALLOWANCE.get()
        if allowance is None:
            return self._stream.read(max_bytes, timeout)
        left = allowance.left()
        if left <= 0:
            raise httpcore.ReadTimeout
        data = self._stream.read(max_bytes, left if timeout is None else min(timeout, left))
        allowance.came(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: Any,  # noqa: ANN401 - as in the base class
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as in the base class
        return self._stream.get_extra_info(info)
