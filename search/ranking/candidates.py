"""The articles that the legs of one question put forward, looked up by article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from search.answer import LanguageCount, LegScore
from search.index.model import HEADLINE, Article, ArticleHit, LegResult, Passage
from search.ranking.fusion import ranked, reciprocal_rank_fusion


class Candidates:
    """What the legs found, by article id."""

    def __init__(self, results: Mapping[str, LegResult]) -> None:
        """`results` maps the name of a leg to what it found."""
        self.results = results
        self._places = {
            leg: {hit.article.id: (rank, hit) for rank, hit in enumerate(result.hits, start=1)}
            for leg, result in results.items()
        }
        self._found = {hit.article.id: hit for result in results.values() for hit in result.hits}

    def __len__(self) -> int:
        return len(self._found)

    @property
    def articles(self) -> dict[str, Article]:
        """Every article that a leg found, by id, with its metadata."""
        return {identifier: hit.article for identifier, hit in self._found.items()}

    @property
    def langs(self) -> dict[str, str]:
        """The language of every article that a leg found, by id."""
        return {identifier: hit.article.lang for identifier, hit in self._found.items()}

    def hit(self, identifier: str) -> ArticleHit:
        """Return the article as one of the legs found it; the metadata is the same in all."""
        return self._found[identifier]

    def legs(self, identifier: str) -> dict[str, LegScore]:
        """Where each leg put the article; a leg that did not find it is left out."""
        return {
            leg: LegScore(places[identifier][0], places[identifier][1].score)
            for leg, places in self._places.items()
            if identifier in places
        }

    def passages(self, identifier: str, limit: int) -> list[Passage]:
        """Return the passages that the legs found in the article, fused by rank.

        The headline is shown above the passages anyway: it counts as one only if no other is
        there.
        """
        hits = [p[identifier][1] for p in self._places.values() if identifier in p]
        passages = {str(f.passage.position): f.passage for hit in hits for f in hit.passages}
        rankings = [[str(f.passage.position) for f in hit.passages] for hit in hits]
        order = ranked(reciprocal_rank_fusion(rankings, [1.0] * len(rankings)))
        body = [passages[key] for key in order if passages[key].position != HEADLINE]
        return (body or [passages[key] for key in order])[:limit]

    def without_copies(self, order: Sequence[str]) -> tuple[list[str], dict[str, int]]:
        """Leave out articles whose headline and best passage came up already.

        Returns the ids that stay, in order, and for those with copies the number of them.
        """
        kept: list[str] = []
        first: dict[tuple[str, str], str] = {}
        copies: Counter[str] = Counter()
        for identifier in order:
            hit = self._found[identifier]
            likeness = (hit.article.title, hit.passages[0].passage.text)
            if likeness in first:
                copies[first[likeness]] += 1
            else:
                first[likeness] = identifier
                kept.append(identifier)
        return kept, dict(copies)

    def languages(self, shown: Sequence[str]) -> dict[str, LanguageCount]:
        """Count the articles a language, found and shown; most found first."""
        found = Counter(hit.article.lang for hit in self._found.values())
        in_answer = Counter(self._found[identifier].article.lang for identifier in shown)
        return {
            lang: LanguageCount(count, in_answer[lang])
            for lang, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        }
