"""Answers per second over HTTP, of the systems that come with a server: eight clients, ten hits."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.peers.server import SERVER
from benchmarks.peers.systems import ROOT, Peer
from search.embedding.static import COMPACT_FOLDER

CLIENTS, SECONDS, WARM_S = 8, 10.0, 12.0
HITS = 10
_START_S = 900.0


@dataclass(frozen=True, slots=True)
class Door:
    """How a server is started on a port, with what in its environment, and what it is asked."""

    command: Callable[[Path, Path, int], list[str]]
    environment: Callable[[Path], dict[str, str]]
    path: Callable[[str], str]


def _polywire(python: Path, place: str, port: int) -> list[str]:
    started = "from config.cli import main; main()"
    command = [str(python), "-c", started, "serve", "--port", str(port)]
    command += ["--index", place, "--model", str(COMPACT_FOLDER)]
    return [*command, "--no-page", "--workers", "2"]


def _polywire_path(query: str) -> str:
    return f"/v1/search?{urlencode({'q': query, 'limit': HITS})}"


def _txtai_settings(folder: Path) -> dict[str, str]:
    file = folder / "api.yml"
    # Without the key `embeddings` it has no route for searches.
    settings = f"path: {folder / 'index'}\nwritable: false\nembeddings: {{}}\n"
    file.write_text(settings, encoding="utf-8")
    return {"CONFIG": str(file)}


DOORS: Mapping[str, Door] = {
    "polywire_embedded": Door(
        lambda python, folder, port: _polywire(python, str(folder / "index"), port),
        lambda _folder: {"POLYWIRE_API__RATE": "0"},
        _polywire_path,
    ),
    "polywire_server": Door(
        lambda python, folder, port: _polywire(
            python, f"{os.environ[SERVER]}/peers-polywire-{folder.name}", port
        ),
        lambda _folder: {"POLYWIRE_API__RATE": "0"},
        _polywire_path,
    ),
    "txtai_hybrid": Door(
        lambda python, _folder, port: (
            [str(python), "-m", "uvicorn", "txtai.api:app", "--port", str(port), "--workers", "2"]
        ),
        _txtai_settings,
        lambda query: f"/search?{urlencode({'query': query, 'limit': HITS})}",
    ),
}
"""By the file of the system. The others are libraries, or leave embedding to their clients."""


def answers_per_s(
    peer: Peer, python: Path, folder: Path, queries: Path, environment: Mapping[str, str]
) -> float | None:
    """Return how many answers a server gives per second, None where the system has no server."""
    door = DOORS.get(peer.module)
    if door is None:
        return None
    asked = [json.loads(line)["query"] for line in queries.read_text().splitlines()]
    port = _free_port()
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            door.command(python, folder, port),
            env={**environment, **door.environment(folder)},
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
        try:
            paths = [door.path(query) for query in asked]
            _wait(port, paths[0], server)
            _rate(port, paths, WARM_S)
            return _rate(port, paths, SECONDS)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _wait(port: int, path: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            _ask(HTTPConnection("127.0.0.1", port, timeout=60), path)
        except (OSError, HTTPException):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("its server did not come up")


def _rate(port: int, paths: list[str], seconds: float) -> float:
    end = time.monotonic() + seconds

    def client(number: int) -> int:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        turn = number
        while time.monotonic() < end:
            _ask(connection, paths[turn % len(paths)])
            turn += CLIENTS
        return (turn - number) // CLIENTS

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        count = sum(clients.map(client, range(CLIENTS)))
    return count / (time.monotonic() - began)


def _ask(connection: HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise HTTPException(f"{answer.status}: {body[:200]!r}")
