"""Addresses with a user and a password in them: taken apart, and shown without.

An address of an index may be written as `http://USER:PASSWORD@HOST:9200/NAME`. What it names may be
printed, logged, exported and stored in method files; whom it is for may not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_SERVER = re.compile(r"(?i)(https?://)(.*)", re.DOTALL)

# A user and a password, which may have anything in it but white space and quotation marks, or a
# user alone, which may not. Of several @ the last one ends them.
_CREDENTIALS = re.compile(
    r"""(?i)\b([a-z][a-z0-9+.-]{0,30}://)(?:[^\s/?#@:"'<>]*:[^\s"'<>]*|[^\s/?#@"'<>]+)@"""
)


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
    server = _SERVER.fullmatch(address)
    if server is None or "@" not in server[2]:
        return address, Credentials()
    given, _, rest = server[2].rpartition("@")
    username, _, password = given.partition(":")
    found = Credentials(unquote(username) or None, unquote(password) or None)
    return server[1] + rest, found


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
    return _CREDENTIALS.sub(r"\1", text)
