"""Which places of a passage made it match: the words of the question, or the closest sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.analysis.analyzer import analyze
from search.answer import ShownPassage, Span
from search.embedding.port import Embedder, Vectors
from search.index.model import Passage
from search.sentences import sentences


class TermHighlighter:
    """Marks the words of a question in passages of any language.

    A word is marked where its analysed form, in the passage's own language, is an analysed
    form of one of the question's words: the same test that made the passage match.
    """

    def __init__(self, question: str) -> None:
        self._question = question
        self._terms: dict[str, frozenset[str]] = {}

    def __call__(self, passage: Passage) -> tuple[Span, ...]:
        """Spans of matching words, in order; words that touch (CJK bigrams) become one span."""
        wanted = self._wanted(passage.lang)
        tokens = analyze(passage.text, passage.lang)
        return _merged([(token.start, token.end) for token in tokens if token.term in wanted])

    def _wanted(self, lang: str) -> frozenset[str]:
        if lang not in self._terms:
            self._terms[lang] = frozenset(token.term for token in analyze(self._question, lang))
        return self._terms[lang]


def mark_closest_sentences(
    passages: Sequence[Passage], question: Vectors, embedder: Embedder
) -> list[ShownPassage]:
    """Mark, in every passage, the sentence whose vector is closest to the question's.

    `question` has shape (1, dimension). A passage of one sentence gets no mark: marking all
    of it would say nothing. All sentences are embedded in one call.
    """
    spans = [list(sentences(passage.text)) for passage in passages]
    several = [n for n, found in enumerate(spans) if len(found) > 1]
    texts = [passages[n].text[start:end] for n in several for start, end in spans[n]]
    closest: dict[int, Span] = {}
    if texts:
        scores = embedder.embed_paragraphs(texts) @ question[0]
        offset = 0
        for n in several:
            own = scores[offset : offset + len(spans[n])]
            closest[n] = spans[n][int(np.argmax(own))]
            offset += len(spans[n])
    return [
        ShownPassage(passage, (closest[n],) if n in closest else ())
        for n, passage in enumerate(passages)
    ]


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
