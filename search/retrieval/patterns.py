"""What words with wildcards stand for: a pattern has no meaning, the words that fit it have.

`immigr*` is searched by meaning, and for names, as the words that articles have most often in its
place. Without the letters that the wildcards stand for it would mean nothing, or something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from search.analysis.folding import fold
from search.analysis.languages import language
from search.index.clauses import Prefix, Wildcard, leaves
from search.index.legs import LexicalLeg
from search.index.model import Passage
from search.index.port import SearchIndex
from search.request import Mode, Request
from search.retrieval.highlight import Highlighter

LOOKED_INTO = 20
"""Articles that a pattern finds, the best first, whose words are counted."""

STANDS_FOR = 5
"""Words that a pattern stands for at most. Of 1, 2, 3, 5 and 8 the best for the rarest words of
headlines of wmt-news, cut to their first four letters: nDCG@10 0.34, 0.42, 0.42, 0.46 and 0.44, and
0.17 by the four letters. From six letters on it makes no difference."""

MOST_PATTERNS = 4
"""Patterns of a query that are looked into; each costs what a search by words does."""

SHORTEST = 3
"""Letters of a pattern: what two letters begin is anything."""


def with_meant(request: Request, index: SearchIndex) -> Request:
    """Return a request with the words that its patterns stand for, where anything goes by them."""
    if request.mode is Mode.LEXICAL or request.by_date or request.matching is None:
        return request
    every = [leaf for leaf in leaves(request.matching) if isinstance(leaf, Prefix | Wildcard)]
    patterns = [leaf for leaf in dict.fromkeys(every) if _letters(leaf.text) >= SHORTEST]
    if not patterns:
        return request
    meant: list[str] = []
    for pattern in patterns[:MOST_PATTERNS]:
        # Not by `retrieve`, which is a search: from its second on, a process reads all passages.
        found = islice(index.matches(LexicalLeg(pattern), request.filters, 1), LOOKED_INTO)
        passages = [shown.passage for hit in found for shown in hit.passages]
        meant += _most_frequent(Highlighter(pattern), passages) or _begun(pattern)
    return replace(request, meant=tuple(dict.fromkeys(meant)))


def _begun(pattern: Prefix | Wildcard) -> list[str]:
    """Return the beginning of a word that no article has: other languages may say the same."""
    is_telling = isinstance(pattern, Prefix) and _letters(pattern.text) > SHORTEST
    return [pattern.text] if is_telling else []


def _most_frequent(marks: Highlighter, passages: Sequence[Passage]) -> list[str]:
    """Return what stands most often where a pattern fits, as it is written most often."""
    written: dict[str, Counter[str]] = {}
    for passage in passages:
        for text in _fitting(marks, passage):
            written.setdefault(fold(text), Counter())[text] += 1
    often = sorted(written.values(), key=lambda forms: (-forms.total(), min(forms)))
    return [forms.most_common(1)[0][0] for forms in often[:STANDS_FOR]]


def _fitting(marks: Highlighter, passage: Passage) -> Iterator[str]:
    function = language(passage.lang).stopwords
    for start, end in marks(passage):
        text = passage.text[start:end]
        if fold(text) not in function:
            yield text


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)
