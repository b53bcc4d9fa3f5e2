"""Records that have an article in several languages -> one record per language.

    {"id": 5, "title": {"en": "Weir fails", "de": "Wehr bricht"}, "text": {"en": ..., "de": ...}}
    {"id": 5, "title_en": "Weir fails", "text_en": "...", "title_de": "Wehr bricht", ...}

So content systems export what they translate (Contentful, Strapi, Drupal). Each language is an
article of its own, with the code behind the id; what is not by language belongs to all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from indexer.article.draft import RawArticle
from indexer.article.identity import article_id
from indexer.article.key_lookup import field_of
from indexer.article.keys import in_our_keys
from indexer.article.wrappers import unwrapped
from search.analysis.language_codes import normalise_code

_CODE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4}){0,2}")
_ENDING = re.compile(r"([^\W\d_].*?)[_-]([a-z]{2}(?:[-_][A-Z]{2})?)")
_NOT_ALONE = frozenset({"id", "no", "is", "as", "or", "to"})
"""Codes of languages that say something else at the end of a key: `text_id`, `title_no`."""

_MOST_KEYS = 5_000
"""Of a record; to look for a language in each takes 40 microseconds, and nobody has so many."""

_TEXTS = ("text", "paragraphs")
_FIELDS = ("title", *_TEXTS)

Record = dict[str, Any]


def translated(found: RawArticle) -> Iterator[RawArticle]:
    """Yield an article in each of its languages, with an id each where it has several."""
    by_lang = in_each_language(found.record)
    if by_lang is None:
        yield found
        return
    for lang, record in by_lang.items():
        if len(by_lang) > 1 and (own := _id_of(record)) is not None:
            record["id"] = f"{own}.{lang}"
        yield replace(found, record=record, size=found.size // len(by_lang))


def _id_of(record: Mapping[str, Any]) -> str | None:
    """Return the id that a record gives, or that its address does."""
    ours = in_our_keys(record).record
    if isinstance(given := ours.get("id"), str | int):
        return str(given)
    address = ours.get("url")
    return article_id(None, address, "", "", None) if isinstance(address, str) else None


def in_each_language(record: Mapping[str, Any]) -> dict[str, Record] | None:
    """Return the article in each language that has a text, else a title; None for other records."""
    if isinstance(record.get("text"), str) or len(record) > _MOST_KEYS:
        return None  # most are in one language
    if (found := _objects_by_language(record)) is not None:
        return found
    whole = record if _by_field(record) else unwrapped(record)
    by_field = _by_field(whole)
    langs = [lang for name in _TEXTS for lang in by_field.get(name, ())]
    langs = langs or list(by_field.get("title", ()))
    return {lang: _in(whole, lang) for lang in dict.fromkeys(langs)} if langs else None


def _objects_by_language(record: Mapping[str, Any]) -> dict[str, Record] | None:
    """Return articles that stand by their languages: {"id": 5, "translations": {"de": {...}}}."""
    for key, value in (("", record), *record.items()):
        if not isinstance(value, Mapping) or not _languages(value):
            continue
        if all(isinstance(one, Mapping) and _has_field(one) for one in value.values()):
            rest = {name: one for name, one in record.items() if key and name != key}
            return {lang: {**rest, **value[code], "lang": lang}
                    for code in value if (lang := _lang(code)) is not None}  # fmt: skip
    return None


def _has_field(record: Mapping[str, Any]) -> bool:
    return any(field_of(key) in _FIELDS for key in record)


def _by_field(record: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the languages of each field of `_FIELDS` that has values by language."""
    found: dict[str, list[str]] = {}
    for key, value in record.items():
        if isinstance(value, Mapping):
            name, langs = field_of(key), _languages(value)
        elif _is_text(value) and (ending := _ended(key)) is not None:
            name, langs = field_of(ending[0]), [ending[1]]
        else:
            continue
        if name in _FIELDS:
            found.setdefault(name, []).extend(langs)
    has_text = any(
        field_of(key) in _TEXTS and isinstance(record[key], str | list) for key in record
    )
    langs = [lang for each in found.values() for lang in each]
    return {} if has_text or _NOT_ALONE.issuperset(langs) else found


def _is_text(value: object) -> bool:
    return bool(value.strip() if isinstance(value, str) else isinstance(value, list) and value)


def _languages(value: Mapping[str, Any]) -> list[str]:
    """Return the languages that all keys of an object are codes of; none for other objects."""
    langs = [lang for key, one in value.items() if one and (lang := _lang(key)) is not None]
    return langs if all(_lang(key) is not None for key in value) else []


def _lang(key: str) -> str | None:
    return normalise_code(key.replace("_", "-")) if _CODE.fullmatch(key) else None


def _ended(key: str) -> tuple[str, str] | None:
    """Part a key from the language behind it: `title_de`."""
    if field_of(key) is not None:
        return None
    found = _ENDING.fullmatch(key)
    lang = _lang(found[2]) if found else None
    return None if found is None or lang is None else (found[1], lang)


def _in(record: Mapping[str, Any], lang: str) -> Record:
    """Return the record with what it has in one language, and under an id of its own."""
    made: Record = {}
    for key, value in record.items():
        ending = _ended(key) if isinstance(value, str | list) else None
        if isinstance(value, Mapping) and _languages(value):
            chosen = [one for code, one in value.items() if _lang(code) == lang]
            made |= {key: chosen[0]} if chosen else {}
        elif ending is not None and field_of(ending[0]) is not None:
            made |= {ending[0]: value} if ending[1] == lang else {}
        else:
            made[key] = value
    made["lang"] = lang
    return made
