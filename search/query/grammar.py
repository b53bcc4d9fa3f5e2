"""The grammar of the query language: text -> syntax tree.

    query       = item*
    item        = both ("OR" both)*                         also ||
    both        = near ("AND" near)*                        also &&
    near        = part ("NEAR/5" part)*
    part        = ("-" | "!" | "NOT") term | "+" term | term
    term        = phrase | "(" item+ ")" | "title:" (phrase | group | word)
                | field ":" value ("," value)* | field ":(" value ("OR" value)* ")" | word
    phrase      = "…" “…” ”…” „…“ «…» »…« 「…」 『…』 〝…〞, followed by ~5 for words close together

OR, AND, NOT and NEAR are operators in capitals only. A minus is one at the beginning of a term
only, so that `e-mail`, `COVID-19` and a dash between words are words. What looks like a field and
is not one (`10:30`, an address) is a word.
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

from search.query.errors import QueryError, Repair, ended
from search.query.repair import Repairs
from search.query.signs import (
    ADDRESS,
    ALIASES,
    CLOSING,
    DASHES,
    END,
    EXAMPLES,
    FIELD_NAMES,
    GERSHAYIM,
    OPERATORS,
    QUOTES,
    STOPS,
    WORD,
    has_wildcards,
    has_word,
    is_punctuation,
    is_stem,
)
from search.query.syntax import (
    Both,
    Close,
    Either,
    FieldName,
    Group,
    Needed,
    Node,
    Quoted,
    Restriction,
    Stem,
    Term,
    Title,
    Wild,
    Without,
    Word,
    printed,
)

Steps = Generator[Parser, Any, Any]
"""A rule as a function: it yields parsers, is sent what they read, and returns a node."""

_rule: Callable[[Callable[[], Steps]], Parser] = generate

MOST_GAPS = 100
"""Words between words that are close together."""

_BEGINS = r"(?<![^\s(（&|])"
_DASH = rf"[{DASHES.replace('–', '')}](?=[^{DASHES}\s)）])|–(?=[^{DASHES}\s)）])(?![^–]*\w–(?!\w))"

_space = regex(r"\s*")
# A dash right behind a phrase or a parenthesis begins no term: "Red Cross"-led.
_between = regex(rf"(?:[{DASHES}!+＋]+(?=\S))?\s*")
_opening = regex(rf"[{QUOTES}]")
_minus = regex(rf"{_BEGINS}(?:{_DASH}|!(?=[\w(（{QUOTES}]))")
_not = regex(rf"NOT{END}\s*(?=[^\s)）])")
_plus = regex(rf"{_BEGINS}[+＋](?=[^\W\d]|[(（{QUOTES}])")
_or = _space >> regex(rf"OR{END}|\|\|") >> _space
_and = _space >> regex(rf"AND{END}|&&") >> _space
_near = _space >> regex(rf"(?:NEAR|W|N)/([0-9]{{1,3}}){END}", group=1).map(int) << _space
_operator = regex(rf"(?:OR|AND|NOT){END}|\|\|{END}|&&{END}")
_ALIAS = "|".join(name for name, field in ALIASES.items() if field not in ("title", "on"))
_TITLE = "|".join(["title", *(name for name, field in ALIASES.items() if field == "title")])
_title = regex(rf"(?:{_TITLE})(?:[:：](?=[^\s)）])|=(?=[\w(（{QUOTES}]))", re.IGNORECASE)
_NAME = rf"(?:{'|'.join(FIELD_NAMES)}|{_ALIAS}|date(?=[:=](?:\d|today|yesterday)))"
_name = regex(rf"{_NAME}(?:[:：](?=[^\s)）])|=(?=[\w(（{QUOTES}]))", re.IGNORECASE)
_name_apart = regex(rf"(?i:{_NAME})[:：]\s+(?!(?:OR|AND|NOT){END})(?=[\w{QUOTES}])")
_bare_value = regex(rf"[^,，{STOPS}]+")
_comma = regex(r"[,，]")
_word = regex(rf"{ADDRESS}|{WORD}")
_weight = regex(r"\^[0-9]+(?:\.[0-9]+)?")
_gaps = regex(rf"~([0-9]{{0,3}})(?![^{STOPS}^])", group=1)


class Reader:
    """The parsers of one query.

    They know its text for the sake of error messages. `notes` gathers sentences on what was read
    otherwise than it may have been meant; where `strict`, these are errors.
    """

    def __init__(self, query: str, strict: bool) -> None:
        self._query = query
        self._repairs = Repairs(query)
        self._strict = strict
        self.notes: dict[str, None] = {}
        item = forward_declaration()
        term = (
            self._phrase()
            | self._group(item)
            | self._titled(item)
            | self._restriction(_name)
            | self._misplaced_operator()
            | self._word()
        )
        part = self._negated(term) | self._needed(term) | term
        both = self._chain(self._close(part), _and, Both)
        item.become(self._chain(both, _or, Either))
        items = (item << _between).many().map(tuple)
        self.query: Parser = position.bind(
            lambda at: _space >> items.map(lambda found: Group(found, at)) << self._end()
        )

    def _fail(
        self, sentence: str, start: int, end: int | None, repair: Repair | None
    ) -> QueryError:
        return QueryError(sentence, self._query, start, end, repair)

    def _note(self, sentence: str, start: int, end: int) -> None:
        if self._strict:
            raise self._fail(ended(sentence), start, end, None)
        self.notes[sentence] = None

    def _phrase(self) -> Parser:
        @_rule
        def phrase() -> Steps:
            at = yield position
            text = yield self._quotation()
            end = yield position
            yield regex(r"\*").optional()
            goes_on = self._query[end : (yield position)] == "*"
            gaps = yield _gaps.optional()
            yield self._weights(at)
            return self._quoted(f"{text}*" if goes_on else text, gaps, at, end)

        return phrase

    def _quotation(self) -> Parser:
        """What is between quotation marks, unchanged."""

        @_rule
        def quotation() -> Steps:
            at = yield position
            mark = yield _opening
            closing = CLOSING.get(mark)
            if closing is None:
                sentence = f"This {mark} closes a phrase that was never opened; leave it out."
                note = f"{mark} was read as text: it closes a phrase that was never opened."
                raise self._fail(sentence, at, None, self._repairs.blank(at, at + 1, note))
            body = rf"(?:[^{closing}]|{GERSHAYIM})*" if mark == '"' else rf"[^{closing}]*"
            text = yield regex(body)
            closed = yield regex(rf"[{closing}]").optional()
            if closed is None:
                raise self._fail(
                    f"This phrase is never closed; put {closing[0]} at its end, "
                    "or leave the quotation mark out.",
                    at,
                    None,
                    self._repairs.unclosed_phrase(at, closing[0]),
                )
            return text

        return quotation

    def _quoted(self, text: str, gaps: str | None, start: int, end: int) -> Term:
        plain = " ".join(re.sub(rf"(?!{GERSHAYIM})[{QUOTES}]", " ", text).split())
        if not has_word(plain):
            note = f"{self._query[start:end]} was left out: there is no word in it."
            raise self._fail(
                "There is no word between these quotation marks; add one, or leave the marks out.",
                start,
                end,
                self._repairs.blank(start, end, note),
            )
        if gaps:
            return Close(plain, min(int(gaps), MOST_GAPS), start)
        if gaps is not None:
            self._note(
                f'~ was left out behind "{plain}"; a number of words must follow it, as in '
                f'"{plain}"~5.',
                start,
                end,
            )
        if is_stem(plain):
            return Quoted(plain.rstrip("* "), True, start)
        if any(map(has_wildcards, plain.split())) or " * " in plain:
            return Wild(plain, True, start)
        return Quoted(plain.rstrip("* "), False, start)

    def _group(self, item: Parser) -> Parser:
        @_rule
        def group() -> Steps:
            at = yield position
            mark = yield regex(r"[(（]")
            yield _space
            items = yield (item << _between).many()
            closed = yield regex(r"[)）]").optional()
            if closed is None:
                raise self._fail(
                    "This parenthesis is never closed; put ) at its end.",
                    at,
                    None,
                    self._repairs.unclosed_group(at, mark),
                )
            end = yield position
            if not items:
                note = f"{self._query[at:end]} was left out: there is nothing in it."
                raise self._fail(
                    "There is nothing between these parentheses; add a word, "
                    "or leave the parentheses out.",
                    at,
                    end,
                    self._repairs.blank(at, end, note),
                )
            yield self._weights(at)
            return Group(tuple(items), at)

        return group

    def _weights(self, at: int) -> Parser:
        """Read over a weight behind a term, such as ^2."""

        @_rule
        def weights() -> Steps:
            start = yield position
            weight = yield _weight.optional()
            if weight is not None:
                self._say_weight(self._query[at:start], weight, start)

        return weights

    def _say_weight(self, term: str, weight: str, start: int) -> None:
        self._note(
            f"{weight} was left out behind {term}: terms have no weights of their own.",
            start,
            start + len(weight),
        )

    def _titled(self, item: Parser) -> Parser:
        inner = self._phrase() | self._group(item) | self._word()

        @_rule
        def titled() -> Steps:
            at = yield position
            typed = yield _title
            found = Title((yield inner), at)
            self._say_other_name(typed, "title:", found, (yield position))
            return found

        return titled

    def _say_other_name(self, typed: str, name: str, found: Node, end: int) -> None:
        if typed.strip().lower().replace("：", ":") != name:
            text = self._query[found.at : end].strip()
            verb = "is written" if self._strict else "was read as"
            self._note(f"{text} {verb} {printed(found)}", found.at, end)

    def _restriction(self, field: Parser) -> Parser:
        @_rule
        def restriction() -> Steps:
            at = yield position
            typed = yield field
            given = typed.strip()[:-1].lower()
            name: FieldName = FIELD_NAMES[ALIASES.get(given, given)]
            values = yield self._values()
            end = at + len(typed)
            if not values:
                note = f"{typed.strip()} was read as text: {name}: takes a value."
                raise self._fail(
                    f"{name}: takes a value, or several separated by commas; {EXAMPLES[name]}.",
                    at,
                    end,
                    self._repairs.blank(end - 1, end, note),
                )
            found = Restriction(name, tuple(dict.fromkeys(values)), at)
            self._say_other_name(typed, f"{name}:", found, (yield position))
            return found

        return restriction

    def _values(self) -> Parser:
        """Values by commas, or between parentheses; none where there is nothing to read."""
        value = self._quotation().map(str.strip) | _bare_value
        separator = regex(rf"\s*(?:[,，]|OR{END}|\|\|)\s*|\s+").optional()
        within = regex(r"[(（]\s*") >> (value << separator).many() << regex(r"[)）]")

        @_rule
        def values() -> Steps:
            listed = yield within.optional()
            if listed is not None:
                return [each for each in listed if each and each not in OPERATORS]
            found = []
            while True:
                each = yield value.optional()
                found += [each] if each else []
                if (yield _comma.optional()) is None:
                    return found

        return values

    def _misplaced_operator(self) -> Parser:
        @_rule
        def misplaced() -> Steps:
            at = yield position
            word = yield _operator
            raise self._misplaced(word, at)

        return misplaced

    def _misplaced(self, word: str, at: int) -> QueryError:
        needs = "a term behind it" if word == "NOT" else "a term on both sides"
        hint = "; write it in lower case to search for the word" if word.isalpha() else ""
        repair = self._repairs.stray_operator(word, at, needs)
        return self._fail(f"{word} needs {needs}{hint}.", at, at + len(word), repair)

    def _negated(self, term: Parser) -> Parser:
        apart = self._restriction(_name_apart)

        @_rule
        def negated() -> Steps:
            at = yield position
            mark = yield _minus | _not
            if mark.startswith("NOT"):
                start = yield position
                second = yield _minus.optional()
                if second is not None:
                    self._note(
                        f"{second} was left out behind NOT: one of them excludes.", start, start + 1
                    )
            word = regex(rf"(?:OR|AND){END}").map(Word)
            inner = yield (apart | term if mark.startswith("NOT") else word | apart | term)
            if isinstance(inner, Word) and is_punctuation(inner.text):
                return Word(self._query[at : (yield position)], at)
            if isinstance(inner, Word):  # a dash before it says nothing more
                inner = Word(re.sub(rf"^[{DASHES}]+(?=.)", "", inner.text), inner.at)
            return Without(inner, at)

        return negated

    def _needed(self, term: Parser) -> Parser:
        @_rule
        def needed() -> Steps:
            at = yield position
            yield _plus
            return Needed((yield term), at)

        return needed

    def _close(self, part: Parser) -> Parser:
        """Terms that NEAR/5 joins; anything but words and phrases is joined as AND does it."""

        @_rule
        def close() -> Steps:
            at = yield position
            parts, gaps = [(yield part)], 0
            while True:
                found = yield _near.optional()
                if found is None:
                    break
                gaps = max(gaps, found)
                further = yield part.optional()
                if further is None:
                    raise self._misplaced(self._query[at:].split()[-1], (yield position))
                parts.append(further)
            if len(parts) == 1:
                return parts[0]
            if all(
                isinstance(one, Word | Quoted | Stem | Wild) and has_word(one.text) for one in parts
            ):
                text = " ".join(printed(one) for one in parts)
                plain = " ".join(re.sub(rf"(?!{GERSHAYIM})[{QUOTES}]", " ", text).split())
                return Close(plain, min(gaps, MOST_GAPS), at)
            self._note(
                "NEAR was read as AND: it joins words and phrases only.", at, (yield position)
            )
            return Both(tuple(parts), at)

        return close

    def _chain(self, link: Parser, operator: Parser, kind: type[Either] | type[Both]) -> Parser:
        @_rule
        def chain() -> Steps:
            at = yield position
            links = [(yield link)]
            while True:
                start = yield position
                if (yield operator.optional()) is None:
                    break
                end = yield position
                further = yield link.optional()
                if further is None:
                    word = self._query[start:end].strip()
                    raise self._misplaced(word, self._query.index(word, start))
                links.append(further)
            return links[0] if len(links) == 1 else kind(tuple(links), at)

        return chain

    def _word(self) -> Parser:
        @_rule
        def word() -> Steps:
            at = yield position
            text: str = yield _word
            return self._word_of(text, at)

        return word

    def _word_of(self, text: str, at: int) -> Term:
        # One may stand behind the other, again and again.
        while (shorter := self._without_sign(text, at)) != text:
            text = shorter
        if text in OPERATORS:
            text = text.lower()
        if is_stem(text):
            return Stem(text[:-1], at)
        return Wild(text, False, at) if has_wildcards(text) else Word(text, at)

    def _without_sign(self, text: str, at: int) -> str:
        """Leave out a weight or a ~ at the end of a word, and say so."""
        weighed = re.fullmatch(rf"(.*[^\W\d_][*~]?)({_weight_pattern})", text, re.DOTALL)
        if weighed:
            self._say_weight(weighed[1], weighed[2], at + len(weighed[1]))
            return weighed[1]
        fuzzy = re.fullmatch(r"(.*[^\W_])~[0-9.]*", text, re.DOTALL)
        if fuzzy:
            self._note(
                f"~ was left out behind {fuzzy[1]}: words are found by their stems, not by "
                "spellings that are alike.",
                at,
                at + len(text),
            )
            return fuzzy[1]
        return text

    def _end(self) -> Parser:
        @_rule
        def end() -> Steps:
            at = yield position
            stray = yield regex(r"[)）]").optional()
            if stray is not None:
                note = f"{stray} was read as text: the parenthesis was never opened."
                raise self._fail(
                    "This parenthesis was never opened; leave it out.",
                    at,
                    None,
                    self._repairs.blank(at, at + 1, note),
                )

        return end


_weight_pattern = r"\^[0-9]+(?:\.[0-9]+)?"
