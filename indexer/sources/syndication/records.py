"""A feed -> its articles, in the keys of the JSON Lines format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.syndication.feed import Feed, Item
from indexer.sources.syndication.identity import ids
from indexer.text.encoding import too_long
from search.analysis.language_codes import normalise_code
from search.index.admission import MAX_ID_BYTES


def feed_articles(feed: Feed, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the items in order; the place of each is its number, counted from one."""
    for number, (item, given) in enumerate(zip(feed.items, ids(feed), strict=True), start=1):
        origin = Origin(name, number)
        size = sum(len(text) for text in (item.title, *item.paragraphs))
        if item.refused:
            yield Reject(origin, item.refused)
        elif not (item.paragraphs or item.title):
            yield Reject(origin, "The item of the feed has neither a title nor a text.")
        elif size > limit:
            yield Reject(origin, too_long("The item", limit))
        else:
            yield RawArticle(
                origin,
                _record(feed, item, given),
                size,
                is_plain=True,
                unpublished=item.unpublished,
                scheduled=item.scheduled,
            )


def _record(feed: Feed, item: Item, given: str | None) -> Mapping[str, Any]:
    meta: dict[str, object] = dict(item.meta)
    if item.is_summary or not item.paragraphs:
        meta["summary"] = True
    known = (given, item.link)
    if item.id and item.id not in known and len(item.id.encode()) <= MAX_ID_BYTES:
        meta["feed_id"] = item.id
    record = {
        "id": given,
        "url": item.link,
        "title": item.title,
        "paragraphs": list(item.paragraphs),
        "lang": _lang(item.lang) or _lang(feed.lang),
        "source": item.source or feed.title or None,
        "authors": list(item.authors),
        "published": item.published or item.unread,
        "updated": item.updated,
        "tags": list(item.tags),
        "meta": meta,
    }
    return {key: value for key, value in record.items() if value}


def _lang(code: str | None) -> str | None:
    return code if code and normalise_code(code) else None
