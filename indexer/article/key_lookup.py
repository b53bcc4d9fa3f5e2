"""A key of a record -> the field that it names, whatever its case and what parts its words."""

from __future__ import annotations

import unicodedata
from functools import cache

from indexer.article.key_names import NAMES, SUMMARIES
from search.analysis.folding import fold


def field_of(key: str) -> str | None:
    """Return the field that a key is a name of, without a path or an ending; None for no field."""
    return _fields().get(folded_key(key))


def is_summary(key: str) -> bool:
    """Tell a key whose text is only a part of the article's."""
    return folded_key(key) in summaries()


@cache
def _fields() -> dict[str, str]:
    fields = {folded_key(name): name for name in NAMES}
    for name in NAMES:
        for path in paths(name):
            if len(path) == 1:
                fields.setdefault(path[0], name)
    return fields


@cache
def summaries() -> frozenset[str]:
    """Return the names of summaries, as keys are compared."""
    return frozenset(map(folded_key, SUMMARIES))


@cache
def paths(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the other names of a field, each as the keys that lead there, the best first."""
    return tuple(tuple(map(folded_key, other.split("."))) for other in NAMES[name].split())


@cache
def first_names() -> frozenset[str]:
    """Return all names of all fields, of paths the first key, as keys are compared."""
    return frozenset(path[0] for name in NAMES for path in ((folded_key(name),), *paths(name)))


@cache
def folded_key(name: str) -> str:
    """Return a key as keys are compared."""
    prefix = "_" if name.startswith("_") else ""
    composed = unicodedata.normalize("NFC", name)
    return prefix + fold("".join(filter(_is_of_word, composed)))


def _is_of_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")
