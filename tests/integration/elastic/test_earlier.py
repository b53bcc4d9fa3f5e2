"""Indexes of earlier programs on a server: they get the fields that they lack."""

from __future__ import annotations

import pytest

from search.index.elastic.location import ElasticLocation
from search.index.elastic.mapping import ADDED, index_body
from search.index.elastic.names import Generation
from search.index.elastic.options import ServerTraits
from tests.support.elastic import OPTIONS
from tests.support.newsroom import IDENTITY, NEWSROOM, article_ids

pytestmark = pytest.mark.elasticsearch


def test_a_mapping_without_the_later_fields_is_read_and_written(
    location: ElasticLocation,
) -> None:
    server = location.server()
    generation = Generation.named(server.base, 1, IDENTITY.model_fingerprint)
    body = index_body(generation, IDENTITY, OPTIONS, ServerTraits((8, 19), "8.19.3"), live=True)
    for field in ADDED:
        del body["mappings"]["properties"][field]
    server.create(generation, body)
    index = location.open()
    assert list(index.arrivals()) == []
    index.write(NEWSROOM[:2])
    index.write(NEWSROOM[2:4])
    index.refresh()
    arrived = [arrival.id for arrival in index.arrivals()]
    assert sorted(arrived[:2]) == sorted(article_ids(NEWSROOM[:2]))
    assert sorted(arrived[2:]) == sorted(article_ids(NEWSROOM[2:4]))
    index.close()
