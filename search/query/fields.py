"""Filters and `title:`, as the grammar reads them."""

from __future__ import annotations

import re

from parsy import Parser, regex  # type: ignore[import-untyped]
from parsy import index as position

from search.query import tokens
from search.query.remarks import Remarks
from search.query.signs import ALIASES, END, EXAMPLES, FIELD_NAMES, OPERATORS
from search.query.syntax import FieldName, Node, Restriction, Title, printed
from search.query.terms import quotation
from search.query.tokens import Steps, rule

_BETWEEN_CODES = re.compile(r"\s*[|;；/+、،,，]+\s*")
"""What people write between languages besides a comma; no code and no name has it."""


def titled(said: Remarks, inner: Parser) -> Parser:
    """What must be in the headline."""

    @rule
    def titled() -> Steps:
        at = yield position
        typed = yield tokens.title_name
        found = Title((yield inner), at)
        _say_other_name(said, typed, "title:", found, (yield position))
        return found

    return titled


def _say_other_name(said: Remarks, typed: str, name: str, found: Node, end: int) -> None:
    if typed.strip().lower().replace("：", ":") != name:
        said.read_as(said.query[found.at : end].strip(), printed(found), found.at, end)


def restriction(said: Remarks, field: Parser) -> Parser:
    """A filter; `field` reads its name and what stands behind that."""

    @rule
    def restriction() -> Steps:
        at = yield position
        typed = yield field
        given = typed.strip()[:-1].lower()
        name: FieldName = FIELD_NAMES[ALIASES.get(given, given)]
        values = yield _values(said)
        if name == "lang":
            values = [code for value in values for code in _BETWEEN_CODES.split(value) if code]
        end = at + len(typed)
        if not values:
            note = f"{typed.strip()} was read as text: {name}: takes a value."
            raise said.fail(
                f"{name}: takes a value, or several separated by commas; {EXAMPLES[name]}.",
                at,
                end,
                said.repairs.blank(end - 1, end, note),
            )
        found = Restriction(name, tuple(dict.fromkeys(values)), at)
        _say_other_name(said, typed, f"{name}:", found, (yield position))
        return found

    return restriction


def _values(said: Remarks) -> Parser:
    """Values by commas, or between parentheses; none where there is nothing to read."""
    value = quotation(said).map(str.strip) | tokens.bare_value
    separator = regex(rf"\s*(?:[,，]|OR{END}|\|\|)\s*|\s+").optional()
    within = regex(r"[(（]\s*") >> (value << separator).many() << regex(r"[)）]")

    @rule
    def values() -> Steps:
        listed = yield within.optional()
        if listed is not None:
            return [each for each in listed if each and each not in OPERATORS]
        found = []
        while True:
            each = yield value.optional()
            found += [each] if each else []
            if (yield tokens.comma.optional()) is None:
                return found

    return values
