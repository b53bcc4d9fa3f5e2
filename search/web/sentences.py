"""Sentences of the answer in the language of the page: notes, and what coverage counted.

The API says them in English. The English catalogue has each with its parts in braces; where a
sentence has that form, its parts are put into the text of the other language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from babel.lists import format_list

from search.web.catalogue import Catalogue, catalogue

_SECTIONS = ("note.", "basis.")
_PART = re.compile(r"\{(\w+)\}")
_CHOICE = "values"
"""The part that lists what may have been meant, with "or" between."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a person reads, and the language it is in."""

    text: str
    lang: str


def translated(sentence: str, spoken: Catalogue) -> Sentence:
    """Say a sentence of an answer in a language of the page; in English where it is not known."""
    if spoken.lang != "en":
        for key, form in _forms():
            found = form.fullmatch(sentence)
            if found is not None:
                parts = {
                    name: _part(name, text, spoken) for name, text in found.groupdict().items()
                }
                return Sentence(spoken.text(key, **parts), spoken.lang)
    return Sentence(sentence, "en")


def _part(name: str, text: str, spoken: Catalogue) -> str:
    if name == _CHOICE:
        return str(format_list(text.split(" or "), style="or", locale=spoken.locale))
    return text


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
    return re.compile(
        "".join(
            f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece)
            for place, piece in enumerate(pieces)
        ),
        re.DOTALL,
    )
