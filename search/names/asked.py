"""Names in questions and in articles that others are likened to: what the names leg looks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search.analysis.folding import fold
from search.analysis.languages import language, languages
from search.analysis.query_terms import function_words
from search.analysis.stemming import stem
from search.analysis.words import Piece, pieces
from search.names.keys import CYRILLIC, LATIN, asked_keys, script_of
from search.names.tokens import forms, is_shown, name_pieces

MOST_KEYS = 512
"""Keys that are looked up for a question: those of a dozen names. Elasticsearch takes no more than
about a thousand alternatives."""

TOLD = 8
"""Names of an article that `polywire similar` looks for: as good as 16 or 32, 4 are a little worse
(`benchmarks/results/retrieval_similar.md`)."""

ENDINGS_OF = {CYRILLIC: ("ru", "uk"), LATIN: ("cs", "de", "hr")}
"""Languages whose endings are taken off a name within a sentence, since nobody says which language
a question is in. On headlines of wmt-news nDCG@10 is 0.812 with them and 0.806 without; with the
endings of seven languages it is 0.810."""


@dataclass(frozen=True, slots=True)
class AskedNames:
    """The keys of a question's names, and whether it is made of names alone.

    A question that is nothing but a name has the most to gain: there is no meaning to go by.
    """

    keys: tuple[str, ...] = ()
    alone: bool = False


@lru_cache(maxsize=256)
def asked_names(question: str) -> AskedNames:
    """Return the names of a question.

    Where some of its words are capitalised, these are the names; where none is (it was typed in
    haste, or in a script without capitals), any word may be one, and it is up to the index
    whether it has such a name.
    """
    found = list(name_pieces(question))
    shown = any(is_shown(piece) for piece in found)
    if not shown:
        starts = {piece.start for piece in found}
        found += [p for p in pieces(question) if not p.is_run and p.start not in starts]
        found.sort(key=lambda piece: piece.start)
    telling = _telling(pieces(question))
    names = [piece for piece in found if piece.start in telling or piece.is_run]
    alone = shown and sum(len(p.text) for p in names) >= sum(telling.values())
    keys = (key for piece in names for key in _keys(piece.text, within_sentence=not alone))
    return AskedNames(tuple(dict.fromkeys(keys))[:MOST_KEYS], alone)


def told_names(texts: Iterable[str], most: int = TOLD) -> AskedNames:
    """Return the keys of the names that the passages of an article have most often.

    Nothing tells a name from the first word of a sentence, but that one is seldom said twice.
    """
    said: Counter[str] = Counter()
    for text in texts:
        telling = _telling(pieces(text))
        said.update(p.text for p in name_pieces(text) if p.is_run or p.start in telling)
    keys = (key for name, _ in said.most_common(most) for key in _keys(name, within_sentence=True))
    return AskedNames(tuple(dict.fromkeys(keys))[:MOST_KEYS])


def _telling(found: Sequence[Piece]) -> dict[int, int]:
    """Return where the words that are no function words begin, and how long they are."""
    function = function_words([fold(piece.text) for piece in found], tuple(languages()))
    return {p.start: len(p.text) for p in found if fold(p.text) not in function}


def _keys(word: str, *, within_sentence: bool) -> Iterator[str]:
    yield from asked_keys(word)
    for form in forms(word, "und"):
        yield from asked_keys(form)
    script = script_of(word[0])
    if within_sentence and script is not None:
        for lang in ENDINGS_OF.get(script, ()):
            yield from asked_keys(stem(word, language(lang)))
