"""What joins terms, excludes them or makes them needed, as the grammar reads it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

from parsy import Parser, regex  # type: ignore[import-untyped]
from parsy import index as position

from search.query import tokens
from search.query.errors import QueryError
from search.query.fields import restriction
from search.query.remarks import Remarks
from search.query.signs import DASHES, END, GERSHAYIM, QUOTES, has_word, is_punctuation
from search.query.syntax import (
    Both,
    Close,
    Either,
    Group,
    Needed,
    Node,
    Quoted,
    Stem,
    Wild,
    Without,
    Word,
    inner_of,
    printed,
)
from search.query.terms import MOST_GAPS, MOST_NEARS
from search.query.tokens import Steps, rule


def misplaced_operator(said: Remarks) -> Parser:
    """An operator where none can be: always refused."""

    @rule
    def misplaced() -> Steps:
        at = yield position
        word = yield tokens.operator
        raise _misplaced(said, word, at)

    return misplaced


def _misplaced(said: Remarks, word: str, at: int) -> QueryError:
    needs = "a term behind it" if word == "NOT" else "a term on both sides"
    hint = "; write it in lower case to search for the word" if word.isalpha() else ""
    repair = said.repairs.stray_operator(word, at, needs)
    return said.fail(f"{word} needs {needs}{hint}.", at, at + len(word), repair)


def negated(said: Remarks, term: Parser) -> Parser:
    """A term that must not match."""
    apart = restriction(said, tokens.field_name_apart)

    @rule
    def negated() -> Steps:
        at = yield position
        mark = yield tokens.minus | tokens.negation
        if mark[0] in "NA":
            start = yield position
            second = yield tokens.minus.optional()
            if second is not None:
                said.note(
                    f"{second} was left out behind NOT: one of them excludes.", start, start + 1
                )
        word = regex(rf"(?:OR|AND){END}").map(Word)
        inner = yield (apart | term if mark[0] in "NA" else word | apart | term)
        if isinstance(inner, Word) and is_punctuation(inner.text):
            if mark[0] in "NA":
                raise _misplaced(said, mark.strip(), at)
            return Word(said.query[at : (yield position)], at)
        if isinstance(inner, Word):  # a dash before it says nothing more
            inner = Word(re.sub(rf"^[{DASHES}]+(?=.)", "", inner.text), inner.at)
        return Without(inner, at)

    return negated


def needed(term: Parser) -> Parser:
    """A term that must match."""

    @rule
    def needed() -> Steps:
        at = yield position
        yield tokens.plus
        return Needed((yield term), at)

    return needed


def close(said: Remarks, part: Parser) -> Parser:
    """Terms that NEAR/5 joins; anything but words and phrases is joined as AND does it."""

    @rule
    def close() -> Steps:
        at = yield position
        parts, gaps = [(yield part)], 0
        while True:
            start = yield position
            written = yield tokens.nearness.optional()
            if written is None:
                break
            end = yield position
            further = yield part.optional()
            if further is None:
                raise _misplaced(said, written, said.query.index(written, start))
            gaps = max(gaps, int(re.sub(r"\D", "", written)))
            _say_nearness(said, written, start, end)
            parts.append(further)
        return parts[0] if len(parts) == 1 else _joined(said, parts, gaps, at, (yield position))

    return close


def _say_nearness(said: Remarks, written: str, start: int, end: int) -> None:
    """Say how the operator of another program was read."""
    if re.fullmatch(r"(?:NEAR|W|N)/\d+", written):
        return
    gaps = re.sub(r"\D", "", written)
    plain = f"NEAR/{gaps}"
    ordered = re.match(r"pre|onear|adj|p/|near/[0-9]+f", written, re.IGNORECASE)
    order = ", in either order" if ordered else ""
    said.read_as(written, f"{plain}{order}", start, end)


def _joined(said: Remarks, parts: Sequence[Node], gaps: int, start: int, end: int) -> Node:
    """Join words and phrases, each alternative of one part with each of the others."""
    alternatives = [_alternatives(one) for one in parts]
    count = math.prod(map(len, alternatives))
    others = sum(n for at, n in said.nears.items() if at != start)
    if count == 1 or 0 < count <= MOST_NEARS - others:
        said.nears[start] = count
        gaps = min(gaps, MOST_GAPS)
        found = [
            Close(" ".join(map(_in_near, chosen)), gaps, start)
            for chosen in itertools.product(*alternatives)
        ]
        return found[0] if count == 1 else Group((Either(tuple(found), start),), start)
    said.note("NEAR was read as AND: it joins words and phrases only.", start, end)
    return Both(tuple(parts), start)


def _alternatives(part: Node) -> tuple[Node, ...]:
    """Return the words and phrases any of which a part stands for; none if it is anything else."""
    if isinstance(part, Word | Quoted | Stem | Wild):
        return (part,) if has_word(part.text) else ()
    if isinstance(part, Group | Either):
        inner = [_alternatives(one) for one in inner_of(part)]
        return tuple(one for found in inner for one in found) if all(inner) else ()
    return ()


def _in_near(part: Node) -> str:
    """Return a word, or words that stand side by side between quotation marks."""
    plain = " ".join(re.sub(rf"(?!{GERSHAYIM})[{QUOTES}]", " ", printed(part)).split())
    return f'"{plain}"' if " " in plain else plain


def chain(said: Remarks, link: Parser, operator: Parser, kind: type[Either] | type[Both]) -> Parser:
    """Links that an operator joins; one alone is itself."""

    @rule
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
                word = said.query[start:end].strip()
                raise _misplaced(said, word, said.query.index(word, start))
            links.append(further)
        return links[0] if len(links) == 1 else kind(tuple(links), at)

    return chain
