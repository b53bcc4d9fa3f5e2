"""Every test has an index name of its own on the server of the session."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

import pytest

from search.index.elastic.location import ElasticLocation
from search.index.elastic.options import ElasticOptions
from tests.support.command import runner
from tests.support.elastic import ENVIRONMENT, OPTIONS, remove

_numbers = itertools.count()


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
