"""The terms of a query whose language is not known.

Its words are analysed in every language that the index holds, and a passage matches by any of
the forms. Function words are the difficulty: `war` is a noun in English and "was" in German,
and in a German index an English `the` would be a rare, weighty word. So the languages that a
query may be in are guessed from its own function words, and only words that are function words
in all of these languages are left out. A word such as `war` speaks for both languages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, compress
from operator import not_

from search.analysis import numbers
from search.analysis.analyzer import analyze, typed_terms
from search.analysis.folding import fold
from search.analysis.joining import (
    CATALAN_DOTS,
    WITH_NOUNS,
    Joined,
    hyphenated,
    joined,
    merged,
    telling_parts,
    written_apart,
)
from search.analysis.languages import language
from search.analysis.spelt_out import has_dialytika, other_spellings
from search.analysis.stemming import TURKIC
from search.analysis.words import Piece, has_sign, pieces
from search.values import dataclass

_BETWEEN_L = re.compile(f"(?<=[lL])[.{''.join(CATALAN_DOTS)}](?=[lL])")


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """What to look for: any of `terms`, or of `words` where every word may be a function word.

    `terms` are matched as `analyze` makes them, `words` as the unstemmed words of phrases. `apart`
    are those of the terms that `telling_words` has not.
    """

    terms: tuple[str, ...]
    words: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


def query_terms(
    text: str, langs: Collection[str], likely: Collection[str] | None = None
) -> QueryTerms:
    """Analyse a query in each of the languages, and in none; each term once, in order.

    `likely` are the languages that it may be in, where these are others.
    """
    found = pieces(text)
    joins = joined(text, found)
    nouns = not WITH_NOUNS.isdisjoint(langs if likely is None else likely)
    words = [piece for piece in telling_parts(found, joins) if not piece.is_run]
    runs = [piece for piece in found if piece.is_run]
    forms = [*(join.form for join in joins), *_spaced_numbers(text)]
    function = function_words([fold(p.text) for p in words], langs if likely is None else likely)
    telling = [piece for piece in words if fold(piece.text) not in function]
    pairs = [token.term for run in runs for token in analyze(run.text, "und")]
    if not pairs and not forms and not any(_says_something(piece, langs) for piece in telling):
        # A phrase of function words, or a word that is one in some language only.
        alone = telling or words
        as_written = _distinct(fold(piece.text) for piece in alone)
        return QueryTerms(_distinct(_terms_in(alone, langs)), as_written)
    terms = [_terms_in([piece], langs) for piece in telling]
    known = [_is_known(piece) for piece in telling]
    near = [
        join.form
        for join in written_apart(text, found)
        if join.tight or fold(found[join.last].text) not in function
    ]
    # co-operation and cease-fire are words with a stem where they are written as one.
    near += (
        term
        for join in (*joins, *hyphenated(text, found, nouns=nouns))
        if join.form.isalpha() and not join.tight
        for lang in langs
        for term in typed_terms(join.form, lang)
    )
    spelt = [*other_spellings(telling, forms), *near, *_catalan(text, found, joins)]
    every = _distinct([*chain(*terms), *forms, *spelt, *pairs])
    common = {*chain(*compress(terms, known)), *pairs}
    only_here = chain(*compress(terms, map(not_, known)))
    apart = _distinct([*only_here, *forms, *spelt])
    return QueryTerms(every, apart=tuple(term for term in apart if term not in common))


def function_words(words: Collection[str], langs: Collection[str]) -> frozenset[str]:
    """Return those of the folded words that say nothing in any language the query may be in.

    The fewer languages have a word as a function word, the more it counts for each of them.
    """
    having = {word: [lang for lang in langs if word in language(lang).stopwords] for word in words}
    votes = dict.fromkeys(langs, 0.0)
    for word, among in having.items():
        meant = [lang for lang in langs if among and word in language(lang).homographs]
        for lang in (*among, *meant):
            votes[lang] += 1 / (len(among) + len(meant))
    most = max(votes.values(), default=0.0)
    likely = {lang for lang, vote in votes.items() if vote > most - 1e-9}
    return frozenset(word for word, among in having.items() if among and likely <= set(among))


def telling_words(text: str, langs: Collection[str]) -> str:
    """Return the words of a query that an analyzer of its language understands, and no others.

    Left out are function words, unless there is nothing else, and what only `query_terms` knows:
    words with signs in them, numbers with separators, parts that say nothing by themselves, and
    single letters, which an analyzer finds in C++, too.
    """
    found = pieces(text)
    known = [
        piece
        for piece in telling_parts(found, joined(text, found))
        if piece.is_run or _is_known(piece)
    ]
    function = function_words([fold(piece.text) for piece in known], langs)
    telling = [piece.text for piece in known if fold(piece.text) not in function]
    if not telling and len(known) == len(found):
        return text
    return " ".join(telling)


def _says_something(piece: Piece, langs: Collection[str]) -> bool:
    return not any(fold(piece.text) in language(lang).stopwords for lang in langs)


def _is_known(piece: Piece) -> bool:
    """Tell whether an analyzer of a language makes of a word what is made of it here."""
    return not (has_sign(piece.text) or len(piece.text) == 1)


def _terms_in(words: Iterable[Piece], langs: Collection[str]) -> list[str]:
    """Take each word in each language as it was typed, and a number as any of them reads it."""
    return [
        term
        for piece in words
        for term in (
            *(numbers.readings(piece.text) if numbers.is_marked(piece.text) else ()),
            *(term for lang in [*langs, "und"] for term in typed_terms(piece.text, lang)),
            *(typed_terms(fold(piece.text), "el") if has_dialytika(piece.text) else ()),
            # Igdir and Izmir are typed where the keyboard has neither ı nor İ.
            *(
                term
                for lang in TURKIC.intersection(langs)
                if "I" in piece.text
                for term in typed_terms(fold(piece.text), lang)
            ),
        )
    ]


def _catalan(text: str, found: Sequence[Piece], joins: Sequence[Joined]) -> Iterator[str]:
    """Take col·lega, or col.lega, as it is written without the dot, too."""
    for join in joins:
        written = text[found[join.first].start : found[join.last].end]
        plain = _BETWEEN_L.sub("", written)
        if plain != written:
            yield from typed_terms(plain, "ca")


def _spaced_numbers(text: str) -> list[str]:
    """Read numbers whose thousands are parted by ordinary spaces."""
    found = merged(text, spaced=True, half=False)
    return [one for piece in found if " " in piece.text for one in numbers.readings(piece.text)]


def _distinct(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for term in terms if term))
