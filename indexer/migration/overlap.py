"""How alike two generations of an index answer: a sample of headlines is searched for in both."""

from __future__ import annotations

from dataclasses import dataclass

from search.index.clauses import Match
from search.index.errors import QueryRefused
from search.index.filters import Filters
from search.index.legs import Leg, LexicalLeg, VectorLeg
from search.index.model import EmbeddedArticle
from search.index.port import SearchIndex

SAMPLE = 50
"""Articles whose headlines are searched for in both generations."""

TOP = 10


@dataclass(frozen=True, slots=True)
class Overlap:
    """Share of the ten best articles that both generations give, from 0 to 1, over `queries`.

    `lexical` searches for the words of headlines; `vector` for what is like the headline, each
    generation with the vector that it holds itself.
    """

    queries: int
    lexical: float
    vector: float


def compare(source: SearchIndex, target: SearchIndex) -> Overlap:
    """Search for the headlines of a sample of articles in both, by words and by meaning."""
    ids = _sample(source)
    before, after = source.get(ids), target.get(ids)
    shared = [i for i in ids if i in before and i in after]
    if not shared:
        return Overlap(0, 1.0, 1.0)
    lexical = vector = 0.0
    for article_id in shared:
        found = [
            _ten_best(index, embedded[article_id])
            for index, embedded in ((source, before), (target, after))
        ]
        lexical += _common(found[0][0], found[1][0])
        vector += _common(found[0][1], found[1][1])
    return Overlap(len(shared), lexical / len(shared), vector / len(shared))


def compare_if_searchable(source: SearchIndex, target: SearchIndex) -> Overlap | None:
    """Compare like `compare`; None where the mapping of one is too old to be searched."""
    try:
        return compare(source, target)
    except QueryRefused:
        return None


def _ten_best(index: SearchIndex, embedded: EmbeddedArticle) -> tuple[set[str], set[str]]:
    first = embedded.article.passages[0].text
    legs: tuple[Leg, ...] = (LexicalLeg(Match(first)), VectorLeg(embedded.vectors[0]))
    words, meaning = index.retrieve(legs, Filters(), TOP, 1).results
    return {one.id for one in words.candidates}, {one.id for one in meaning.candidates}


def _common(before: set[str], after: set[str]) -> float:
    return len(before & after) / max(len(before), len(after), 1)


def _sample(index: SearchIndex) -> list[str]:
    """Ids spread evenly over the index, however large it is, in one walk through it."""
    every, chosen = 1, list[str]()
    for number, (article_id, _) in enumerate(index.scan_states()):
        if number % every == 0:
            chosen.append(article_id)
            if len(chosen) == 2 * SAMPLE:
                every, chosen = 2 * every, chosen[::2]
    return chosen[:: max(1, -(-len(chosen) // SAMPLE))]
