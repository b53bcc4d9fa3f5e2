"""Advice: what of a query found nothing, or may have been meant otherwise, as sentences.

It is part of every answer. What it costs is bounded: words are looked up only where no article that
is shown has them, values of filters only where none has them.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence

from search.analysis.folding import fold
from search.analysis.indexing import indexed
from search.analysis.joining import joined, merged, written_apart
from search.analysis.languages import languages
from search.analysis.query_terms import function_words, query_terms
from search.analysis.telling import length
from search.analysis.words import pieces
from search.answer import Answer, Hit, ShownPassage
from search.index.bounds import MOST_WORDS
from search.index.clauses import (
    AnyOf,
    InArticle,
    Leaf,
    Match,
    Near,
    Phrase,
    Prefix,
    Scope,
    Wildcard,
    leaves,
)
from search.index.filters import Filters
from search.index.legs import LexicalLeg
from search.index.model import HEADLINE, Passage
from search.index.port import SearchIndex
from search.names.query_names import NameWord, name_words
from search.names.tokens import is_shown, name_pieces
from search.query.syntax import near_text
from search.request import Mode, Request
from search.retrieval.highlight import Highlighter
from search.retrieval.legs import VECTOR
from search.retrieval.suggestions import impossible, of_filters, of_values

MOST_LOOKED_UP = 12
"""Words, phrases and the like of a query that are looked up one by one; what has more is a text."""

FRESH_S = 60.0
"""For so long a word that an article had is taken to be there; looking up those of a headline that
no hit shows would take an eighth of its search."""

MOST_REMEMBERED, LONGEST_REMEMBERED = 10_000, 100
"""How many words and the like, of how many characters."""

MOST_MARKED = 100
"""Places in texts that words are looked for in before the index is asked."""

NOTHING_CLOSE = (
    "Nothing close to the query was found: these articles are the nearest in meaning, but even the "
    "closest is farther from it than a real answer usually is."
)

COUNTED_BY_WORDS = (
    "Nothing close in meaning to the query was found, so that only articles with words or names of "
    "it are counted."
)
"""What stands for `NOTHING_CLOSE` where articles are counted instead of shown."""

BY_MEANING = "None of these articles has a word of the query: they are the nearest in meaning."

BY_MEANING_UNKNOWN = (
    "None of these articles has a word of the query: they are the nearest in meaning, and how "
    "likely each is right is not known."
)

WITHOUT_WORDS = (
    "Phrases, title:, OR and prefixes act on the lexical leg, which does not run with --mode "
    "vector."
)


_ADDRESS_BEGINS = re.compile(r"https?://\w|www\.\w", re.IGNORECASE)


class WordsThere:
    """Words that some article had a minute ago at most: they are not looked up for each search."""

    def __init__(self) -> None:
        self._seen: dict[Leaf, float] = {}

    def others(self, leaves: Sequence[Leaf]) -> list[Leaf]:
        """Return those of which nothing is known."""
        since = time.monotonic() - FRESH_S
        return [leaf for leaf in leaves if self._seen.get(leaf, -math.inf) < since]

    def add(self, leaves: Collection[Leaf]) -> None:
        """Note that some article has these."""
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        short = (leaf for leaf in leaves if len(leaf.text) <= LONGEST_REMEMBERED)
        self._seen |= dict.fromkeys(short, time.monotonic())


def advice(index: SearchIndex, answer: Answer, there: WordsThere) -> tuple[str, ...]:
    """Return what is to be said of an answer, besides what is said of its query alone."""
    request = answer.request
    found = [*of_request(request)]
    why = [*impossible(request.filters), *of_values(index, request.filters, answer.hits)]
    why += _of_words(index, request, answer.hits, there)
    found += why
    if not (why or answer.hits or answer.total or request.min_confidence):
        found += of_filters(index, request.filters)
    if answer.anything_close is False:
        found.append(NOTHING_CLOSE)
    elif answer.hits and only_by_meaning(answer):
        found.append(by_meaning(answer))
    return tuple(dict.fromkeys(found))


def advice_before(index: SearchIndex, request: Request) -> tuple[str, ...]:
    """Return what is to be said of a result of which no article is known yet."""
    found = [*of_request(request), *impossible(request.filters)]
    found += of_values(index, request.filters, ())
    return tuple(dict.fromkeys([*found, *_of_words(index, request, (), WordsThere())]))


def of_request(request: Request) -> Iterator[str]:
    """Yield what was noted of the query, and what its words alone show."""
    yield from request.notes
    if request.meant:
        yield f"By meaning, words with wildcards were searched as: {', '.join(request.meant)}."
    if request.mode is Mode.VECTOR:
        if not isinstance(request.clause, Match | None):
            yield WITHOUT_WORDS
        return
    asked = [leaf for leaf in _leaves(request) if isinstance(leaf, Match)]
    longest = max((length(leaf.text) for leaf in asked), default=0)
    if longest > MOST_WORDS:
        yield (
            f"Of the {longest:,} words of the query the {MOST_WORDS} that tell most were looked "
            "for; polywire similar finds the coverage of a whole article."
        )
        return
    words = [piece for leaf in asked for piece in pieces(leaf.text)]
    function = _function([piece.text for piece in words if not piece.is_run])
    if words and all(fold(piece.text) in function for piece in words):
        listed = ", ".join(dict.fromkeys(piece.text for piece in words))
        yield (
            f"The query has only function words ({listed}), which most articles have; quotation "
            "marks make a phrase of them."
        )


def only_by_meaning(answer: Answer) -> bool:
    """Tell whether words were looked for, but no article shown has any of them, or a name."""
    return answer.request.mode is Mode.HYBRID and not any(
        hit.legs.keys() - {VECTOR} for hit in answer.hits
    )


def by_meaning(answer: Answer) -> str:
    """Say that all that is shown was found by meaning alone, and whether more is known of it."""
    known = any(hit.confidence is not None for hit in answer.hits)
    return BY_MEANING if known else BY_MEANING_UNKNOWN


def is_exact(request: Request, hits: Sequence[Hit]) -> bool:
    """Tell whether an article has all that is looked for, or all the names, word for word."""
    asked = sought(request)
    if not asked or len(asked) > MOST_LOOKED_UP:
        return False
    wholes: list[list[Leaf]] = [asked]
    names: list[Leaf] = [Match(name) for name in _names(request)]
    if names:
        wholes.append(names)
    keys = request.query_names.keys
    return any(
        all(_has(hit, Highlighter(leaf, keys if leaf in names else ())) for leaf in whole)
        for whole in wholes
        for hit in hits
    )


def sought(request: Request) -> list[Leaf]:
    """Return what is looked for one by one: words that tell something, phrases and the like."""
    found: dict[Leaf, None] = {}
    for leaf in _leaves(request):
        if not isinstance(leaf, Match):
            found[leaf] = None
            continue
        for word in _telling(leaf.text):
            found[Match(word, leaf.scope)] = None
    return list(found)


def _telling(text: str) -> Iterator[str]:
    """Yield the words that are looked for: not the 35 of F-35, which says nothing alone.

    Nor is what an address begins with: texts have it without.
    """
    words = merged(text, spaced=True, half=False)  # 1 500 is a number, neither 1 nor 500
    ends = {join.first: join.last for join in reversed(joined(text, words))}
    function = _function([piece.text for piece in words if not piece.is_run])
    n = 0
    while n < len(words):
        last = ends.get(n, n)
        if last > n:
            yield text[words[n].start : words[last].end]
        elif words[n].is_run or not (
            fold(words[n].text) in function or _ADDRESS_BEGINS.match(text, words[n].start)
        ):
            yield words[n].text
        n = last + 1


def _leaves(request: Request) -> Iterator[Leaf]:
    if request.matching is not None:
        yield from leaves(request.matching)


def _function(words: Sequence[str]) -> frozenset[str]:
    return function_words([fold(word) for word in words], tuple(languages()))


def _names(request: Request) -> list[str]:
    """Return the words that are names by their capitals; the first has one anyway."""
    if not request.query_names.keys:
        return []
    alone = request.query_names.alone
    shown = [piece for piece in name_pieces(request.text) if is_shown(piece.text)]
    return [piece.text for piece in shown if alone or piece.start > 0]


def _has(hit: Hit, highlight: Highlighter) -> bool:
    return bool(
        highlight.title(hit.article) or any(highlight(shown.passage) for shown in hit.passages)
    )


def _of_words(
    index: SearchIndex, request: Request, hits: Sequence[Hit], there: WordsThere
) -> Iterator[str]:
    """Say which words no article has at all."""
    asked = sought(request)
    if request.mode is Mode.VECTOR or len(asked) > MOST_LOOKED_UP:
        return
    said = set(map(fold, said_of_fields(request.notes)))
    unknown = [leaf for leaf in there.others(asked) if fold(leaf.text) not in said]
    if not unknown:
        return
    marked = _marked(hits)
    missing = _not_among(unknown, marked)
    there.add(set(unknown).difference(missing))
    if missing and request.query_names.keys:
        named = {word.text: word for word in name_words(request.text)[0]}
        missing = [leaf for leaf in missing if not _is_spelled_otherwise(leaf, named, marked)]
    if not missing:
        return
    results = index.retrieve(tuple(map(LexicalLeg, missing)), Filters(), 1).results
    there.add([leaf for leaf, each in zip(missing, results, strict=True) if each.total])
    nowhere = [leaf for leaf, each in zip(missing, results, strict=True) if not each.total]
    nowhere = [leaf for leaf in nowhere if not _is_there_otherwise(leaf, request, nowhere)]
    for leaf in _not_as_one(index, request, nowhere):
        yield f"No article has {_quoted(leaf)}.{_truncated(leaf, request.written or '')}"


def _is_there_otherwise(leaf: Leaf, request: Request, nowhere: Sequence[Leaf]) -> bool:
    """Tell whether words close together are one of several alternatives, of which one is there.

    (ferry OR boat) NEAR/5 storm is two of them.
    """
    if not isinstance(leaf, Near):
        return False
    matching = request.matching
    parts = matching.required if isinstance(matching, InArticle) else (matching,)
    return any(
        isinstance(part, AnyOf) and leaf in part.clauses and not set(part.clauses) <= set(nowhere)
        for part in parts
    )


def _not_as_one(index: SearchIndex, request: Request, nowhere: Sequence[Leaf]) -> Iterator[Leaf]:
    """Yield what is not part of a word that articles have: of iPhone 16, iPhone16."""
    texts = {leaf.text for leaf in nowhere}
    wholes: dict[Leaf, set[str]] = {}
    for leaf in _leaves(request) if texts else ():
        words = pieces(leaf.text) if isinstance(leaf, Match) else []
        for join in written_apart(leaf.text, words) if words else ():
            parts = {piece.text for piece in words[join.first : join.last + 1]}
            if not parts.isdisjoint(texts):
                wholes[Match(join.form, leaf.scope)] = parts
    if wholes:
        found = index.retrieve(tuple(map(LexicalLeg, wholes)), Filters(), 1).results
        for parts, each in zip(wholes.values(), found, strict=True):
            texts -= parts if each.total else set()
    yield from (leaf for leaf in nowhere if leaf.text in texts)


def _not_among(asked: Sequence[Leaf], marked: Sequence[Passage]) -> list[Leaf]:
    """Return what is in none of the texts, which are analysed once for all words."""
    langs = tuple(dict.fromkeys(passage.lang for passage in marked))
    analysed = {passage: indexed(passage.text, passage.lang) for passage in marked}

    def is_there(leaf: Leaf) -> bool:
        if not isinstance(leaf, Match):
            return any(map(Highlighter(leaf), marked))
        wanted = query_terms(leaf.text, langs)
        terms, words = frozenset(wanted.terms), frozenset(wanted.words)
        return any(
            not (terms.isdisjoint(found.terms) and words.isdisjoint(found.words))
            for passage, found in analysed.items()
            if leaf.scope is Scope.ANYWHERE or passage.position == HEADLINE
        )

    return [leaf for leaf in asked if not is_there(leaf)]


def said_of_fields(notes: Sequence[str]) -> Iterator[str]:
    """Yield words of which notes say already that they were no field, or no value of one."""
    for note in notes:
        found = _NO_FIELD.match(note)
        if found is not None:
            yield from _telling(found["name"])
            yield from _telling(found["value"] or "")


_NO_FIELD = re.compile(
    r"-?(?:(?P<name>[^\W\d_][\w-]*)[:=])"
    r"(?:.* was (?:searched|excluded) as words: there is no field|(?P<value>.*) was read as words:"
    r"| was searched as a word;)"
)


def _is_spelled_otherwise(
    leaf: Leaf, named: Mapping[str, NameWord], marked: Sequence[Passage]
) -> bool:
    """Tell whether a word is a name that an article has in another spelling or script."""
    name = named.get(leaf.text) if isinstance(leaf, Match) else None
    return name is not None and any(map(Highlighter(None, name.keys), marked))


def _truncated(leaf: Leaf, written: str) -> str:
    """Say how the beginning of a word is asked for, behind which other programs write ! or $."""
    if not isinstance(leaf, Match) or not re.search(rf"\b{re.escape(leaf.text)}[!$]", written):
        return ""
    return f" Words that begin so are {leaf.text}*."


def _marked(hits: Sequence[Hit]) -> list[Passage]:
    """Return what is marked in the texts that are shown, each as a passage: all words are in it."""
    found: dict[Passage, None] = {}
    for hit in hits:
        article = hit.article
        title = Passage(HEADLINE, article.title, article.lang)
        for shown in (ShownPassage(title, hit.title_highlights), *hit.passages):
            for start, end in shown.highlights:
                whole = shown.passage
                found[Passage(whole.position, whole.text[start:end], whole.lang)] = None
    # The shortest first: words, and only then sentences that are marked for their meaning.
    return sorted(found, key=lambda passage: len(passage.text))[:MOST_MARKED]


def _quoted(leaf: Leaf) -> str:
    match leaf:
        case Match(text):
            said = f"the word {text}"
        case Phrase(text):
            said = f'"{text}"'
        case Prefix(text):
            said = f'"{text}*"' if " " in text else f"{text}*"
        case Wildcard(text):
            said = f'"{text}"' if " " in text else text
        case Near(text, gaps):
            said = near_text(text, gaps)
    return said if str(leaf.scope) == "anywhere" else f"{said} in its headline"
