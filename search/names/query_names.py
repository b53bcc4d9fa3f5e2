"""The names in a query, or in an article that stands for one: what the names leg looks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from search.analysis.folding import fold
from search.analysis.languages import language, languages
from search.analysis.query_terms import function_words
from search.analysis.stemming import stem
from search.analysis.words import Piece, pieces
from search.names.keys import CYRILLIC, LATIN, query_keys, script_of
from search.names.tokens import forms, is_shown, name_pieces
from search.values import dataclass

MOST_KEYS = 512
"""Keys that are looked up for a query: those of a dozen names. Elasticsearch takes no more than
about a thousand alternatives."""

ARTICLE_NAMES = 8
"""Names of an article that `polywire similar` looks for: 16 or 32 are no better, 4 are a little
worse (`benchmarks/results/retrieval_similar.md`)."""

ENDINGS_OF = {CYRILLIC: ("ru", "uk"), LATIN: ("cs", "de", "hr")}
"""Languages whose endings are removed from a name within a sentence, since the language of a query
is not known. On headlines of wmt-news nDCG@10 is 0.812 with them and 0.806 without; with the
endings of seven languages it is 0.810."""


MOST_NAME_WORDS, MOST_NAME_CHARACTERS = 2, 8
"""Words, and characters without spaces between them, of what may be nothing but a name. Without the
bound, questions on the sample in scripts without capitals lose 0.037 of their nDCG@10."""


@dataclass(frozen=True, slots=True)
class QueryNames:
    """The keys of the names in a query, and whether it consists of names alone.

    A query that is nothing but a name has the most to gain: it has no meaning to go by. In a script
    that has no capitals to tell it `may_be_alone` if it is as short as a name.
    """

    keys: tuple[str, ...] = ()
    alone: bool = False
    may_be_alone: bool = False


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a query that is a name, and where it begins."""

    text: str
    start: int
    within_sentence: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys, worked out anew: many times as dear as everything else here."""
        return tuple(_keys(self.text, within_sentence=self.within_sentence))


@lru_cache(maxsize=512)
def query_names(query: str) -> QueryNames:
    """Return the names in a query.

    Where some of its words are capitalised, these are the names. Where none is (it was typed in
    haste, or in a script without capitals), any word may be one, and the index decides whether
    there is such a name.
    """
    words, alone = name_words(query)
    keys = (key for word in words for key in word.keys)
    return QueryNames(tuple(dict.fromkeys(keys))[:MOST_KEYS], alone, _may_be_alone(query))


def name_words(query: str) -> tuple[list[NameWord], bool]:
    """Return the names in a query word by word, and whether it consists of names alone."""
    found = list(name_pieces(query))
    shown = any(is_shown(piece.text) for piece in found)
    if not shown:
        starts = {piece.start for piece in found}
        found += [p for p in pieces(query) if not p.is_run and p.start not in starts]
        found.sort(key=lambda piece: piece.start)
    telling = _telling(pieces(query))
    names = [piece for piece in found if piece.start in telling or piece.is_run]
    alone = shown and sum(len(p.text) for p in names) >= sum(telling.values())
    return [NameWord(p.text, p.start, within_sentence=not alone) for p in names], alone


def _may_be_alone(query: str) -> bool:
    if any(map(str.islower, query)):  # small letters: most such words are no names
        return False
    found = pieces(query)
    words = sum(not piece.is_run for piece in found)
    characters = sum(len(piece.text) for piece in found if piece.is_run)
    is_short = words <= MOST_NAME_WORDS and characters <= MOST_NAME_CHARACTERS
    return is_short and not any(is_shown(piece.text) for piece in name_pieces(query))


def article_names(texts: Iterable[str], most: int = ARTICLE_NAMES) -> QueryNames:
    """Return the keys of the names that occur most often in the passages of an article.

    Nothing tells a name from the first word of a sentence, but that word seldom occurs twice.
    """
    seen: Counter[str] = Counter()
    for text in texts:
        telling = _telling(pieces(text))
        seen.update(p.text for p in name_pieces(text) if p.is_run or p.start in telling)
    keys = (key for name, _ in seen.most_common(most) for key in _keys(name, within_sentence=True))
    return QueryNames(tuple(dict.fromkeys(keys))[:MOST_KEYS])


def _telling(found: Sequence[Piece]) -> dict[int, int]:
    """Return where the words other than function words begin, and how long they are."""
    function = function_words([fold(piece.text) for piece in found], tuple(languages()))
    return {p.start: len(p.text) for p in found if fold(p.text) not in function}


def _keys(word: str, *, within_sentence: bool) -> Iterator[str]:
    yield from query_keys(word)
    for form in forms(word, "und"):
        yield from query_keys(form)
    script = script_of(word[0])
    if within_sentence and script is not None:
        for lang in ENDINGS_OF.get(script, ()):
            yield from query_keys(stem(word, language(lang)))
