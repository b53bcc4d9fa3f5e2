"""From an address and options to a client that answers: the connection, and nothing else."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from search.addresses import parted
from search.errors import UsageError
from search.index.elastic.driver_errors import translated
from search.index.elastic.names import checked
from search.index.elastic.options import (
    OLDEST_SERVER,
    ElasticOptions,
    ServerTraits,
    plugins_of,
)
from search.index.errors import AccessDenied, EngineUnavailable

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

__all__ = ["Address", "ElasticOptions", "connect", "probe"]

DEFAULT_PORTS = {"http": 9200, "https": 443}
"""A server on its own listens on 9200; one behind https without a port is behind a proxy."""


@dataclass(frozen=True, slots=True)
class Address:
    """A server and the name of an index on it; `shown` has no password in it."""

    node: str
    name: str
    shown: str

    @classmethod
    def parse(cls, uri: str, options: ElasticOptions) -> tuple[Address, ElasticOptions]:
        """Read `http(s)://[user:password@]host[:port][/prefix]/name`.

        A user and password in the address go into the options. Raises `UsageError`.
        """
        bare, given = parted(uri)
        parts = urlsplit(bare)
        path, _, name = parts.path.rstrip("/").rpartition("/")
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not name:
            raise UsageError(
                f"{bare} does not name an Elasticsearch index; write "
                "http://HOST:9200/NAME or https://HOST:9200/NAME."
            )
        node = f"{parts.scheme}://{_host(parts)}:{_port(parts)}{path}"
        if given.username:
            options = replace(
                options, username=given.username, password=given.password or options.password
            )
        return cls(node, checked(unquote(name)), f"{node}/{unquote(name)}"), options


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or DEFAULT_PORTS[parts.scheme]
    except ValueError:
        raise UsageError(f"{parts.geturl()} has a port that is not a number below 65536.") from None


def connect(address: Address, options: ElasticOptions) -> Elasticsearch:
    """Make a client; nothing is sent yet. Raises `UsageError` for options that cannot work."""
    from elasticsearch import Elasticsearch

    arguments: dict[str, Any] = {"request_timeout": options.timeout_s}
    if options.cloud_id:
        arguments["cloud_id"] = options.cloud_id
    else:
        arguments["hosts"] = [address.node, *options.hosts]
    if options.api_key:
        arguments["api_key"] = options.api_key
    elif options.username:
        arguments["basic_auth"] = (options.username, options.password or "")
    if options.cloud_id or any(node.startswith("https") for node in arguments.get("hosts", ())):
        arguments["verify_certs"] = options.verify_tls
        arguments["ssl_show_warn"] = False
        if options.ca_file is not None:
            arguments["ca_certs"] = str(_certificates(options.ca_file))
    try:
        return Elasticsearch(**arguments)
    except (ValueError, OSError) as error:
        raise UsageError(f"Cannot use these settings for {address.shown}: {error}") from error


def _certificates(file: Path) -> Path:
    if not file.is_file():
        raise UsageError(f"There is no certificate file {file}.")
    try:
        ssl.create_default_context(cafile=file)
    except (ssl.SSLError, OSError) as error:
        raise UsageError(
            f"The file {file} holds no certificates that can be read ({error}). It must be PEM."
        ) from error
    return file


def probe(client: Elasticsearch, place: str) -> ServerTraits:
    """Ask the server what it is.

    Raises `EngineUnavailable` if it is not there, not Elasticsearch, or too old, and
    `AccessDenied` if it does not know us.
    """
    with translated(place):
        number = str(client.info()["version"]["number"])
    major, minor = (int(part) for part in number.split(".")[:2])
    if (major, minor) < OLDEST_SERVER:
        oldest = ".".join(map(str, OLDEST_SERVER))
        raise EngineUnavailable(
            f"The server at {place} is Elasticsearch {number}; Polywire needs {oldest} or later. "
            "Upgrade the server."
        )
    return ServerTraits((major, minor), number, _plugins(client, place))


def _plugins(client: Elasticsearch, place: str) -> frozenset[str]:
    """Ask for the plugins; an API key that may not see them gets the built-in analyzers."""
    try:
        with translated(place):
            return plugins_of(client.nodes.info(metric="plugins").body)
    except AccessDenied:
        return frozenset()
