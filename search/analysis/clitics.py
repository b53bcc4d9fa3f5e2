"""Words without what is written on to them: article, conjunctions, prepositions, pronouns.

Arabic and Hebrew write these as part of the next or former word, and one cannot always tell them
from the word's own letters (Hebrew הסכם is "agreement", not "the drug"). So a word that may bear
one has several forms, the longest first, and two words meet where any form of theirs is the same.
A form has at least as many letters as make it unlikely that another word is hit by accident.

Arabic stems are light ones after Larkey, Ballesteros and Connell, "Light stemming for Arabic
information retrieval" (2007), with longer remainders, with pronouns after a feminine ending, and
without the dual (-an ends more roots in the news, such as Lebanon and flood, than duals).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from search.analysis.folding import fold

SHORTEST_REMAINDER = 4
"""Letters that remain where a single letter is taken off which may belong to the word."""

# Compiled where they are first used: a search that meets no such word need not wait for it.
_ARTICLE = r"([وف]?)([بك]?ال|لل)(?=..)"
_OWN_ALEF = r"[وفبكل]{0,2}[أإآ]ل"
"""An alef with hamza is never that of the article (ألمانيا, إلغاء), though it is often left out."""

_OWN_AL = r"و?(?:والد(?:ه|ي|ين|ها|هم|ته|تها|ات|ان)?|الله|اله|الهي|الان|الف|الاف)"
_ARABIC_ENDING = (
    "(?<=...)(?:اتهما|اتهم|اتها|اتنا|تهما|تهم|تهن|تها|تنا|يات|يون|يين|اته|هما"
    "|ته|هم|هن|ها|نا|ات|ون|ين|يه|ه|ي|ا)$"
)
"""Plurals, the feminine, adjectives, pronouns, and these behind one another: the longest that
leaves three letters."""

_HAMZA = "(?<=..ا)[ءيو]$"

_HEBREW = r"(ו?)((?:כש|ש)?)((?:מה|[הבלכמ])?)(?=..)"


def arabic(word: str) -> Iterator[str]:
    """Yield the folded stems of an Arabic word, that of the whole word first."""
    folded = fold(word)
    article = None if re.fullmatch(_OWN_AL, folded) else re.match(_ARTICLE, folded)
    if article is not None and len(folded) - article.end() < 2 + len(article[1]):
        article = None
    if article is None or re.match(_OWN_ALEF, word):
        yield _without_ending(folded)
    if article is not None:
        yield _without_ending(folded[article.end() :])
        return
    bare = folded
    for letters in ("وف", "بلك"):
        if bare[:1] and bare[:1] in letters:
            stem = _without_ending(bare[1:])
            if len(stem) >= SHORTEST_REMAINDER:
                bare = bare[1:]
                yield stem


def _without_ending(folded: str) -> str:
    # A hamza behind an alef changes its carrier with what follows it: وزراء, وزرائها.
    return re.sub(_HAMZA, "", re.sub(_ARABIC_ENDING, "", folded))


def hebrew(word: str) -> Iterator[str]:
    """Yield a folded Hebrew word, and what it is without the letters before it.

    "And" and the article leave three letters at least, what is often a root's own leaves four.
    """
    folded = fold(word)
    yield folded
    found = re.match(_HEBREW, folded)
    if found is None:
        return
    for end in (found.end(1), found.end(2), found.end(3)):
        before = folded[:end]
        # Few roots begin with the same letter twice (בבית).
        sure = before.endswith(("ה", "ו", folded[end : end + 1]))
        shortest = SHORTEST_REMAINDER - 1 if sure else SHORTEST_REMAINDER
        if before and len(folded) - end >= shortest:
            yield folded[end:]


WRITTEN_ON: Mapping[str, tuple[range, Callable[[str], Iterator[str]]]] = {
    "ar": (range(0x0600, 0x0700), arabic),
    "he": (range(0x0590, 0x0600), hebrew),
}
"""By language: the letters of its script, and the forms of a word in it."""


def forms(word: str, code: str) -> tuple[str, ...]:
    """Return the folded forms of a word in a language; none if it has no such habit."""
    script, function = WRITTEN_ON.get(code, (range(0), None))
    if function is None or not (folded := fold(word)) or ord(folded[0]) not in script:
        return ()
    return tuple(dict.fromkeys(form for form in function(word) if form))
