"""What is read or shown of articles in a pool: the passages that the legs found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from search.index.model import HEADLINE, Article
from search.retrieval.pool import Pool


def fetched(pool: Pool, identifiers: Sequence[str], passages: int) -> dict[str, Article]:
    """Fetch articles with their best passages, `passages` at most, best first.

    Where only the headline was found, it is the first paragraph; the headline itself only for
    an article that has nothing else. Articles that were deleted meanwhile are left out.
    """
    wanted = pool.positions(identifiers, passages)
    found = pool.found.retrieved.fetch(wanted) if wanted else {}
    return {
        one: replace(found[one], passages=found[one].passages[:1])
        if HEADLINE in positions
        else found[one]
        for one, positions in wanted.items()
        if one in found
    }
