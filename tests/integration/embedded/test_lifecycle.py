"""Agencies' items in a folder, in every order of arrival."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.index.embedded.location import FolderLocation
from tests.contract.lifecycle import Lifecycle


class TestEmbeddedLifecycle(Lifecycle):
    """The contract of `tests.contract.lifecycle`."""

    @pytest.fixture
    def location(self, tmp_path: Path) -> FolderLocation:
        return FolderLocation(tmp_path / "index")
