"""Hits as a person reads them: title, facts, the best passage, why found, how close. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.coverage.matrix.finding import SHARE_LIKE_ARTICLE
from search.index.model import HEADLINE
from search.retrieval.legs import LEXICAL, NAMES, VECTOR
from search.web.views.texts import Shown, shortened, shown

VERY_CLOSE, CLOSE, FAINT = 0.5, 0.2, 0.1
"""Closeness of what is called very close and close; below `FAINT` a name alone is no reason."""
TELLING = 0.5
"""Share of the best score of a leg from which on it is a reason by itself."""
MOST_WORDS = 8
LONGEST_WORDS = 60
"""Characters of a word or phrase that is marked; a sentence has more, or ends."""
_ENDS = re.compile(r"\s.*\s.*[.!?…؟।]\W*$|[。！？]\W*$", re.DOTALL)

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit; `number` counts from 1."""

    number: int
    id: str
    title: Shown
    passage: Shown | None
    lang: str
    source: str | None
    published: str | None
    suspicious: bool
    updated: bool
    section: str | None
    copies: Sequence[Document]
    words: Sequence[str]
    """Words of the query that are in it, as they are written there."""
    by: Sequence[str]
    """The legs that found it, by their keys in the catalogues."""
    sentence: bool
    """Whether the mark in the passage is the sentence that is nearest in meaning."""
    closeness: float | None
    degree: str | None
    """`very`, `close`, `fair` or `less`."""
    confidence: float | None
    """How likely it is what was asked for; None where that is not known."""
    story: str | None
    """The id of its story."""


def hit_views(answer: Document) -> list[HitView]:
    """Return all hits of an answer."""
    scored = answer["sort"] == "relevance"
    return [_view(number, hit, scored) for number, hit in enumerate(answer["hits"], start=1)]


def strong(answer: Document, line: float) -> int:
    """Return how many hits stand above the line.

    Where their confidence is known, all up to the last that has `line` or more, as in the terminal.
    Else all up to the last that has a good reason, and all where none has, or nothing is known of
    closeness.
    """
    hits = answer["hits"]
    if is_certainty_known(answer):
        return max((n for n, hit in enumerate(hits, 1) if hit["confidence"] >= line), default=0)
    if answer["sort"] != "relevance" or answer["mode"] == "lexical":
        return len(hits)
    best = {
        leg: max((hit["legs"][leg]["score"] for hit in hits if leg in hit["legs"]), default=0.0)
        for leg in (LEXICAL, NAMES)
    }
    last = max((n for n, hit in enumerate(hits, 1) if _has_reason(hit, best)), default=0)
    return last or len(hits)


def on_subject(answer: Document) -> int:
    """Return how many of the hits that are like an article cover what it is about.

    As in the coverage of an article: those with a certain share of the score of the best one.
    """
    scores = [hit["score"] for hit in answer["hits"]]
    return sum(score >= SHARE_LIKE_ARTICLE * scores[0] for score in scores)


def is_certainty_known(answer: Document) -> bool:
    """Tell whether the confidence of every hit of an answer is known."""
    scored = answer["sort"] == "relevance"
    return scored and all(hit["confidence"] is not None for hit in answer["hits"])


def _has_reason(hit: Document, best: Mapping[str, float]) -> bool:
    closeness = hit["closeness"]
    if closeness is None:
        return VECTOR not in hit["legs"] or hit["legs"].keys() != {VECTOR}
    telling = {
        leg
        for leg in best
        if leg in hit["legs"] and hit["legs"][leg]["score"] >= TELLING * best[leg]
    }
    if LEXICAL in telling:
        return True
    return bool(closeness >= CLOSE or (NAMES in telling and closeness >= FAINT))


def _view(number: int, hit: Document, scored: bool) -> HitView:
    passage = _passage(hit)
    silent = hit["legs"].keys() <= {VECTOR}
    closeness = hit["closeness"] if scored else None
    return HitView(
        number=number,
        id=hit["id"],
        title=shown(hit["title"], hit["lang"], hit["title_highlights"]),
        passage=None
        if passage is None
        else shortened(passage["text"], passage["lang"], passage["highlights"]),
        lang=hit["lang"],
        source=hit["source"],
        published=hit["published"],
        suspicious="published" in hit.get("suspicious", ()),
        updated=bool(hit["updated"] and hit["published"] and hit["updated"] > hit["published"]),
        section=hit["section"],
        copies=hit["copies"],
        words=() if silent else _words(hit),
        by=[leg for leg in (LEXICAL, NAMES, VECTOR) if leg in hit["legs"]],
        sentence=passage is not None
        and (silent or not _has_words(passage))
        and _is_marked(passage),
        closeness=closeness,
        degree=None if closeness is None else degree(closeness),
        confidence=hit["confidence"] if scored else None,
        story=hit.get("story"),
    )


def degree(closeness: float) -> str:
    """Name a closeness."""
    if closeness >= VERY_CLOSE:
        return "very"
    if closeness >= CLOSE:
        return "close"
    return "fair" if closeness >= FAINT else "less"


def _passage(hit: Document) -> Document | None:
    """Return the best passage that is not the headline, which is shown anyway."""
    found = [
        each
        for each in hit["paragraphs"]
        if each["position"] != HEADLINE or each["text"] != hit["title"]
    ]
    marked = [each for each in found if each["highlights"]]
    best: Document | None = (marked or found or [None])[0]
    return best


def _is_marked(passage: Document) -> bool:
    return bool(passage["highlights"])


def _has_words(passage: Document) -> bool:
    text = passage["text"]
    return any(is_word(text[start:end]) for start, end in passage["highlights"])


def is_word(marked: str) -> bool:
    """Tell whether what is marked is a word or a phrase, and not the sentence that is nearest."""
    return len(marked) <= LONGEST_WORDS and not _ENDS.search(marked)


def _words(hit: Document) -> list[str]:
    texts = [(hit["title"], hit["title_highlights"])]
    texts += [(each["text"], each["highlights"]) for each in hit["paragraphs"]]
    found = {
        text[start:end].casefold(): text[start:end]
        for text, spans in texts
        for start, end in spans
        if is_word(text[start:end])
    }
    return list(found.values())[:MOST_WORDS]
