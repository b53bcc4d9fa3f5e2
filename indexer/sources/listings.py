"""Answers of search engines and news APIs: an object that says nothing itself, and lists articles.

{"status": "ok", "articles": [...]}      {"hits": {"total": 2, "hits": [{"_source": ...}]}}

So do feeds in JSON, which have a title of their own, and objects that have articles by their ids;
tables (`indexer.sources.json_tables`) have them in rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.article.key_lookup import field_of, is_summary
from indexer.article.keys import in_our_keys
from indexer.article.posts import is_post
from indexer.sources.json_tables import rows_of
from indexer.sources.translations import in_each_language, translated

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

_OF_NEWS = re.compile("Article|Posting|Report")

_IS_ID = re.compile(r"\d|-|.{16}")
"""What no name of a part has (`original`, `translation`), and hardly any id is without."""

_OF_FEEDS = ("items", "entries", "articles", "posts", "stories")
"""What lists in a feed are called, which may have a title and a description itself."""


def unlisted(found: RawArticle | Reject) -> Iterator[RawArticle | Reject]:
    """Yield the articles that an object lists, or what was found where it is none of these.

    Their `Origin.line` is the number within the list where the file has one value only (the first).
    """
    listed = None if isinstance(found, Reject) else _listed(found.record)
    if isinstance(found, Reject):
        yield found
        return
    if listed is None:
        yield from translated(found)
        return
    for number, record in enumerate(listed, start=1):
        origin = found.origin
        if origin.line == 1:
            origin = Origin(origin.input, number)
        size = found.size // len(listed)
        yield from translated(replace(found, origin=origin, record=record, size=size))


def _listed(record: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the only list of articles in an object; None if it has none, or says something."""
    if isinstance(record.get("text"), str) or isinstance(record.get("paragraphs"), list | str):
        return None  # most are articles
    if (rows := rows_of(record)) is not None:
        return rows
    if (items := _items_of_feed(record)) is not None:
        return items
    if any(name in record for name in _SAYS) or _is_article(record):
        return None
    lists = list(_lists(record, _DEPTH))
    if not lists:
        return _by_id(record, _DEPTH)
    return lists[0] if len(lists) == 1 else None


def _items_of_feed(record: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the articles of a feed: the only list in an object that has no text but a summary."""
    lists = [name for name in _OF_FEEDS if _lists_articles(record.get(name))]
    if len(lists) != 1 or not all(map(_has_text, record[lists[0]][:_LOOKED_AT])):
        return None
    texts = [key for key in record if key != lists[0] and field_of(key) in ("text", "paragraphs")]
    return record[lists[0]] if all(map(is_summary, texts)) else None


def _has_text(record: Mapping[str, Any]) -> bool:
    """Tell an article from a link to one, such as those that an article is related to."""
    ours = in_our_keys(record).record
    return bool(ours.get("text") or ours.get("paragraphs"))


def _by_id(record: Mapping[str, Any], depth: int) -> list[dict[str, Any]] | None:
    """Return the articles that an object has by their ids, or that one object within it has."""
    objects = {key: value for key, value in record.items() if isinstance(value, dict) and value}
    if objects and len(objects) == len(record) and all(map(_is_whole, objects.values())):
        if all(map(_IS_ID.search, objects)):
            return [{"_id": key, **value} for key, value in objects.items()]
        return list(objects.values())
    if depth <= 1:
        return None
    inner = (_by_id(value, depth - 1) for value in objects.values())
    found = [one for one in inner if one is not None]
    return found[0] if len(found) == 1 else None


def _is_whole(record: Mapping[str, Any]) -> bool:
    """Tell an article with title and text, of what else may stand by a name in an object."""
    ours = in_our_keys(record).record
    return bool(ours.get("title")) and bool(ours.get("text") or ours.get("paragraphs"))


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
            yield (
                [one for one in value if _is_of_news(one)] or list(filter(is_post, value)) or value
            )


def _lists_articles(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if not all(isinstance(item, dict) for item in value):
        return False
    return any(map(_is_article, value[:_LOOKED_AT]))


def _is_of_news(record: Mapping[str, Any]) -> bool:
    """Tell an article of schema.org from the site, the people and pictures that stand beside it."""
    return _OF_NEWS.search(str(record.get("@type"))) is not None


def _is_article(record: Mapping[str, Any]) -> bool:
    ours = in_our_keys(record).record
    return in_each_language(record) is not None or any(
        isinstance(ours.get(name), str | list) and ours[name] for name in _SAYS
    )
