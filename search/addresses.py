"""Addresses with a user and a password in them: taken apart, and shown without.

An address of an index may be written as `http://USER:PASSWORD@HOST:9200/NAME`. What it names may be
printed, logged, exported and stored in method files; whom it is for may not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from urllib.parse import unquote

from search.values import dataclass

# Compiled by the first that needs them, which few commands do.
_WORD = r"""[^\s"'<>]+"""
_SCHEME = r"(?i)\b[a-z][a-z0-9+.-]{0,30}://"
_WEB = r"(?i)https?://"

_PORT = r"(?:[1-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"
_IPV6 = r"\[[0-9a-f:.]+\]"
_NAME = r"[^\s/?#@:\[\]]+"
_PUBLIC = rf"(?:localhost|{_IPV6}|\d+\.\d+\.\d+\.\d+|(?:[\w-]+\.)+[^\W\d_]{{2,}})"

# A server with its port, and a path: an @ further on is one of the path.
_SERVED = rf"(?i)(?:(?:localhost|{_NAME}\.{_NAME}):{_PORT}|{_IPV6}(?::{_PORT})?)(?=[/?#])"
_USER = r"[^/?#:@]*(?:@[^/?#:@]*)*"
_BEFORE_PORT = rf"(?i)@(?=(?:{_NAME}|{_IPV6}):{_PORT}(?:[/?#]|$))"
_BEFORE_SERVER = rf"(?i)@(?={_PUBLIC}(?:[/?#]|$))"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and a password, percent-decoded; either may be missing."""

    username: str | None = None
    password: str | None = None


def parted(address: str) -> tuple[str, Credentials]:
    """Take an address of a server apart: without credentials, and these.

    What is no address of a server, such as a folder, is returned as it is. A password may have any
    character in it, also those that should be percent-encoded: the last @ ends it.
    """
    scheme = re.match(_WEB, address)
    end = _Ends.of(address).after(scheme.end()) if scheme else 0
    if scheme is None or not end:
        return address, Credentials()
    given = address[scheme.end() : end - 1]
    username, _, password = given.partition(":")
    found = Credentials(unquote(username) or None, unquote(password) or None)
    return scheme[0] + address[end:], found


def with_credentials_of(given: str, address: str) -> str:
    """Return an address with the user and password of another one of the same server."""
    bare = without_credentials(given)
    scheme, _, rest = bare.partition("://")
    if bare == given or not address.lower().startswith(_server_of(bare).lower()):
        return address
    userinfo = given[len(scheme) + 3 : len(given) - len(rest)]
    return f"{scheme}://{userinfo}{address[len(scheme) + 3 :]}"


def _server_of(address: str) -> str:
    """Return scheme, host and port of an address without credentials, up to the next slash."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"


def without_credentials(text: str) -> str:
    """Leave users and passwords out of every address in a text."""
    if "://" not in text or "@" not in text:
        return text
    return re.sub(_WORD, lambda word: "".join(_bare(word[0])), text)


def _bare(word: str) -> Iterator[str]:
    """Yield what stays of a word."""
    if "@" not in word:
        yield word
        return
    ends, stays = _Ends.of(word), 0
    for scheme in re.finditer(_SCHEME, word):
        end = ends.after(scheme.end())
        if scheme.start() >= stays and end:
            yield word[stays : scheme.end()]
            stays = end
    yield word[stays:]


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where in a text credentials may end: behind each @, by what follows it.

    A password may have any character in it, slashes and @ too, though a standard address has them
    percent-encoded (RFC 3986, 3.2.1), and so may a path. What looks like a server decides: the last
    one with a port, else the first with a public name; else the last @ ends them.
    """

    text: str
    last: int
    last_with_port: int
    before_servers: list[int]

    @classmethod
    def of(cls, text: str) -> _Ends:
        ports = [found.end() for found in re.finditer(_BEFORE_PORT, text)]
        servers = [found.end() for found in re.finditer(_BEFORE_SERVER, text)]
        return cls(text, text.rfind("@") + 1, ports[-1] if ports else 0, servers)

    def after(self, start: int) -> int:
        """Return where the credentials end that begin here; 0 where there are none."""
        if start >= self.last or re.compile(_SERVED).match(self.text, start):
            return 0
        user = re.compile(_USER).match(self.text, start)
        end = user.end() if user else start
        if self.text[end : end + 1] != ":":  # no password
            return max(self.text.rfind("@", start, end) + 1, 0)
        if self.last_with_port > start:
            return self.last_with_port
        following = self.before_servers[bisect_left(self.before_servers, start) :][:1]
        return following[0] if following else self.last
