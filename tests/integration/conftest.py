"""What integration tests of several parts stand on: a sample index, an Elasticsearch server."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.support.command import Run, runner, with_sample
from tests.support.elastic_server import SERVE, LocalServer
from tests.support.tiny_reranker import build

VARIABLE = "POLYWIRE_TEST_ELASTICSEARCH"


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder whose index holds the sample: 106 articles in 14 languages on 16 events."""
    return with_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def polywire(sample_folder: Path) -> Run:
    """Run the command where the sample is indexed; the tests must not change it."""
    return runner(sample_folder)


@pytest.fixture
def found(polywire: Run) -> Callable[..., dict[str, Any]]:
    """Search and return the JSON document."""

    def search(*arguments: str) -> dict[str, Any]:
        done = polywire("search", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    return search


@pytest.fixture(scope="session")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a real cross-encoder that puts what has `bridge` in it first."""
    return build(tmp_path_factory.mktemp("rerankers") / "bridge")


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Address of a running server: the one that the environment names, else one of our own."""
    named = os.environ.get(VARIABLE)
    if named:
        yield named.rstrip("/")
        return
    if not SERVE.is_file():
        pytest.skip(
            f"no Elasticsearch: {VARIABLE} is not set and ../shared/elasticsearch/serve is absent"
        )
    server = LocalServer("cluster.routing.allocation.disk.threshold_enabled=false", heap="1g")
    try:
        # The first start on a machine unpacks the server: one process after the other.
        with FileLock(Path(tempfile.gettempdir()) / "polywire-test-server.lock"):
            server.start()
        yield server.url
    finally:
        server.stop()
