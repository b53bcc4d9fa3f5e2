"""A query in any order -> syntax tree: what the grammar refuses is read as text, with a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from search.query.errors import QueryError, Repair
from search.query.signs import (
    ALIASES,
    ANYWHERE,
    DASHES,
    FIELD_NAMES,
    GERSHAYIM,
    NEARNESS,
    OPERATORS,
    QUOTES,
    STOPS,
    narrow,
)
from search.query.syntax import Group, Quoted, Word, printed_items
from search.values import dataclass

LONGEST = 8_000
"""Characters of a query; of anything longer the beginning is read."""

REMEMBERED = 400
"""Characters of a query that is remembered: it comes again with its counts, from other readers."""

DEEPEST = 20
"""Depth of nested parentheses; each costs several Python calls."""

MOST_REPAIRS = 12
"""Places that are repaired one by one; a query with more of them is a text. Each costs one more
reading, 50 ms for the longest query."""


_OPERATOR = r"OR|AND|(?:AND[_-]?)?NOT|(?i:(?:NEAR|ONEAR|ADJ)[0-9]{1,3}|[A-Z]+/[0-9]{1,3}[FNfn]?)"
_FIELD = rf"(?i:{'|'.join(['title', *FIELD_NAMES, *ALIASES, *ANYWHERE])})[:：=]"
_PLAIN = re.compile(
    rf"\s*(?:(?!(?:{_OPERATOR})(?:\s|$)|{_FIELD}|\S*&#?\w+;|\S*%[2C-Fc-f][0-9A-Fa-f])"
    rf"(?:[^{STOPS}{DASHES}!+＋*?^~|&][^{STOPS}*?^~]*(?:\?[?!.,;…]*)?|[{DASHES}]+)(?:\s+|$))*"
)
"""A query of words that have no sign which the grammar might take for something. Most are, and
looking takes a hundredth of the time that the grammar takes, and none to load it."""


MISMATCHED = "Only the words of the query were read: its marks and operators do not match."

SHORTEST_TEXT = 60
WORDS_PER_OPERATOR, WORDS_PER_PHRASE = 10, 5
"""Words from which on a query is taken for a text, unless one in so many is an operator or has a
sign before it, or begins a phrase."""


@dataclass(frozen=True, slots=True)
class Read:
    """The tree of a query, and sentences on what was read otherwise than it may be meant."""

    tree: Group
    notes: tuple[str, ...] = ()


def read(query: str, strict: bool = False) -> Read:
    """Read a query, as one group without its parentheses.

    Raises `QueryError` only if `strict`: for anything that is not a query as it should be.
    """
    return _remembered(query, strict) if len(query) <= REMEMBERED else _read(query, strict)


@lru_cache(maxsize=1024)
def _remembered(query: str, strict: bool) -> Read:
    return _read(query, strict)


def _read(query: str, strict: bool) -> Read:
    notes: dict[str, None] = {}
    text = query if query.isascii() else narrow(query)
    repairs = 0
    if not strict and is_text(query):
        bare = without_signs(query)
        text = narrow(bare)
        if bare != query:
            notes[
                "The query was read as a text: quotation marks, parentheses and signs before words "
                "mean nothing in it."
            ] = None
    while True:
        try:
            check(text)
            if is_plain(text):
                return Read(plain_words(text), tuple(notes))
            tree, said = parsed(text, strict)
            if repairs and not _reads_the_same(tree):
                notes[MISMATCHED] = None
                return Read(words_alone(text), tuple(notes))
        except QueryError as error:
            if strict or error.repair is None:
                raise
            repairs += 1
            if repairs > MOST_REPAIRS:
                notes[MISMATCHED] = None
                return Read(words_alone(text), tuple(notes))
            text = narrow(error.repair.query)  # one that stood behind a mark stands alone now
            notes[error.repair.note] = None
        else:
            return Read(tree, (*notes, *said))


def _reads_the_same(tree: Group) -> bool:
    """Tell whether what a tree is printed as is read as this tree, without any repair.

    What was repaired may have left marks side by side that mean something together.
    """
    printed = narrow(printed_items(tree.items))
    try:
        return (plain_words(printed) if is_plain(printed) else parsed(printed)[0]) == tree
    except QueryError:
        return False


def is_plain(query: str) -> bool:
    """Tell whether there is nothing in it but words: what the grammar makes of it is certain."""
    return _PLAIN.fullmatch(query) is not None


def parsed(text: str, strict: bool = False) -> tuple[Group, Sequence[str]]:
    """Ask the grammar, which is loaded by the first query that needs it; with what it says.

    Raises `QueryError`.
    """
    from search.query.elsewhere import written_elsewhere
    from search.query.grammar import grammar
    from search.query.remarks import Remarks

    error = written_elsewhere(text)
    if error is not None:
        raise error
    said = Remarks(text, strict)
    tree: Group = grammar(said).parse(text)
    return tree, tuple(said.notes)


def plain_words(text: str) -> Group:
    """Take each word as it stands."""
    return Group(tuple(Word(found[0], found.start()) for found in re.finditer(r"\S+", text)), 0)


_SIGN = rf"(?s:[{DASHES}!+＋][^\s{DASHES}].*|.*\w\*|.*\w[:：=]\S.*)"
_QUOTED = rf"(?s:[{DASHES}!+＋]?[{QUOTES}].*)"
_EXCLUDED_AT_END = rf"(?:\s+[{DASHES}!][^\s{DASHES}]\S*)+\s*$"


def is_text(query: str) -> bool:
    """Tell whether it is a text that was pasted: long, and hardly any operators or signs in it."""
    words = query.split()
    if len(words) < SHORTEST_TEXT:
        return False
    signs = sum(word.strip("()") in OPERATORS or bool(re.fullmatch(_SIGN, word)) for word in words)
    quoted = sum(bool(re.fullmatch(_QUOTED, word)) for word in words)
    return signs * WORDS_PER_OPERATOR < len(words) and quoted * WORDS_PER_PHRASE < len(words)


def without_signs(query: str) -> str:
    """Take away what would make operators, phrases, groups and wildcards of a text.

    What is excluded at the end stays excluded: nobody ends a text like that.
    """
    end = re.search(_EXCLUDED_AT_END, query)
    text, rest = (query[: end.start()], end[0]) if end else (query, "")
    plain = re.sub(rf"(?!{GERSHAYIM})[{QUOTES}()（）*]|&&|\|\|", " ", text)
    plain = re.sub(rf"(?<!\S)[{DASHES}!+＋]+(?=[^\s{DASHES}])", "", plain)
    return re.sub(r"\b(?:OR|AND|NOT)\b", lambda found: found[0].lower(), plain) + rest


def words_alone(query: str) -> Group:
    """Take the words and nothing else."""
    return Group(tuple(map(_as_word, re.findall(r"\w+", query))))


def _as_word(text: str) -> Word | Quoted:
    """Take a word for no operator."""
    if re.fullmatch(NEARNESS, text):
        return Quoted(text)
    return Word(text.lower() if narrow(text) in OPERATORS else text)


def check(query: str) -> None:
    """Raise `QueryError` for what no grammar can be asked to read."""
    if len(query) > LONGEST:
        raise QueryError(
            f"A query has at most {LONGEST:,} characters, and this has {len(query):,}; to search "
            "with a whole text, give its file to polywire similar.",
            query,
            LONGEST,
            repair=Repair(
                query[:LONGEST],
                f"Only the first {LONGEST:,} of {len(query):,} characters were read; to search "
                "with a whole text, give its file to polywire similar.",
            ),
        )
    for at, char in enumerate(query):
        if "\ud800" <= char <= "\udfff":
            whole = "".join(" " if "\ud800" <= each <= "\udfff" else each for each in query)
            raise QueryError(
                "There is a byte here that is not UTF-8; leave it out.",
                query,
                at,
                repair=Repair(whole, "Bytes that are not UTF-8 were left out."),
            )
    depth = 0
    for at, char in enumerate(query):
        depth += (char in "(（") - (char in ")）")
        if depth > DEEPEST:
            flat = re.sub("[()（）]", " ", query)
            raise QueryError(
                f"These parentheses are nested more than {DEEPEST} deep; use fewer.",
                query,
                at,
                repair=Repair(
                    flat, f"Parentheses were left out: they are nested more than {DEEPEST} deep."
                ),
            )
