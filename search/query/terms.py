"""What is looked for, as the grammar reads it: phrases, words, and signs behind them."""

from __future__ import annotations

import re

from parsy import Parser, regex  # type: ignore[import-untyped]
from parsy import index as position

from search.query import tokens
from search.query.remarks import Remarks
from search.query.signs import (
    CLOSING,
    GERSHAYIM,
    NEARNESS,
    OPERATORS,
    QUOTES,
    has_wildcards,
    has_word,
    is_stem,
    narrow,
)
from search.query.syntax import Close, Quoted, Stem, Term, Wild, Word
from search.query.tokens import WEIGHT, Steps, rule

MOST_GAPS = 100
"""Words between words that are close together."""

MOST_NEARS = 12
"""What alternatives within NEAR multiply to: each is looked for by itself, and dear."""


def phrase(said: Remarks) -> Parser:
    """A phrase, with what stands behind it."""

    @rule
    def phrase() -> Steps:
        at = yield position
        text = yield quotation(said)
        end = yield position
        yield regex(r"\*").optional()
        goes_on = said.query[end : (yield position)] == "*"
        gaps = yield tokens.gaps.optional()
        yield weights(said, at)
        return _quoted(said, f"{text}*" if goes_on else text, gaps, at, end)

    return phrase


def quotation(said: Remarks) -> Parser:
    """What is between quotation marks, unchanged."""

    @rule
    def quotation() -> Steps:
        at = yield position
        mark = yield tokens.opening
        closing = CLOSING.get(mark)
        if closing is None:
            sentence = f"This {mark} closes a phrase that was never opened; leave it out."
            note = f"{mark} was read as text: it closes a phrase that was never opened."
            raise said.fail(sentence, at, None, said.repairs.blank(at, at + 1, note))
        body = rf"(?:[^{closing}]|{GERSHAYIM})*" if mark == '"' else rf"[^{closing}]*"
        text = yield regex(body)
        closed = yield regex(rf"[{closing}]").optional()
        if closed is None:
            raise said.fail(
                f"This phrase is never closed; put {closing[0]} at its end, "
                "or leave the quotation mark out.",
                at,
                None,
                said.repairs.unclosed_phrase(at, closing[0]),
            )
        return text

    return quotation


def _quoted(said: Remarks, text: str, gaps: str | None, start: int, end: int) -> Term:
    plain = " ".join(re.sub(rf"(?!{GERSHAYIM})[{QUOTES}]", " ", text).split())
    if not has_word(plain):
        note = f"{said.query[start:end]} was left out: there is no word in it."
        raise said.fail(
            "There is no word between these quotation marks; add one, or leave the marks out.",
            start,
            end,
            said.repairs.blank(start, end, note),
        )
    if gaps:
        return Close(plain, min(int(gaps), MOST_GAPS), start)
    if gaps is not None:
        said.note(
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


def weights(said: Remarks, at: int) -> Parser:
    """Read over a weight behind a term, such as ^2."""

    @rule
    def weights() -> Steps:
        start = yield position
        weight = yield tokens.weight.optional()
        if weight is not None:
            _say_weight(said, said.query[at:start], weight, start)

    return weights


def _say_weight(said: Remarks, term: str, weight: str, start: int) -> None:
    said.note(
        f"{weight} was left out behind {term}: terms have no weights of their own.",
        start,
        start + len(weight),
    )


def word(said: Remarks) -> Parser:
    """A word, the beginning of one, or one with wildcards."""

    @rule
    def word() -> Steps:
        at = yield position
        text: str = yield tokens.word
        return _word_of(said, text, at)

    return word


def _word_of(said: Remarks, text: str, at: int) -> Term:
    # One may stand behind the other, again and again.
    whole = text
    while (shorter := _without_sign(said, text, at)) != text:
        text = shorter
    if text != whole:  # without the sign it could join what is beside it
        text = narrow(text)
        if re.fullmatch(NEARNESS, text):
            return Quoted(text, False, at)
    if text in OPERATORS:
        text = text.lower()
    if is_stem(text):
        return Stem(text[:-1], at)
    return Wild(text, False, at) if has_wildcards(text) else Word(text, at)


def _without_sign(said: Remarks, text: str, at: int) -> str:
    """Leave out a weight or a ~ at the end of a word, and say so."""
    weighed = re.fullmatch(rf"(.*[^\W\d_][*~]?)({WEIGHT})", text, re.DOTALL)
    if weighed:
        _say_weight(said, weighed[1], weighed[2], at + len(weighed[1]))
        return weighed[1]
    fuzzy = re.fullmatch(r"(.*[^\W_])~[0-9.]*", text, re.DOTALL)
    if fuzzy:
        said.note(
            f"~ was left out behind {fuzzy[1]}: words are found by their stems, not by "
            "spellings that are alike.",
            at,
            at + len(text),
        )
        return fuzzy[1]
    return text
