"""What is to be said of filters: values that no article has, and the nearest that some have."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from search.analysis.folding import fold
from search.analysis.language_codes import normalise_code
from search.index.filters import Filters
from search.query.dates import moment

if TYPE_CHECKING:
    from search.answer import Hit
    from search.index.port import FacetField, SearchIndex

EXAMPLES = 3
"""Values that are suggested for an unknown one."""

MOST_STORIES = 8
"""Stories of a query that are looked up one by one."""

LEAST_ALIKE = 0.7
"""Of how alike two values are, as `difflib` counts it."""

SHORTEST_ALIKE = 3
"""Letters of a value that may be the beginning of a word: of fewer, chance decides."""


def unknown_names(index: SearchIndex, filters: Filters) -> tuple[str, ...]:
    """Return a sentence for every value of the filters that no article has.

    A value that is excluded has one only where some are like it: that nobody has it is what its
    reader wants, unless another spelling of it goes on being found.
    """
    wanted = _values(filters.langs, filters.sources, filters.sections, filters.tags)
    excluded = _values((), filters.exclude_sources, filters.exclude_sections, filters.exclude_tags)
    fields = [field for field in wanted if wanted[field] or excluded[field]]
    found = index.facets(fields, Filters()) if fields else ()
    sentences = [
        sentence
        for field, facet in zip(fields, found, strict=True)
        for sentence in _sentences(
            field, wanted[field], excluded[field], [value for value, _ in facet.counts]
        )
    ]
    return (*sentences, *_of_stories(index, filters.stories))


def impossible(filters: Filters) -> Iterator[str]:
    """Say which filters let no article pass, whatever the index holds."""
    if filters.after and filters.before and filters.after >= filters.before:
        after, before = (
            (moment(day) or "").removesuffix("T00:00:00Z")
            for day in (filters.after, filters.before)
        )
        yield f"No article can be published on or after {after} and before {before}."
    for field, wanted, excluded in (
        ("lang", filters.langs, filters.exclude_langs),
        ("source", filters.sources, filters.exclude_sources),
        ("section", filters.sections, filters.exclude_sections),
        ("tag", filters.tags, filters.exclude_tags),
    ):
        if wanted and wanted <= excluded:
            yield f"No article can have {field}:{','.join(sorted(wanted))} and not have it."


def of_filters(index: SearchIndex, filters: Filters) -> Iterator[str]:
    """Say whether it is the filters that leave nothing, or the words within them."""
    if filters == Filters() or filters.stories or filters.exclude_stories:
        return
    # Every article has a language, so that all are counted.
    passing = sum(count for _, count in index.facets(["lang"], filters)[0].counts)
    if not passing:
        yield "No article passes the filters."
    elif passing == 1:
        yield "The one article that passes the filters does not have what is looked for."
    else:
        yield f"None of the {passing:,} articles that pass the filters has what is looked for."


def of_values(index: SearchIndex, filters: Filters, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Say which values of filters no article has, where none is shown that has them."""
    wanted: dict[FacetField, Collection[str]] = {
        "lang": filters.langs,
        "source": filters.sources,
        "section": filters.sections,
        "tag": filters.tags,
    }
    seen: dict[FacetField, set[str | None]] = {
        "lang": {hit.article.lang for hit in hits},
        "source": {hit.article.source for hit in hits},
        "section": {hit.article.section for hit in hits},
        "tag": {tag for hit in hits for tag in hit.article.tags},
    }
    excluded = filters.exclude_sources | filters.exclude_sections | filters.exclude_tags
    shown = all(seen[field].issuperset(values) for field, values in wanted.items())
    if shown and not excluded and not filters.stories:
        return ()
    return unknown_names(index, filters)


def _of_stories(index: SearchIndex, wanted: Collection[str]) -> Iterator[str]:
    """Say which stories no article is in; no id is like another."""
    for story in sorted(wanted)[:MOST_STORIES]:
        (facet,) = index.facets(["lang"], Filters(stories=frozenset((story,))))
        if not facet.counts:
            yield f"No article has story:{story}."


def _values(
    langs: Collection[str],
    sources: Collection[str],
    sections: Collection[str],
    tags: Collection[str],
) -> dict[FacetField, Collection[str]]:
    return {"lang": langs, "source": sources, "section": sections, "tag": tags}


def _sentences(
    field: FacetField, wanted: Collection[str], excluded: Collection[str], known: list[str]
) -> Iterator[str]:
    there = set(known)
    if field == "lang":
        yield from (f"No article has lang:{code}." for code in _absent_languages(wanted, there))
        return
    for value in sorted(set(wanted).union(excluded) - there):
        close = _close(value, known)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        if hint or value in wanted:
            yield f"No article has {field}:{value}.{hint}"


def _absent_languages(wanted: Collection[str], known: Collection[str]) -> Iterator[str]:
    """Yield languages of no article, each by one of the codes that it may be stored under.

    Codes that are like it belong to quite other languages, and are no help.
    """
    languages: dict[str, set[str]] = {}
    for code in wanted:
        languages.setdefault(normalise_code(code) or code, set()).add(code)
    yield from (name for name in sorted(languages) if languages[name].isdisjoint(known))


def _close(value: str, known: list[str]) -> list[str]:
    """Values that differ in case, accents and a few letters, or are part of one another.

    The best come first. Spaces and signs do not count: elpais is El País, and #flood is flood. Of a
    value of few letters chance would make too much: it must be a word of its own.
    """
    folded = {_letters(name): name for name in reversed(known)}
    given = _letters(value)
    if not given:
        return []
    alike = difflib.get_close_matches(given, folded, EXAMPLES, LEAST_ALIKE)
    words = set(_words(value))
    part = [
        letters
        for letters, name in folded.items()
        if _is_part(given, letters, name) or (letters in words and _tells(letters))
    ]
    return [folded[letters] for letters in dict.fromkeys([*alike, *part])][:EXAMPLES]


def _is_part(given: str, letters: str, name: str) -> bool:
    """Tell whether a value is a word of another, begins one, or is in the midst of it."""
    if given not in letters:
        return False
    if len(given) > SHORTEST_ALIKE or (_tells(given) and ord(given[0]) >= _CHINESE):
        return True
    begins = _tells(given)
    return any(word.startswith(given) if begins else word == given for word in _words(name))


def _tells(letters: str) -> bool:
    """Tell whether there is enough of a value; of a script whose characters are words, two are."""
    few = 2 if ord(letters[0]) >= _CHINESE else SHORTEST_ALIKE
    return len(letters) >= few


_CHINESE = 0x2E80
"""Where Chinese characters begin, and all other letters that are syllables at least."""


def _words(name: str) -> list[str]:
    return [_letters(word) for word in re.findall(r"\w+", name)]


def _letters(name: str) -> str:
    return "".join(character for character in fold(name) if character.isalnum())
