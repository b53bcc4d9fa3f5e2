"""`polywire serve` as a process of its own, on a free port of 127.0.0.1."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.settings import load
from tests.support.command import COMMAND, clean_environment
from tests.support.elastic_server import free_port
from tests.support.serving import Served


@contextmanager
def serving_command(
    folder: Path, *options: str, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Run the command until the block ends, then stop it gently.

    Its log is in the folder. It has a process group of its own.
    """
    port = free_port()
    words = [str(COMMAND), "serve", "--port", str(port), *options]
    with (folder / "log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=clean_environment() | environment,
            stderr=log,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    assert process.stdout is not None
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            _await(client, process, folder / "log")
            yield process, client
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        process.stdout.close()


@contextmanager
def serving_with_workers(folder: Path, index: str, **api: Any) -> Iterator[Served]:
    """Serve an index by two workers; what is in `api` are settings of the section of this name.

    The same as `tests.support.serving.serving`, in processes. The client connects anew for each
    request, so that the workers take turns.
    """
    given = {"rate": 0, "keys": str(folder / "keys"), "access_log": False, "workers": 2} | api
    variables = {f"POLYWIRE_API__{name.upper()}": _written(v) for name, v in given.items()}
    variables["POLYWIRE_ELASTICSEARCH__REPLICAS"] = "0"
    settings = load({"index": index} | {f"api.{name}": v for name, v in given.items()}).settings
    with (
        serving_command(folder, "--index", index, **variables) as (_, client),
        new_connections(str(client.base_url)) as changing,
    ):
        yield Served(str(client.base_url).rstrip("/"), settings, changing)


def new_connections(address: str) -> httpx.Client:
    """Return a client that opens a connection for each request."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=address, timeout=60, limits=limits)


def stored_ids(folder: Path) -> set[str]:
    """Return the ids of the articles that an index called `index` in the folder holds."""
    with serving_command(folder, "--index", "index", "--read-only") as (_, client):
        lines = client.get("/v1/export?format=articles").text.splitlines()
    return {json.loads(line)["id"] for line in lines}


def log_entries(folder: Path) -> list[Mapping[str, Any]]:
    """Return the lines of a log in JSON; other lines are passed over."""
    lines = (folder / "log").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _await(client: httpx.Client, process: subprocess.Popen[str], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the server does not start: " + log.read_text(encoding="utf-8"))
