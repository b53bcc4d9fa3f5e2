"""The embedded engine keeps the contract of `search.index.port`."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.index.embedded.location import FolderLocation
from search.index.port import IndexLocation
from tests.contract.search_index import SearchIndexContract


class TestEmbeddedIndex(SearchIndexContract):
    """Everything, in a fresh folder for each test."""

    @pytest.fixture
    def location(self, tmp_path: Path) -> FolderLocation:
        return FolderLocation(tmp_path / "index")

    def damage(self, location: IndexLocation) -> None:
        for version in Path(location.uri).glob("generations/*/_versions/*"):
            version.write_bytes(b"no manifest at all")
