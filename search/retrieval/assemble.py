"""From what was chosen to what is shown: the one place where a hit is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from search.answer import Copy, Hit, LegScore, RerankPlace, ShownPassage
from search.embedding.port import Embedder
from search.index.model import HEADLINE, Article
from search.request import Request
from search.retrieval.copies import Membership
from search.retrieval.features import confidence_of
from search.retrieval.highlight import Highlighter, mark_closest_sentences
from search.retrieval.order import Ordered
from search.retrieval.pool import Pool
from search.retrieval.texts import fetched
from search.values import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of an article that is shown, besides its texts; as `Hit` explains it."""

    score: float
    legs: Mapping[str, LegScore]
    copies: tuple[Copy, ...] = ()
    rerank: RerankPlace | None = None
    closeness: float | None = None
    offset: float | None = None
    confidence: float | None = None
    feedback: float | None = None


def hit_of(
    article: Article, shown: Shown, passages: Sequence[ShownPassage], highlight: Highlighter
) -> Hit:
    """Make the hit of an article; `article` may have passages, the hit's has none."""
    return Hit(
        article=replace(article, passages=()),
        score=round(shown.score, 6),
        legs=shown.legs,
        passages=tuple(passages),
        duplicates=len(shown.copies),
        copies=shown.copies,
        title_highlights=highlight.title(article),
        rerank=shown.rerank,
        closeness=shown.closeness,
        offset=shown.offset,
        confidence=shown.confidence,
        feedback=shown.feedback,
    )


def marked(article: Article, highlight: Highlighter) -> list[ShownPassage]:
    """Mark what matches in the passages of an article."""
    return [ShownPassage(passage, highlight(passage)) for passage in article.passages]


def highlighter_of(request: Request) -> Highlighter:
    """Return what marks the words, phrases and names of a request."""
    return Highlighter(request.matching, request.query_names.keys)


def assembled(pool: Pool, chosen: Ordered, sentences: Embedder | None) -> Iterator[Hit]:
    """Fetch and mark what is shown, in order.

    `sentences` embeds sentences of passages that have no word of the query, to mark the closest;
    None leaves them unmarked.
    """
    articles = fetched(pool, chosen.shown, pool.request.passages)
    highlight = highlighter_of(pool.request)
    passages = {one: marked(article, highlight) for one, article in articles.items()}
    # No word of the query in it: the article was found by meaning, so show which sentence.
    silent = [found for found in passages.values() if not any(p.highlights for p in found)]
    if pool.found.vector is not None and sentences is not None:
        leading = [found[0].passage for found in silent]
        closest = mark_closest_sentences(leading, pool.found.vector, sentences)
        for found, passage in zip(silent, closest, strict=True):
            found[0] = passage
    ranking = chosen.ranking
    copies = _copies(pool, chosen, [id_ for one in articles for id_ in chosen.copies.get(one, ())])
    confidence = confidence_of(pool, list(articles))
    near = pool.feedback.nearness if pool.feedback is not None else {}
    for one, article in articles.items():
        shown = Shown(
            score=ranking.scores[one],
            legs=pool.legs(one),
            copies=tuple(copies[copy] for copy in chosen.copies.get(one, ())),
            rerank=ranking.places.get(one),
            closeness=pool.found.closeness.get(one),
            offset=pool.offset(one),
            feedback=near[one][0] if one in near else None,
            confidence=confidence.get(one),
        )
        yield hit_of(article, shown, passages[one], highlight)


def _copies(pool: Pool, chosen: Ordered, ids: Sequence[str]) -> dict[str, Copy]:
    """Return who published articles that are not shown, and when; read where it is not known."""
    beginning = (HEADLINE, HEADLINE + 1)
    unknown = dict.fromkeys((one for one in ids if one not in chosen.known), beginning)
    found: dict[str, Article | Membership] = dict(chosen.known)
    found |= pool.found.retrieved.fetch(unknown) if unknown else {}
    return {
        one: Copy(one, found[one].source, found[one].published) if one in found else Copy(one, None)
        for one in ids
    }
