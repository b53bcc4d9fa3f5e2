"""The grammar of the query language: text -> syntax tree.

    query       = item*
    item        = both ("OR" both)*
    both        = part ("AND" part)*
    part        = "-" term | term
    term        = phrase | "(" item+ ")" | "title:" (phrase | group | word)
                | field ":" value ("," value)* | word
    phrase      = "…" “…” ”…” „…“ «…» »…« 「…」 『…』

OR and AND are operators in capitals only. A minus is one at the beginning of a term only, so
that `e-mail`, `COVID-19` and a dash between words are words. What looks like a field and is
not one (`10:30`, an address) is a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import Any

from parsy import (  # type: ignore[import-untyped]  # it has annotations but no py.typed marker
    Parser,
    forward_declaration,
    generate,
    regex,
)
from parsy import index as position

from search.query.errors import QueryError
from search.query.syntax import (
    Both,
    Either,
    FieldName,
    Group,
    Quoted,
    Restriction,
    Stem,
    Title,
    Without,
    Word,
)

Steps = Generator[Parser, Any, Any]
"""A rule as a function: it yields parsers, is sent what they read, and returns a node."""

_rule: Callable[[Callable[[], Steps]], Parser] = generate

LONGEST = 8_000
"""Characters of a query; anything longer is a text, for `polywire similar`."""

DEEPEST = 20
"""Depth of nested parentheses; each costs several Python calls."""

CLOSING = {
    '"': '"',
    "＂": "＂",
    "“": "”“",
    "”": "”",
    "‟": "”",
    "„": "“”‟",
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
}
"""What opens a phrase, and what may close it there."""

QUOTES = '"＂“”„‟«»「」『』'
_STOPS = rf"\s()（）{QUOTES}"

# A quotation mark between Hebrew letters is a gershayim, as in צה"ל; after a digit, inches.
_GERSHAYIM = r'(?<=[\u0590-\u05ff])"(?=[\u0590-\u05ff])'
_WORD = rf'(?:[^{_STOPS}]|{_GERSHAYIM}|(?<=[0-9])"(?!\w))+'
_ADDRESS = rf"https?://(?:[^{_STOPS}]|\([^{_STOPS}]*\))+"
_END = rf"(?=[{_STOPS}]|$)"

_space = regex(r"\s*")
_opening = regex(rf"[{QUOTES}]")
_minus = regex(r"[-－−](?=[^\-－−\s)）])")
_or = _space >> regex(rf"OR{_END}") >> _space
_and = _space >> regex(rf"AND{_END}") >> _space
_operator = regex(rf"(?:OR|AND){_END}")
_title = regex(r"title[:：](?=[^\s)）])", re.IGNORECASE)
_name = regex(r"(?:lang|source|section|tag|after|before|on)[:：](?=[^\s)）])", re.IGNORECASE)
_bare_value = regex(rf"[^,，{_STOPS}]+")
_comma = regex(r"[,，]")
_word = regex(rf"{_ADDRESS}|{_WORD}")


def syntax_tree(query: str) -> Group:
    """Read a query, as one group without its parentheses.

    Raises `QueryError` for anything that is not a query.
    """
    _check(query)
    tree: Group = _Reader(query).query.parse(query)
    return tree


class _Reader:
    """The parsers of one query; they know its text for the sake of error messages."""

    def __init__(self, query: str) -> None:
        self._query = query
        item = forward_declaration()
        term = (
            self._phrase()
            | self._group(item)
            | self._titled(item)
            | self._restriction()
            | self._misplaced_operator()
            | _word_or_stem
        )
        part = self._negated(term) | term
        both = self._chain(part, _and, "AND", Both)
        item.become(self._chain(both, _or, "OR", Either))
        items = (item << _space).many().map(tuple)
        self.query: Parser = position.bind(
            lambda at: _space >> items.map(lambda found: Group(found, at)) << self._end()
        )

    def _fail(self, sentence: str, start: int, end: int | None = None) -> QueryError:
        return QueryError(sentence, self._query, start, end)

    def _phrase(self) -> Parser:
        @_rule
        def phrase() -> Steps:
            at = yield position
            text = yield self._quotation()
            return self._quoted(text, at, (yield position))

        return phrase

    def _quotation(self) -> Parser:
        """What is between quotation marks, unchanged."""

        @_rule
        def quotation() -> Steps:
            at = yield position
            mark = yield _opening
            closing = CLOSING.get(mark)
            if closing is None:
                raise self._fail(
                    f"This {mark} closes a phrase that was never opened; leave it out.", at
                )
            body = rf"(?:[^{closing}]|{_GERSHAYIM})*" if mark == '"' else rf"[^{closing}]*"
            text = yield regex(body)
            closed = yield regex(rf"[{closing}]").optional()
            if closed is None:
                raise self._fail(
                    f"This phrase is never closed; put {closing[0]} at its end, "
                    "or leave the quotation mark out.",
                    at,
                )
            return text

        return quotation

    def _quoted(self, text: str, start: int, end: int) -> Quoted:
        plain = " ".join(re.sub(rf"(?!{_GERSHAYIM})[{QUOTES}]", " ", text).split())
        stem = _is_stem(plain)
        plain = plain.rstrip("* ")
        if not _has_word(plain):
            raise self._fail(
                "There is no word between these quotation marks; add one, or leave the marks out.",
                start,
                end,
            )
        return Quoted(plain, stem, start)

    def _group(self, item: Parser) -> Parser:
        @_rule
        def group() -> Steps:
            at = yield position
            yield regex(r"[(（]") >> _space
            items = yield (item << _space).many()
            closed = yield regex(r"[)）]").optional()
            if closed is None:
                raise self._fail("This parenthesis is never closed; put ) at its end.", at)
            if not items:
                raise self._fail(
                    "There is nothing between these parentheses; add a word, "
                    "or leave the parentheses out.",
                    at,
                    (yield position),
                )
            return Group(tuple(items), at)

        return group

    def _titled(self, item: Parser) -> Parser:
        inner = self._phrase() | self._group(item) | _word_or_stem

        @_rule
        def titled() -> Steps:
            at = yield position
            yield _title
            return Title((yield inner), at)

        return titled

    def _restriction(self) -> Parser:
        @_rule
        def restriction() -> Steps:
            at = yield position
            name: FieldName = (yield _name)[:-1].lower()
            values = []
            value = self._quotation().map(str.strip) | _bare_value
            while True:
                found = yield value.optional()
                values += [found] if found else []
                if (yield _comma.optional()) is None:
                    break
            if not values:
                raise self._fail(
                    f"{name}: takes a value, or several separated by commas; {_EXAMPLES[name]}.",
                    at,
                    at + len(name) + 1,
                )
            return Restriction(name, tuple(dict.fromkeys(values)), at)

        return restriction

    def _misplaced_operator(self) -> Parser:
        @_rule
        def misplaced() -> Steps:
            at = yield position
            word = yield _operator
            raise self._fail(
                f"{word} needs a term on both sides; write it in lower case to search for "
                "the word.",
                at,
                at + len(word),
            )

        return misplaced

    def _negated(self, term: Parser) -> Parser:
        @_rule
        def negated() -> Steps:
            at = yield position
            yield _minus
            inner = yield regex(rf"(?:OR|AND){_END}").map(Word) | term
            return Without(inner, at)

        return negated

    def _chain(
        self, link: Parser, operator: Parser, name: str, kind: type[Either] | type[Both]
    ) -> Parser:
        @_rule
        def chain() -> Steps:
            at = yield position
            links = [(yield link)]
            while True:
                start = yield position
                if (yield operator.optional()) is None:
                    break
                further = yield link.optional()
                if further is None:
                    found = self._query.find(name, start)
                    raise self._fail(
                        f"{name} needs a term on both sides; write it in lower case to search "
                        "for the word.",
                        found,
                        found + len(name),
                    )
                links.append(further)
            return links[0] if len(links) == 1 else kind(tuple(links), at)

        return chain

    def _end(self) -> Parser:
        @_rule
        def end() -> Steps:
            at = yield position
            stray = yield regex(r"[)）]").optional()
            if stray is not None:
                raise self._fail("This parenthesis was never opened; leave it out.", at)

        return end


@_rule
def _word_or_stem() -> Steps:
    at = yield position
    text: str = yield _word
    return Stem(text[:-1], at) if _is_stem(text) else Word(text, at)


_EXAMPLES = {
    "lang": "write lang:de,fr",
    "source": 'write source:bbc or source:"BBC News"',
    "section": "write section:sport",
    "tag": "write tag:climate",
    "after": "write after:2025-08-01 or after:7d",
    "before": "write before:2025-08-01 or before:7d",
    "on": "write on:2025-08-01 or on:yesterday",
}


def _is_stem(text: str) -> bool:
    """One star after two letters or more, or after one where a character can be a word."""
    if not text.endswith("*") or text.endswith("**"):
        return False
    letters = [char for char in text[:-1] if char.isalnum()]
    return len(letters) > 1 or any(ord(char) >= 0x2E80 for char in letters)


def _has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _check(query: str) -> None:
    if len(query) > LONGEST:
        raise QueryError(
            f"A query has at most {LONGEST:,} characters, and this has {len(query):,}; to search "
            "with a whole text, give its file to polywire similar.",
            query,
            LONGEST,
        )
    for at, char in enumerate(query):
        if "\ud800" <= char <= "\udfff":
            raise QueryError("There is a byte here that is not UTF-8; leave it out.", query, at)
    depth = 0
    for at, char in enumerate(query):
        depth += (char in "(（") - (char in ")）")
        if depth > DEEPEST:
            raise QueryError(
                f"These parentheses are nested more than {DEEPEST} deep; use fewer.", query, at
            )
