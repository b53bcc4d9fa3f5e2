"""Reindexing on a real server."""

from __future__ import annotations

import pytest

from search.index.elastic.location import ElasticLocation
from tests.contract.reindexing import Reindexing

pytestmark = pytest.mark.elasticsearch


class TestElasticsearch(Reindexing):
    """On the server that `conftest.py` finds."""

    @pytest.fixture
    def location(self, location: ElasticLocation) -> ElasticLocation:
        return location
