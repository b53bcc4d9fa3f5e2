"""The contract of the port on a real Elasticsearch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from search.index.elastic.generations import Generations
from search.index.elastic.index import ElasticIndex
from search.index.elastic.location import ElasticLocation
from search.index.errors import IndexExists
from search.index.model import IndexIdentity
from search.index.port import IndexLocation
from tests.contract.index_history import KEPT_HERE
from tests.contract.search_index import SearchIndexContract
from tests.support.elastic import OPTIONS
from tests.support.newsroom import IDENTITY

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


class _Overtaken(ElasticLocation):
    """Where another program makes the index just before this one does."""

    rival: ElasticLocation

    def _make(
        self, generations: Generations, number: int, identity: IndexIdentity, live: bool
    ) -> ElasticIndex:
        self.rival.create(replace(identity, model_fingerprint="00000000000000cc")).close()
        return super()._make(generations, number, identity, live)


def test_who_makes_an_index_second_is_told_so(location: ElasticLocation) -> None:
    place = _Overtaken.connect(location.uri, OPTIONS)
    place.rival = location
    with pytest.raises(IndexExists):
        place.create(IDENTITY)
    assert len(location.generations()) == 1
    location.open().close()
    place.close()
