"""The signs and words that the grammar is made of, as parsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import Any

from parsy import (  # type: ignore[import-untyped]  # it has annotations but no py.typed marker
    Parser,
    generate,
    regex,
)

from search.query.signs import (
    ADDRESS,
    ALIASES,
    DASHES,
    END,
    FIELD_NAMES,
    NEARNESS,
    QUOTES,
    STOPS,
    WORD,
)

Steps = Generator[Parser, Any, Any]
"""A rule as a function: it yields parsers, is sent what they read, and returns a node."""

rule: Callable[[Callable[[], Steps]], Parser] = generate

_BEGINS = r"(?<![^\s(（&|])"
_DASH = rf"[{DASHES.replace('–', '')}](?=[^{DASHES}\s)）])|–(?=[^{DASHES}\s)）])(?![^–]*\w–(?!\w))"

space = regex(r"\s*")
# A dash right behind a phrase or a parenthesis begins no term: "Red Cross"-led.
between = regex(rf"(?:[{DASHES}!+＋]+(?=\S))?\s*")
opening = regex(rf"[{QUOTES}]")
minus = regex(rf"{_BEGINS}(?:{_DASH}|!(?=[\w(（{QUOTES}]))")
negation = regex(rf"(?:AND[_-]?)?NOT{END}\s*(?=[^\s)）])")
plus = regex(rf"{_BEGINS}[+＋](?=[^\W\d]|[(（{QUOTES}])")
either = between >> regex(rf"OR{END}|\|\|") >> space
both = between >> regex(rf"AND{END}|&&") >> space
nearness = space >> regex(NEARNESS + END) << space
operator = regex(rf"(?:OR|AND|NOT|\|\||&&|{NEARNESS}){END}")
_ALIAS = "|".join(name for name, field in ALIASES.items() if field not in ("title", "on"))
_TITLE = "|".join(["title", *(name for name, field in ALIASES.items() if field == "title")])
title_name = regex(rf"(?:{_TITLE})(?:[:：](?=[^\s)）])|=(?=[\w(（{QUOTES}]))", re.IGNORECASE)
_NAME = rf"(?:{'|'.join(FIELD_NAMES)}|{_ALIAS}|date(?=[:=](?:\d|today|yesterday)))"
field_name = regex(rf"{_NAME}(?:[:：](?=[^\s)）])|=(?=[\w(（{QUOTES}]))", re.IGNORECASE)
field_name_apart = regex(rf"(?i:{_NAME})[:：]\s+(?!(?:OR|AND|NOT){END})(?=[\w{QUOTES}])")
bare_value = regex(rf"[^,，{STOPS}]+")
comma = regex(r"[,，]")
word = regex(rf"{ADDRESS}|{WORD}")
WEIGHT = r"\^[0-9]+(?:\.[0-9]+)?"
weight = regex(WEIGHT)
gaps = regex(rf"~([0-9]{{0,3}})(?![^{STOPS}^])", group=1)
