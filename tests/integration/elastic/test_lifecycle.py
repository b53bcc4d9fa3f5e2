"""Agencies' items on a server, in every order of arrival."""

from __future__ import annotations

import pytest

from search.index.elastic.location import ElasticLocation
from tests.contract.lifecycle import Lifecycle

pytestmark = pytest.mark.elasticsearch


class TestElasticLifecycle(Lifecycle):
    """The contract of `tests.contract.lifecycle`."""

    @pytest.fixture
    def location(self, location: ElasticLocation) -> ElasticLocation:
        return location
