"""Why an article is told: the words and names that matched, and the sentence nearest in meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.alerts.texts import Text
from search.alerts.words import Words
from search.analysis.folding import fold
from search.embedding.port import Embedder, Vectors
from search.index.model import Article, Passage
from search.names.tokens import keys_of, name_pieces
from search.request import Request
from search.retrieval.highlight import Highlighter, mark_closest_sentences

PASSAGES = 3
"""Passages that a notice quotes, at most."""

LONGEST_QUOTE = 600
"""Characters of a passage that are quoted, around what matched."""


@dataclass(frozen=True, slots=True)
class Near:
    """How near an article is in meaning: its best passage, the cosine and the confidence.

    `few` says that the index has too little in the language for a threshold of its own.
    """

    position: int
    cosine: float
    confidence: float | None
    few: bool = False


def of_words(request: Request, words: Words, text: Text) -> dict[str, Any]:
    """Say which words and names of a request stand where in an article, as they are spelt."""
    highlight = Highlighter(request.matching, words.keys)
    rows = [row for row in text.rows if highlight.may_mark(*row)]
    marked = [(row.passage, highlight(row.passage)) for row in rows]
    found = [(passage, spans) for passage, spans in marked if spans]
    best = sorted(found, key=lambda one: (-len(_spelt(*one)), one[0].position))[:PASSAGES]
    spelt = dict.fromkeys(word for one in found for word in _spelt(*one))
    return {
        "words": list(spelt),
        "names": _names(words, text),
        "passages": [_quoted(passage, spans) for passage, spans in best],
    }


def of_meaning(
    near: Near, article: Article, query: Vectors, sentences: Embedder | None, precision: float
) -> dict[str, Any]:
    """Say which sentence is nearest, and how near; `query` has shape (1, dimension)."""
    passage = next(p for p in article.passages if p.position == near.position)
    span = None
    if sentences is not None:
        (shown,) = mark_closest_sentences([passage], query, sentences)
        span = shown.highlights[0] if shown.highlights else None
    sentence = passage.text if span is None else passage.text[slice(*span)]
    return {
        "cosine": round(near.cosine, 4),
        "confidence": None if near.confidence is None else round(near.confidence, 3),
        "precision": precision,
        "sentence": _shortened(sentence),
        "position": passage.position,
        "few_articles": near.few,
    }


def _spelt(passage: Passage, spans: Sequence[tuple[int, int]]) -> list[str]:
    return list(dict.fromkeys(passage.text[start:end] for start, end in spans))


def _names(words: Words, text: Text) -> list[dict[str, str]]:
    """Return each name that is asked for with the other spellings that the article has."""
    found: dict[tuple[str, str], None] = {}
    for asked, keys in words.names.items():
        for row in text.rows if not keys.isdisjoint(text.names) else ():
            for piece in name_pieces(row.passage.text) if not keys.isdisjoint(row.names) else ():
                if fold(piece.text) == fold(asked):
                    continue
                if not keys.isdisjoint(keys_of(piece.text, row.passage.lang)):
                    found[asked, piece.text] = None
    return [{"asked": asked, "spelt": spelt} for asked, spelt in found]


def _quoted(passage: Passage, spans: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Quote a passage, a long one around the first match; spans fit what is quoted."""
    first, last = 0, len(passage.text)
    if last > LONGEST_QUOTE:
        first = max(0, spans[0][0] - LONGEST_QUOTE // 3)
        last = min(last, first + LONGEST_QUOTE)
    inside = [[s - first, e - first] for s, e in spans if s >= first and e <= last]
    document: Mapping[str, Any] = {
        "position": passage.position,
        "lang": passage.lang,
        "text": passage.text[first:last],
        "highlights": inside,
    }
    return dict(document)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()}…"
