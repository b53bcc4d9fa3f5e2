"""The sockets that servers listen on."""

from __future__ import annotations

import socket
from pathlib import Path

from search.errors import UsageError

BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """Open an address for clients. Raises `UsageError` where that fails."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        raise UsageError(
            f"{host} port {port} cannot be listened on: {error.strerror or error}. Choose another "
            "with --host and --port."
        ) from None
    return listening


def listen_at(path: Path) -> socket.socket:
    """Open a path for other processes of this machine. Raises `UsageError` where that fails."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(path))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"A socket cannot be made at {path}: {error.strerror or error}. Name another folder "
            "for temporary files in TMPDIR."
        ) from None
    return listening


def address_of(host: str, listening: socket.socket) -> str:
    """Return the address as clients write it."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"
