"""Answers of search engines and news APIs: an object that says nothing itself, and lists articles.

{"status": "ok", "articles": [...]}      {"hits": {"total": 2, "hits": [{"_source": ...}]}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.article.key_lookup import field_of
from indexer.article.keys import in_our_keys

_SAYS = ("text", "paragraphs", "title")
_FIELDS = ("authors", "tags", "source", "section")
_OF_ONE = frozenset(
    """bylines renditions associations assets images pictures photos media videos attachments links
    subject subjects person persons people organisation organisations organization organizations
    place places event events genre genres signals keywords categories""".split()  # noqa: SIM905
)
"""What an article has several of, each with a title: these are no articles."""

_DEPTH = 3
"""Levels of objects that the list may be in: `hits.hits` has two, `db.data.posts` three."""

_LOOKED_AT = 20
"""Items of a list of which one is an article; the first ones may be notices of a program."""


def unlisted(found: RawArticle | Reject) -> Iterator[RawArticle | Reject]:
    """Yield the articles that an object lists, or what was found where it is none of these.

    Their `Origin.line` is the number within the list where the file has one value only (the first).
    """
    listed = None if isinstance(found, Reject) else _listed(found.record)
    if listed is None or isinstance(found, Reject):
        yield found
        return
    for number, record in enumerate(listed, start=1):
        origin = found.origin
        if origin.line == 1:
            origin = Origin(origin.input, number)
        yield replace(found, origin=origin, record=record, size=found.size // len(listed))


def _listed(record: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the only list of articles in an object; None if it has none, or says something."""
    if any(name in record for name in _SAYS) or _is_article(record):
        return None
    lists = list(_lists(record, _DEPTH))
    return lists[0] if len(lists) == 1 else None


def _lists(record: Mapping[str, Any], depth: int) -> Iterator[list[dict[str, Any]]]:
    is_article = _is_article(record)
    for key, value in record.items():
        if is_article and (key.lower() in _OF_ONE or field_of(key) in _FIELDS):
            continue
        # A list of one object may be what holds the list (Ghost's exports: `db`).
        inner = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(inner, dict) and depth > 1 and not _lists_articles(value):
            yield from _lists(inner, depth - 1)
        elif _lists_articles(value):
            yield value


def _lists_articles(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if not all(isinstance(item, dict) for item in value):
        return False
    return any(map(_is_article, value[:_LOOKED_AT]))


def _is_article(record: Mapping[str, Any]) -> bool:
    ours = in_our_keys(record).record
    return any(isinstance(ours.get(name), str | list) and ours[name] for name in _SAYS)
