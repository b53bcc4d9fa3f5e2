"""A query as it is written: the syntax tree, and how it is printed.

Printing gives the query in its plainest form; reading that again gives the same tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field, replace
from typing import Literal

from search.analysis.words import pieces
from search.index.wildcards import parts_of
from search.values import dataclass

FieldName = Literal["lang", "source", "section", "tag", "story", "after", "before", "on"]


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
class Wild:
    """A word with wildcards elsewhere, `fl?d` or `*ood`, or a phrase with any: `"flo* damage"`."""

    text: str
    quoted: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Close:
    """Words near one another: `"flood dam"~5`, with at most `gaps` other words between them.

    Within `text`, phrases stand between double quotation marks.
    """

    text: str
    gaps: int
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Title:
    """Something that must be in the headline."""

    inner: Term | Group
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
class Needed:
    """What must match: `+a`."""

    inner: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Without:
    """What must not match: `-a`, `NOT a`, `!a`."""

    inner: Node
    at: int = field(default=0, compare=False)


Term = Word | Quoted | Stem | Wild | Close
"""What is looked for in texts."""

Node = Term | Title | Restriction | Group | Either | Both | Needed | Without

_PLAIN_VALUE = re.compile(r"[^\s,，()（）\"“”„‟«»「」『』＂″〝〞〟❝❞]+")


def printed(node: Node) -> str:  # noqa: C901, PLR0911 - one case per node
    """Return the plainest query that reads as this tree."""
    match node:
        case Word(text):
            return text
        case Quoted(text, stem):
            return f'"{text}*"' if stem else f'"{text}"'
        case Stem(text):
            return f"{text}*"
        case Wild(text, quoted):
            return f'"{text}"' if quoted else text
        case Close(text, gaps):
            return near_text(text, gaps)
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
        case Needed(inner):
            return f"+{printed(inner)}"
        case Without(inner):
            return f"-{printed(inner)}"


def near_text(text: str, gaps: int) -> str:
    """Return what asks for words near one another, of which some may be phrases."""
    parts = list(parts_of(text))
    if not any(phrase for phrase, _ in parts):
        return f'"{text}"~{gaps}'
    return f" NEAR/{gaps} ".join(f'"{phrase or word}"' for phrase, word in parts)


def printed_items(items: tuple[Node, ...]) -> str:
    """Return items side by side."""
    return " ".join(map(printed, items))


def inner_of(node: Node) -> tuple[Node, ...]:
    """Return what a node is made of."""
    match node:
        case Title(inner) | Needed(inner) | Without(inner):
            return (inner,)
        case Group(parts) | Either(parts) | Both(parts):
            return parts
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything in it, in the order of the query."""
    yield node
    for part in inner_of(node):
        yield from walk(part)


def changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """Put what `change` makes of each part in its place, the innermost first."""
    match node:
        case Title(inner) | Needed(inner) | Without(inner):
            node = replace(node, inner=changed(inner, change))  # type: ignore[arg-type]
        case Group(parts):
            node = replace(node, items=tuple(changed(part, change) for part in parts))
        case Either(parts):
            node = replace(node, options=tuple(changed(part, change) for part in parts))
        case Both(parts):
            node = replace(node, parts=tuple(changed(part, change) for part in parts))
    return change(node)


def words_of(node: Node) -> Iterator[str]:
    """Yield the texts that are looked for, in the order of the query.

    What is left of a word without the letters that wildcards stand for means nothing, or something
    else (`w?r`, `*ood`, `le*`), but in scripts without spaces, where it is words.
    """
    match node:
        case Word(text) | Quoted(text):
            yield text
        case Stem(text):
            yield from _plain(f"{text}*")
        case Wild(text):
            yield from _plain(text)
        case Close(text):
            yield from _plain(" ".join(phrase or word for phrase, word in parts_of(text)))
        case Restriction() | Without():
            return
        case _:
            for part in inner_of(node):
                yield from words_of(part)


def _plain(text: str) -> Iterator[str]:
    words = [_WILDCARD.sub(" ", word) for word in text.split() if _means_something(word)]
    if any(map(str.strip, words)):
        yield " ".join(" ".join(words).split())


def _means_something(word: str) -> bool:
    return not _WILDCARD.search(word) or any(one.is_run for one in pieces(word))


_WILDCARD = re.compile(r"\*|\?(?=\w)")
"""What a sentence ends with is none."""


def _value(value: str) -> str:
    if _PLAIN_VALUE.fullmatch(value):
        return value
    for opening, closing in ('""', "«»", "「」", "『』"):
        if closing not in value:
            return f"{opening}{value}{closing}"
    plain = value.replace('"', " ")
    return f'"{plain}"'
