"""Values of filters that no article has, and the nearest that some have."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from search.index.filters import Filters

if TYPE_CHECKING:
    from search.index.port import FacetField, SearchIndex

EXAMPLES = 3
"""Values that are suggested for an unknown one."""


def unknown_names(index: SearchIndex, filters: Filters) -> tuple[str, ...]:
    """Return a sentence for every value of the filters that no article has."""
    wanted: dict[FacetField, Collection[str]] = {
        "lang": filters.langs,
        "source": filters.sources,
        "section": filters.sections,
        "tag": filters.tags,
    }
    fields = [field for field, values in wanted.items() if values]
    found = index.facets(fields, Filters()) if fields else ()
    return tuple(
        sentence
        for field, facet in zip(fields, found, strict=True)
        for sentence in _sentences(field, wanted[field], [value for value, _ in facet.counts])
    )


def _sentences(field: str, wanted: Collection[str], known: list[str]) -> Iterator[str]:
    for value in sorted(set(wanted) - set(known)):
        close = _close(value, known)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        yield f"No article has {field}:{value}.{hint}"


def _close(value: str, known: list[str]) -> list[str]:
    """Values that differ in case and a few letters, or contain the given one; best first."""
    folded = {name.casefold(): name for name in reversed(known)}
    given = value.casefold()
    alike = difflib.get_close_matches(given, folded, EXAMPLES, 0.7)
    holding = [name for name in folded if given in name]
    return [folded[name] for name in dict.fromkeys([*alike, *holding])][:EXAMPLES]
