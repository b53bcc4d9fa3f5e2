"""Every test has an index name of its own on the server of the session."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

import pytest

from search.index.elastic.location import ElasticLocation
from search.index.elastic.options import ElasticOptions
from tests.e2e.conftest import clean_environment, runner
from tests.integration.elastic.server import SERVE

OPTIONS = ElasticOptions(replicas=0)
ENVIRONMENT = clean_environment() | {"POLYWIRE_ELASTICSEARCH__REPLICAS": "0"}
"""Of commands that make an index of their own."""

_numbers = itertools.count()


def skip_without_server() -> None:
    """Skip the test if no server of its own can be started here."""
    if not SERVE.is_file():
        pytest.skip("no Elasticsearch to start: ../shared/elasticsearch/serve is absent")


def remove(location: ElasticLocation) -> None:
    """Delete every generation."""
    from elasticsearch import Elasticsearch

    server, _, name = location.uri.rpartition("/")
    with Elasticsearch(server) as client:
        found = list(client.indices.get(index=f"{name}*", features="aliases"))
        for start in range(0, len(found), 20):
            client.indices.delete(index=found[start : start + 20])
    location.close()


@pytest.fixture
def new_location(server_url: str) -> Iterator[Callable[..., ElasticLocation]]:
    """Make places where nothing has been indexed yet; what is put there goes after the test."""
    made: list[ElasticLocation] = []

    def make(options: ElasticOptions = OPTIONS) -> ElasticLocation:
        name = f"test-{os.getpid()}-{next(_numbers)}"
        made.append(ElasticLocation.connect(f"{server_url}/{name}", options))
        return made[-1]

    yield make
    for location in made:
        remove(location)


@pytest.fixture
def location(new_location: Callable[..., ElasticLocation]) -> ElasticLocation:
    return new_location()


@pytest.fixture(scope="session")
def sample_url(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an index of the sample, for tests that only read."""
    url = f"{server_url}/sample-{os.getpid()}"
    run = runner(tmp_path_factory.mktemp("server"))
    done = run("ingest", "--sample", "--index", url, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    yield url
    remove(ElasticLocation.connect(url, OPTIONS))
