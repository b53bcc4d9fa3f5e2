"""A query as it is written: the syntax tree, and how it is printed.

Printing gives the query in its plainest form; reading that again gives the same tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

FieldName = Literal["lang", "source", "section", "tag", "after", "before", "on"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or whatever is between spaces: `COVID-19`, `10:30`, an address."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A phrase between quotation marks; `stem` where its last word ends in a star."""

    text: str
    stem: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Stem:
    """The beginning of a word: `flood*`, without the star."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Title:
    """Something that must be in the headline."""

    inner: Word | Quoted | Stem | Group
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Restriction:
    """A filter with its values: `lang:de,fr`."""

    name: FieldName
    values: tuple[str, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """What is between parentheses, or the whole query."""

    items: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Either:
    """Two or more alternatives: `a OR b`."""

    options: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Both:
    """Two or more that must all match: `a AND b`."""

    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Without:
    """What must not match: `-a`."""

    inner: Node
    at: int = field(default=0, compare=False)


Node = Word | Quoted | Stem | Title | Restriction | Group | Either | Both | Without

_PLAIN_VALUE = re.compile(r"[^\s,，()（）\"“”„‟«»「」『』＂]+")


def printed(node: Node) -> str:  # noqa: PLR0911 - one case per node
    """Return the plainest query that reads as this tree."""
    match node:
        case Word(text):
            return text
        case Quoted(text, stem):
            return f'"{text}*"' if stem else f'"{text}"'
        case Stem(text):
            return f"{text}*"
        case Title(inner):
            return f"title:{printed(inner)}"
        case Restriction(name, values):
            return f"{name}:{','.join(map(_value, values))}"
        case Group(items):
            return f"({printed_items(items)})"
        case Either(options):
            return " OR ".join(map(printed, options))
        case Both(parts):
            return " AND ".join(map(printed, parts))
        case Without(inner):
            return f"-{printed(inner)}"


def printed_items(items: tuple[Node, ...]) -> str:
    """Return items side by side."""
    return " ".join(map(printed, items))


def _value(value: str) -> str:
    if _PLAIN_VALUE.fullmatch(value):
        return value
    for opening, closing in ('""', "«»", "「」", "『』"):
        if closing not in value:
            return f"{opening}{value}{closing}"
    plain = value.replace('"', " ")
    return f'"{plain}"'
