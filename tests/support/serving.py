"""Real servers on free ports of 127.0.0.1, in a thread of the test process."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.settings import Settings, load
from search.api.access.keys import KeyFolder
from search.api.access.policy import is_keyless
from search.api.work.services import Services
from search.serve.application import application
from search.serve.server import HttpServer
from search.serve.wiring import build_access, build_services

ENGINES = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
TOGETHER = [
    "embedded, workers",
    pytest.param("elasticsearch, workers", marks=pytest.mark.elasticsearch),
]
"""The engines, served by several processes."""

LINES = {"Content-Type": "application/x-ndjson"}


@dataclass(frozen=True)
class Served:
    """A server that runs, and a client of it."""

    address: str
    settings: Settings
    http: httpx.Client

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def ok(self, method: str, path: str, **given: Any) -> Any:
        """Send a request that nothing is wrong with, and return its JSON."""
        response = self.http.request(method, path, **given)
        assert response.is_success, response.text
        return response.json()


@contextmanager
def serving(
    folder: Path,
    index: str,
    with_services: Callable[[Services], Services] = lambda services: services,
    **api: Any,
) -> Iterator[Served]:
    """Serve an index; what is in `api` are settings of the section of this name.

    `with_services` may put others in the place of the services.
    """
    given = {f"api.{name}": value for name, value in api.items()}
    settings = load(
        {
            "index": index,
            "elasticsearch.replicas": 0,
            "api.port": 0,
            "api.rate": 0,
            "api.keys": str(folder / "keys"),
            "api.access_log": False,
            **given,
        }
    ).settings
    keyless = is_keyless(KeyFolder(settings.api.keys), settings.api.host)
    access = build_access(settings.api, keyless=keyless)
    app = application(with_services(build_services(settings)), settings.api, access)
    server = HttpServer(app, settings.api)
    thread = threading.Thread(target=server.run, name="test-server")
    thread.start()
    try:
        with httpx.Client(base_url=server.address, timeout=60) as client:
            yield Served(server.address, settings, client)
    finally:
        server.stop()
        thread.join(30)
    assert not thread.is_alive()


def sample() -> list[dict[str, Any]]:
    """Return the articles of the sample corpus, in the keys of the JSONL format."""
    text = files("indexer").joinpath("sample", "articles.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def ndjson(articles: list[Mapping[str, Any]] | list[dict[str, Any]]) -> bytes:
    """Return one article a line."""
    return b"".join(json.dumps(a, ensure_ascii=False).encode() + b"\n" for a in articles)


def article(name: str = "api-test", **changes: Any) -> dict[str, Any]:
    """Return an article that nothing is wrong with."""
    return {
        "title": f"Ferry {name} returns to harbour",
        "text": "The old ferry came back to the harbour on Monday.\n\nNobody was hurt.",
        "lang": "en",
        "source": "harbour herald",
        "published": "2026-03-02T08:00:00Z",
    } | changes
