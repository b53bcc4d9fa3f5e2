"""Alerts over an index on a real Elasticsearch."""

from __future__ import annotations

import pytest

from search.index.elastic.location import ElasticLocation
from tests.contract.alerts import AlertsContract
from tests.contract.alerts_later import AlertsLaterContract

pytestmark = pytest.mark.elasticsearch


class TestAlertsOnAServer(AlertsContract, AlertsLaterContract):
    """Everything, on the server that `conftest.py` finds."""

    @pytest.fixture
    def location(self, location: ElasticLocation) -> ElasticLocation:
        return location
