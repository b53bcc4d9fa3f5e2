"""What sources published besides, and which of them told of it otherwise: read from the index."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence

from search.coverage.matrix.model import Activity, Silence
from search.coverage.stories import stored
from search.index.filters import Filters
from search.index.model import HEADLINE
from search.index.state import IndexState
from search.retrieval.hybrid import HybridSearch
from search.retrieval.pool import Pool

NEAREST_READ = 100
"""Articles of silent sources that are looked through for the nearest of each."""

SHARE_NEAR = 0.1
"""Of the articles that are asked, so many at most are near a subject: in a small index, where all
of them are candidates, a paper of a village would else cover whatever is in it."""

MOST_TOLD = 200
"""Articles of the same stories that are read to tell whose silence is none."""


def activities(
    search: HybridSearch, pool: Pool, known: Collection[str], filters: Filters, inside: Filters
) -> list[Activity]:
    """Count what each source published in the window and altogether, and what of it is related.

    `known` are the articles on the subject, and `inside` the filters of the window.
    """
    published = _by_source(search, inside)
    reference = _by_source(search, filters)
    most = math.ceil(SHARE_NEAR * reference.total())
    near = [one for one in pool.order if one not in known][:most]
    related = Counter(
        {
            value: count
            for facet in pool.found.retrieved.facets(["source"], near)
            for value, count in facet.counts
        }
    )
    nearest = _nearest(pool, known, inside)
    return [
        Activity(source, count, reference.get(source, count), related[source], nearest.get(source))
        for source, count in published.items()
    ]


def _by_source(search: HybridSearch, filters: Filters) -> Counter[str]:
    (facet,) = search.index.facets(["source"], filters)
    return Counter(dict(facet.counts))


def _nearest(
    pool: Pool, known: Collection[str], inside: Filters
) -> dict[str, tuple[str, str, float]]:
    """Return the article of each source in the window that comes nearest: id, headline, score.

    They are among the candidates; of a source that has none there nothing comes near.
    """
    near = [one for one in pool.order if one not in known][:NEAREST_READ]
    found = pool.found.retrieved.fetch(dict.fromkeys(near, (HEADLINE, HEADLINE + 1)))
    nearest: dict[str, tuple[str, str, float]] = {}
    for one in near:
        article = found.get(one)
        if article is not None and article.source and inside.admits(article):
            nearest.setdefault(
                article.source, (one, article.title, round(pool.scores.get(one, 0.0), 4))
            )
    return nearest


def without_telling(
    search: HybridSearch,
    state: IndexState,
    silent: Sequence[Silence],
    known: Collection[str],
    inside: Filters,
) -> list[Silence]:
    """Leave out the sources that told of the same event in words that the query did not find.

    Their article of the window is in a story that an article on the subject is in.
    """
    names = {one.source for one in silent}
    stories = stored.several(state, set(stored.story_of(state, known).values())) if names else {}
    others = [
        member.id
        for story in stories.values()
        for member in story.members
        if member.id not in known and member.source in names
    ]
    found = search.index.get(others[:MOST_TOLD]) if others else {}
    told = {one.article.source for one in found.values() if inside.admits(one.article)}
    return [one for one in silent if one.source not in told]
