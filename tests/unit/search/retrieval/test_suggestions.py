"""Names in filters that no article has."""

from __future__ import annotations

import pytest

from search.index.filters import Filters
from search.index.model import Facet
from search.index.port import FacetField
from search.retrieval.suggestions import unknown_names

COUNTS: dict[str, tuple[tuple[str, int], ...]] = {
    "lang": (("en", 5), ("de", 2)),
    "source": (("Meridian Dispatch", 3), ("The Harbour Ledger", 2), ("BBC", 1)),
    "section": (("sport", 1),),
    "tag": (),
}


class Counts:
    """The facets of an index, and nothing else of it."""

    def facets(self, fields: list[FacetField], filters: Filters) -> tuple[Facet, ...]:
        assert filters == Filters()
        return tuple(Facet(field, COUNTS[field]) for field in fields)


@pytest.mark.parametrize(
    ("filters", "sentences"),
    [
        (Filters(), ()),
        (Filters(langs=frozenset({"en"})), ()),
        (Filters(sources=frozenset({"bbc"})), ("No article has source:bbc. Did you mean BBC?",)),
        (
            Filters(sources=frozenset({"harbour", "BBC"})),
            ("No article has source:harbour. Did you mean The Harbour Ledger?",),
        ),
        (
            Filters(sections=frozenset({"sports"})),
            ("No article has section:sports. Did you mean sport?",),
        ),
        (Filters(tags=frozenset({"x"})), ("No article has tag:x.",)),
        (Filters(exclude_sources=frozenset({"nobody"})), ()),
    ],
)
def test_unknown_names(filters: Filters, sentences: tuple[str, ...]) -> None:
    assert unknown_names(Counts(), filters) == sentences  # type: ignore[arg-type]
