"""The terms of a query whose language is not known.

Its words are analysed in every language that the index holds, and a passage matches by any of
the forms. Function words are the difficulty: `war` is a noun in English and "was" in German,
and in a German index an English `the` would be a rare, weighty word. So the languages that a
query may be in are guessed from its own function words, and only words that are function words
in all of these languages are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from search.analysis.analyzer import analyze, terms_of
from search.analysis.folding import fold
from search.analysis.languages import language
from search.analysis.words import Piece, pieces


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """What to look for: any of `terms`, or of `words` where every word is a function word.

    `terms` are matched as `analyze` makes them, `words` as the unstemmed words of phrases.
    """

    terms: tuple[str, ...]
    words: tuple[str, ...] = ()


def query_terms(text: str, langs: Collection[str]) -> QueryTerms:
    """Analyse a query in each of the languages, and in none; each term once, in order."""
    found = list(pieces(text))
    words = [piece for piece in found if not piece.is_run]
    runs = [piece for piece in found if piece.is_run]
    function = function_words([fold(piece.text) for piece in words], langs)
    telling = [piece for piece in words if fold(piece.text) not in function]
    pairs = [token.term for run in runs for token in analyze(run.text, "und")]
    if not telling and not pairs:
        terms = _terms_in(words, langs)
        return QueryTerms(_distinct(terms), _distinct(fold(piece.text) for piece in words))
    return QueryTerms(_distinct([*_terms_in(telling, langs), *pairs]))


def function_words(words: Collection[str], langs: Collection[str]) -> frozenset[str]:
    """Return those of the folded words that say nothing in any language the query may be in.

    The fewer languages have a word as a function word, the more it counts for each of them.
    """
    having = {word: [lang for lang in langs if word in language(lang).stopwords] for word in words}
    votes = dict.fromkeys(langs, 0.0)
    for among in having.values():
        for lang in among:
            votes[lang] += 1 / len(among)
    most = max(votes.values(), default=0.0)
    likely = {lang for lang, vote in votes.items() if vote > most - 1e-9}
    return frozenset(word for word, among in having.items() if among and likely <= set(among))


def _terms_in(words: Iterable[Piece], langs: Collection[str]) -> list[str]:
    """Take the first form of each word in each language: the spelling that was typed."""
    return [
        forms[0]
        for piece in words
        for lang in [*langs, "und"]
        if (forms := terms_of(piece.text, lang))
    ]


def _distinct(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for term in terms if term))
