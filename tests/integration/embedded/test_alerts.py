"""Alerts over an index in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.index.embedded.location import FolderLocation
from tests.contract.alerts import AlertsContract
from tests.contract.alerts_later import AlertsLaterContract


class TestAlertsInAFolder(AlertsContract, AlertsLaterContract):
    """Everything, in a fresh folder for each test."""

    @pytest.fixture
    def location(self, tmp_path: Path) -> FolderLocation:
        return FolderLocation(tmp_path / "index")
