"""What may be wrong with a search that found nothing: names that no article has."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from search.index.filters import Filters

if TYPE_CHECKING:
    from search.index.port import FacetField, SearchIndex

EXAMPLES = 3
"""Names that are suggested for one that is unknown."""


def unknown_names(index: SearchIndex, filters: Filters) -> tuple[str, ...]:
    """Return a sentence for every value of the filters that no article has."""
    asked: dict[FacetField, Collection[str]] = {
        "lang": filters.langs,
        "source": filters.sources,
        "section": filters.sections,
        "tag": filters.tags,
    }
    fields = [field for field, values in asked.items() if values]
    found = index.facets(fields, Filters()) if fields else ()
    return tuple(
        sentence
        for field, facet in zip(fields, found, strict=True)
        for sentence in _sentences(field, asked[field], [value for value, _ in facet.counts])
    )


def _sentences(field: str, asked: Collection[str], known: list[str]) -> Iterator[str]:
    for value in sorted(set(asked) - set(known)):
        close = _close(value, known)
        there_is = f"; there is {', '.join(close)}" if close else ""
        yield f"No article has {field}:{value}{there_is}."


def _close(value: str, known: list[str]) -> list[str]:
    """Names that are alike but for case and a few letters, or hold what was asked; best first."""
    folded = {name.casefold(): name for name in reversed(known)}
    asked = value.casefold()
    alike = difflib.get_close_matches(asked, folded, EXAMPLES, 0.7)
    holding = [name for name in folded if asked in name]
    return [folded[name] for name in dict.fromkeys([*alike, *holding])][:EXAMPLES]
