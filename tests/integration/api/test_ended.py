"""The start of a server and its end: what it does later, and that it lets go of what was open."""

from __future__ import annotations

import gc
import threading
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from config.settings import load
from search.embedding.static import StaticEmbedder
from search.serve import wiring
from search.serve.application import application
from search.serve.wiring import build_access, build_services


def test_what_a_server_had_open_goes_with_it(tmp_path: Path) -> None:
    # Libraries that are imported while it writes remember the frames of the first.
    served(tmp_path, weakref.WeakSet())
    alive: weakref.WeakSet[Any] = weakref.WeakSet()
    for _ in range(2):
        served(tmp_path, alive)
    gc.collect()
    assert not list(alive)


def served(folder: Path, alive: weakref.WeakSet[Any]) -> None:
    settings = load({"index": str(folder / "index")}).settings
    settings = replace(settings, api=replace(settings.api, keys=folder / "keys"))
    services = build_services(settings, writes=True, keyless=True)
    alive.update((services.index, services.embedder, services.state))
    app = application(services, settings.api, build_access(settings.api, keyless=True))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        written = client.put("/v1/articles/one", json={"text": "A flood took the bridge."})
        assert written.is_success, written.text
        assert client.get("/v1/search", params={"q": "flood"}).json()["hits"]
        assert client.get("/", params={"q": "flood"}).status_code == 200


def test_a_server_builds_its_tokenizer_once_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = threading.Event()
    monkeypatch.setattr(StaticEmbedder, "complete", lambda _: built.set())
    settings = load({"index": str(tmp_path / "index")}).settings
    build_services(settings).close()
    assert not built.is_set()
    monkeypatch.setattr(wiring, "SETTLED_S", 0.01)
    services = build_services(settings)
    assert built.wait(60)
    services.close()
