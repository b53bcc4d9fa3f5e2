"""The contract of the port on a real Elasticsearch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from search.index.elastic.location import ElasticLocation
from search.index.port import IndexLocation
from tests.contract.index_history import KEPT_HERE
from tests.contract.search_index import SearchIndexContract
from tests.support.elastic import OPTIONS

pytestmark = pytest.mark.elasticsearch


class TestElasticsearch(SearchIndexContract):
    """Every guarantee, on the server that `conftest.py` finds."""

    @pytest.fixture
    def location(self, location: ElasticLocation) -> ElasticLocation:
        return location

    @pytest.fixture
    def bounded(self, new_location: Callable[..., ElasticLocation]) -> ElasticLocation:
        return new_location(replace(OPTIONS, keep=KEPT_HERE))

    def damage(self, location: IndexLocation) -> None:
        """Take the identity out of the mapping, as a hand-made index has none."""
        from elasticsearch import Elasticsearch

        server, _, _ = location.uri.rpartition("/")
        with Elasticsearch(server) as client:
            client.indices.put_mapping(index=location.generations()[0], meta={})
