"""The contract of `search.index.port`, to be inherited by a test class of each engine.

    class TestMyEngine(SearchIndexContract):
        @pytest.fixture
        def location(self, tmp_path): return MyLocation(tmp_path / "index")

`location` must be a fresh, empty place for each test. `settle` may be overridden where
`refresh` alone does not make writes visible, and `damage` to say how an index is spoiled.
"""

from __future__ import annotations

from tests.contract.index_counting import Counting
from tests.contract.index_embargoes import Embargoes
from tests.contract.index_filtering import Filtering
from tests.contract.index_history import History
from tests.contract.index_languages import Languages
from tests.contract.index_names import Names
from tests.contract.index_notes import Notes
from tests.contract.index_places import Places
from tests.contract.index_query_language import QueryLanguage
from tests.contract.index_retrieval import Retrieval
from tests.contract.index_scanning import Scanning
from tests.contract.index_spellings import Spellings
from tests.contract.index_state import State
from tests.contract.index_writing import Writing
from tests.contract.near_duplicates import NearDuplicates
from tests.contract.stories import Stories


class SearchIndexContract(
    Writing,
    History,
    Retrieval,
    Languages,
    Spellings,
    Names,
    Filtering,
    Embargoes,
    QueryLanguage,
    Counting,
    Scanning,
    Notes,
    State,
    Places,
    NearDuplicates,
    Stories,
):
    """Every guarantee of `SearchIndex` and `IndexLocation`, and what is derived from articles."""
