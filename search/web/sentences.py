"""Sentences that the API says, in the language of the page.

Notes, refusals, what coverage counted, what became of what is followed: the API says them in
English. The English catalogue has each with its parts in braces; where a sentence has that form,
its parts are put into the text of the other language, or into other English words (`reworded`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from babel.lists import format_list
from babel.numbers import format_decimal

from search.web.catalogue import LANGUAGES, Catalogue, catalogue, reworded

_SECTIONS = ("note.", "basis.", "refusal.", "followed.")
_PART = re.compile(r"\{(\w+)\}")
_CHOICE = "values"
"""The part that lists what may have been meant, with "or" between."""
_QUOTED = "choices"
"""The part that lists what may be chosen, each in quotation marks."""
_LANGUAGES = "languages"
"""The part that lists codes of languages."""
_NUMBERS = frozenset(
    (
        "count",
        "total",
        "longest",
        "most",
        "length",
        "passing",
        "conditions",
        "alternatives",
        "precision",
    )
)
"""Parts that are numbers, which every language writes in its own way."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence: words of the sentence itself, or what it is about, a `value`.

    A value may be in any script, so that it is isolated from what stands beside it.
    """

    text: str
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a person reads, in its pieces, and the language it is in."""

    pieces: tuple[Piece, ...]
    lang: str

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(piece.text for piece in self.pieces)


def translated(sentence: str, spoken: Catalogue) -> Sentence:
    """Say a sentence of an answer in a language of the page; in English where it is not known."""
    for key, form in _forms():
        found = form.fullmatch(sentence)
        if found is not None:
            return Sentence(tuple(_pieces(key, found.groupdict(), spoken)), spoken.lang)
    return Sentence((Piece(sentence, is_value=True),), "en")


def _pieces(key: str, parts: Mapping[str, str], spoken: Catalogue) -> Iterator[Piece]:
    """Yield the pieces of a text; none of them is empty."""
    own = reworded() if spoken.lang == LANGUAGES[0] else {}
    for place, piece in enumerate(_PART.split(str(own.get(key, spoken.texts[key])))):
        if place % 2:
            yield from _values(piece, parts[piece], spoken)
        elif piece:
            yield Piece(piece)


def _values(name: str, text: str, spoken: Catalogue) -> Iterator[Piece]:
    """Yield what stands for a part, as the language writes it."""
    if name == _CHOICE:
        yield from _listed(text.split(" or "), "or", spoken)
    elif name == _QUOTED:
        yield from _listed(re.findall(r"'([^']*)'", text), "or", spoken)
    elif name == _LANGUAGES:
        known = spoken.locale.languages
        names = [known.get(code.replace("-", "_"), code) for code in text.split(", ")]
        yield from _listed(names, "standard", spoken)
    elif name in _NUMBERS and re.fullmatch(r"\d+(?:,\d{3})*(?:\.\d+)?", text):
        number = Decimal(text.replace(",", ""))
        yield Piece(str(format_decimal(number, locale=spoken.locale)), is_value=True)
    else:
        yield Piece(text, is_value=True)


def _listed(
    values: Sequence[str], style: Literal["or", "standard"], spoken: Catalogue
) -> Iterator[Piece]:
    """Yield the values with what the language puts between them."""
    marks = [f"\0{place}\0" for place in range(len(values))]
    written = format_list(marks, style=style, locale=spoken.locale).split("\0")
    for place, piece in enumerate(written):
        if place % 2:
            yield Piece(values[int(piece)], is_value=True)
        elif piece:
            yield Piece(piece)


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The keys of the sentences and their English forms, what says most of itself first."""
    found = {
        key: text
        for key, text in catalogue("en").texts.items()
        if key.startswith(_SECTIONS) and isinstance(text, str)
    }
    own = {key: len(_PART.sub("", text)) for key, text in found.items()}
    return tuple(
        (key, _form(found[key])) for key in sorted(found, key=own.__getitem__, reverse=True)
    )


def _form(text: str) -> re.Pattern[str]:
    pieces = _PART.split(text)  # plain, name, plain, ...
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = map(_any_of, pieces[1::2])
    return re.compile("".join(pieces), re.DOTALL)


def _any_of(part: str) -> str:
    return f"(?P<{part}>'.+')" if part == _QUOTED else f"(?P<{part}>.+?)"
