"""The grammar of the query language: text -> syntax tree.

    query       = item*
    item        = both ("OR" both)*                         also ||
    both        = near ("AND" near)*                        also &&
    near        = part ("NEAR/5" part)*                     also w/5, PRE/5, ADJ5, AROUND(5)
    part        = ("-" | "!" | "NOT" | "ANDNOT") term | "+" term | term
    term        = phrase | "(" item+ ")" | "title:" (phrase | group | word)
                | field ":" value ("," value)* | field ":(" value ("OR" value)* ")" | word
    phrase      = "…" “…” ”…” „…“ «…» »…« 「…」 『…』 〝…〞 ❝…❞
                  followed by ~5 for words close together

OR, AND and NOT are operators in capitals only, those with a number in any case. A minus is one at
the beginning of a term only, so that `e-mail`, `COVID-19` and a dash between words are words. What
looks like a field and is not one (`10:30`, an address) is a word.

The signs of each are in `tokens`; `terms` reads what is looked for, `fields` filters and `title:`,
`operators` what joins and excludes.
"""

from __future__ import annotations

from parsy import (  # type: ignore[import-untyped]
    Parser,
    forward_declaration,
    regex,
)
from parsy import index as position

from search.query import operators, tokens
from search.query.fields import restriction, titled
from search.query.remarks import Remarks
from search.query.syntax import Both, Either, Group
from search.query.terms import phrase, weights, word
from search.query.tokens import Steps, between, rule, space


def grammar(said: Remarks) -> Parser:
    """Return the parser of a whole query, whose notes go to `said`."""
    item = forward_declaration()
    term = (
        phrase(said)
        | group(said, item)
        | titled(said, phrase(said) | group(said, item) | word(said))
        | restriction(said, tokens.field_name)
        | operators.misplaced_operator(said)
        | word(said)
    )
    part = operators.negated(said, term) | operators.needed(term) | term
    both = operators.chain(said, operators.close(said, part), tokens.both, Both)
    item.become(operators.chain(said, both, tokens.either, Either))
    items = (item << between).many().map(tuple)
    whole: Parser = position.bind(
        lambda at: space >> items.map(lambda found: Group(found, at)) << end(said)
    )
    return whole


def group(said: Remarks, item: Parser) -> Parser:
    """Terms between parentheses."""

    @rule
    def group() -> Steps:
        at = yield position
        mark = yield regex(r"[(（]")
        yield space
        items = yield (item << between).many()
        closed = yield regex(r"[)）]").optional()
        if closed is None:
            raise said.fail(
                "This parenthesis is never closed; put ) at its end.",
                at,
                None,
                said.repairs.unclosed_group(at, mark),
            )
        end = yield position
        if not items:
            note = f"{said.query[at:end]} was left out: there is nothing in it."
            raise said.fail(
                "There is nothing between these parentheses; add a word, "
                "or leave the parentheses out.",
                at,
                end,
                said.repairs.blank(at, end, note),
            )
        yield weights(said, at)
        return Group(tuple(items), at)

    return group


def end(said: Remarks) -> Parser:
    """The end of the query, which a parenthesis is not."""

    @rule
    def end() -> Steps:
        at = yield position
        stray = yield regex(r"[)）]").optional()
        if stray is not None:
            note = f"{stray} was read as text: the parenthesis was never opened."
            raise said.fail(
                "This parenthesis was never opened; leave it out.",
                at,
                None,
                said.repairs.blank(at, at + 1, note),
            )

    return end
