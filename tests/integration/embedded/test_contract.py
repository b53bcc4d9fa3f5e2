"""The embedded engine keeps the contract of `search.index.port`."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.index.embedded.location import FolderLocation
from search.index.embedded.memory import Holding
from search.index.port import IndexLocation
from tests.contract.index_embargoes import Embargoes
from tests.contract.index_filtering import Filtering
from tests.contract.index_history import KEPT_HERE
from tests.contract.index_retrieval import Retrieval
from tests.contract.search_index import SearchIndexContract


class TestEmbeddedIndex(SearchIndexContract):
    """Everything, in a fresh folder for each test."""

    @pytest.fixture
    def location(self, tmp_path: Path) -> FolderLocation:
        return FolderLocation(tmp_path / "index")

    @pytest.fixture
    def bounded(self, tmp_path: Path) -> FolderLocation:
        return FolderLocation(tmp_path / "bounded", keep=KEPT_HERE)

    def damage(self, location: IndexLocation) -> None:
        for version in Path(location.uri).glob("generations/*/_versions/*"):
            version.write_bytes(b"no manifest at all")


class TestEmbeddedIndexInMemory(Retrieval, Filtering, Embargoes):
    """What is found is the same where the passages are held in memory from the first search on."""

    @pytest.fixture
    def location(self, tmp_path: Path) -> FolderLocation:
        return FolderLocation(tmp_path / "index", holding=Holding(after=0))
