"""The passages that speak for an article: those that the legs found, else how it begins."""

from __future__ import annotations

from collections.abc import Sequence

from search.index.model import HEADLINE, Passage
from search.index.port import SearchIndex
from search.ranking.candidates import Candidates


def best_passages(
    index: SearchIndex, candidates: Candidates, identifiers: Sequence[str], limit: int
) -> dict[str, list[Passage]]:
    """Return the best passages of each article, `limit` at most, best first.

    Where only the headline was found, it is the first paragraph; the headline itself only for
    an article that has nothing else.
    """
    best = {one: candidates.passages(one, limit) for one in identifiers}
    bare = [one for one, found in best.items() if all(each.position == HEADLINE for each in found)]
    whole = index.get(bare) if bare else {}
    for identifier, kept in whole.items():
        lead = next((p for p in kept.article.passages if p.position != HEADLINE), None)
        if lead is not None:
            best[identifier] = [lead]
    return best
