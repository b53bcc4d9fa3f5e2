"""Indexes on a real Elasticsearch server: how they are made, and how they go."""

from __future__ import annotations

import pytest

from search.index.elastic.location import ElasticLocation
from search.index.elastic.options import ElasticOptions
from tests.support.command import clean_environment
from tests.support.elastic_server import SERVE

OPTIONS = ElasticOptions(replicas=0)
ENVIRONMENT = clean_environment() | {"POLYWIRE_ELASTICSEARCH__REPLICAS": "0"}
"""Of commands that make an index of their own."""


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
