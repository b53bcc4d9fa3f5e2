"""Names in filters that no article has."""

from __future__ import annotations

import pytest

from search.analysis.language_codes import stored_codes
from search.index.filters import Filters
from search.index.model import Facet
from search.index.port import FacetField
from search.retrieval.suggestions import unknown_names

COUNTS: dict[str, tuple[tuple[str, int], ...]] = {
    "lang": (("en", 5), ("de", 2), ("zh", 1)),
    "source": (
        ("Meridian Dispatch", 3),
        ("The Harbour Ledger", 2),
        ("BBC", 1),
        ("La República Día", 1),
        ("新华日报", 1),
    ),
    "section": (("sport", 1),),
    "tag": (("dürre", 1),),
}


class Counts:
    """The facets of an index with the story s1, and nothing else of it."""

    def facets(self, fields: list[FacetField], filters: Filters) -> tuple[Facet, ...]:
        assert filters == Filters(stories=filters.stories)
        there = filters.stories <= {"s1"}
        return tuple(Facet(field, COUNTS[field] if there else ()) for field in fields)


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
        (Filters(sources=frozenset({"b"})), ("No article has source:b.",)),
        (Filters(sources=frozenset({"er"})), ("No article has source:er.",)),
        (Filters(sources=frozenset({"dge"})), ("No article has source:dge.",)),
        (Filters(sources=frozenset({"qwertz"})), ("No article has source:qwertz.",)),
        (Filters(sources=frozenset({"日"})), ("No article has source:日.",)),
        (
            Filters(sources=frozenset({"日报"})),
            ("No article has source:日报. Did you mean 新华日报?",),
        ),
        (
            Filters(sources=frozenset({"har"})),
            ("No article has source:har. Did you mean The Harbour Ledger?",),
        ),
        (
            Filters(sources=frozenset({"la"})),
            ("No article has source:la. Did you mean La República Día?",),
        ),
        (
            Filters(sources=frozenset({"news.bbc.example"})),
            ("No article has source:news.bbc.example. Did you mean BBC?",),
        ),
        (Filters(exclude_sources=frozenset({"nobody"})), ()),
        (
            Filters(exclude_sources=frozenset({"dispatch"})),
            ("No article has source:dispatch. Did you mean Meridian Dispatch?",),
        ),
        (
            Filters(sources=frozenset({"larepublicadia"})),
            ("No article has source:larepublicadia. Did you mean La República Día?",),
        ),
        (
            Filters(sources=frozenset({"新華日報"})),
            ("No article has source:新華日報. Did you mean 新华日报?",),
        ),
        (Filters(tags=frozenset({"#dure*"})), ("No article has tag:#dure*. Did you mean dürre?",)),
        (Filters(langs=stored_codes("zh-TW")), ()),
        (Filters(langs=stored_codes("hbo")), ("No article has lang:he.",)),
        (Filters(langs=stored_codes("dek")), ("No article has lang:dek.",)),
        (Filters(stories=frozenset({"s1"})), ()),
        (Filters(stories=frozenset({"s1", "s2"})), ("No article has story:s2.",)),
    ],
)
def test_unknown_names(filters: Filters, sentences: tuple[str, ...]) -> None:
    assert unknown_names(Counts(), filters) == sentences  # type: ignore[arg-type]
