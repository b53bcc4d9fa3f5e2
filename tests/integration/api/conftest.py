"""A server for each engine, filled with the sample corpus, for the tests of one module."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.elastic import remove
from tests.support.serving import ENGINES, LINES, Served, ndjson, sample, serving
from tests.support.serving_command import serving_with_workers

_numbers = itertools.count()


@pytest.fixture(scope="module")
def new_index(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], str]]:
    """Name places where nothing has been indexed yet; what is put there goes at the end."""
    made: list[str] = []

    def make(engine: str) -> str:
        if engine == "embedded":
            return str(tmp_path_factory.mktemp("index") / "index")
        server = request.getfixturevalue("server_url")
        made.append(f"{server}/api-test-{os.getpid()}-{next(_numbers)}")
        return made[-1]

    yield make
    for index in made:
        from search.index.elastic.location import ElasticLocation
        from search.index.elastic.options import ElasticOptions

        remove(ElasticLocation.connect(index, ElasticOptions(replicas=0)))


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def desk(
    engine: str, new_index: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve the sample corpus on each engine, to clients without keys."""
    folder = tmp_path_factory.mktemp("serving")
    name, _, workers = engine.partition(", ")
    serve = serving_with_workers if workers else serving
    with serve(folder, new_index(name)) as served:
        response = served.http.post("/v1/articles", content=ndjson(sample()), headers=LINES)
        assert response.is_success, response.text
        assert response.text.splitlines()[-1] == f'{{"counts": {{"added": {len(sample())}}}}}'
        yield served


@pytest.fixture(scope="module")
def plain(
    new_index: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve an empty embedded index, where the engine plays no part in what is tested."""
    with serving(tmp_path_factory.mktemp("serving"), new_index("embedded")) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
