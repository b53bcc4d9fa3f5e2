"""A key of a record -> the field that it names, whatever its case and what parts its words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from indexer.article.key_names import NAMES, SUMMARIES
from search.analysis.folding import fold

_DYNAMIC = re.compile(r"(?<=[a-z])_(?:txts?_[a-z]{2}|txts?|ss?|ts?|dts?|tdts?|ws)$")

_OF_ARTICLE = re.compile("^(?:news|article|story|post|item)")


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
def first_names_of(name: str) -> frozenset[str]:
    """Return the first keys of a field's other names, as keys are compared."""
    return frozenset(path[0] for path in paths(name))


@cache
def first_names() -> frozenset[str]:
    """Return all names of all fields, of paths the first key, as keys are compared."""
    return frozenset(path[0] for name in NAMES for path in ((folded_key(name),), *paths(name)))


@lru_cache(maxsize=65_536)
def folded_key(name: str) -> str:
    """Return a key as keys are compared."""
    if name.isascii() and name.isalnum():
        return name.lower()
    prefix = "_" if name.startswith("_") else ""
    composed = unicodedata.normalize("NFC", name)
    return prefix + fold("".join(filter(_is_of_word, composed)))


def _is_of_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def folded_keys(record: Mapping[str, Any]) -> dict[str, str]:
    """Keys by what they are compared by; of equal ones the first.

    Those of Solr's dynamic fields (`title_t`, `author_ss`) are also found without their ending, and
    all without what only says that it is an article's (`newsHeadline`, `Story Date`).
    """
    folded: dict[str, str] = {}
    for key in record:
        folded.setdefault(folded_key(key), key)
    for key in record:
        if "_" in key and (bare := _DYNAMIC.sub("", key)) != key:
            folded.setdefault(folded_key(bare), key)
    for name, key in tuple(folded.items()):
        begin = _OF_ARTICLE.match(name)
        if begin and (bare := name[begin.end() :]) in first_names():
            folded.setdefault(bare, key)
    return folded
