"""Which id an item of a feed has, so that it is the same article each time the feed is read.

| the feed gives                                | the id                                       |
|-----------------------------------------------|----------------------------------------------|
| an id that is one everywhere (tag:, urn:, ...) | that id; http and https are one             |
| an id that is the link                        | none: the article is known by its address    |
| an id that counts in this feed only ("17")    | the site and that id                         |
| an id that different items share              | as if there were none                        |
| none, and a link                              | none: the article is known by its address    |
| neither, or a link that different items share | made from feed, title and text               |
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

from indexer.article.addresses import canonical_url
from indexer.article.identity import article_id
from indexer.sources.syndication.feed import Feed, Item
from search.index.admission import MAX_ID_BYTES

_EVERYWHERE = re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S+|[0-9a-f-]{32,}", re.IGNORECASE)
"""Addresses of any scheme and UUIDs."""


def ids(feed: Feed) -> list[str | None]:
    """Return the id of each item, None where `indexer.article.identity` finds it by the address."""
    # Articles are known by addresses in this form: without what comes behind "#".
    addresses = [canonical_url(item.link) if item.link else None for item in feed.items]
    texts = [item.title or " ".join(item.paragraphs) for item in feed.items]
    shared_links = _shared(addresses, texts)
    shared_ids = _shared(
        [item.id for item in feed.items],
        [f"{address}\x00{text}" for address, text in zip(addresses, texts, strict=True)],
    )
    return [
        _id(feed, item, address if address not in shared_links else None, shared_ids)
        for item, address in zip(feed.items, addresses, strict=True)
    ]


def _shared(keys: Sequence[str | None], differ: Sequence[str]) -> frozenset[str]:
    """The keys that different items have; an item that comes twice is one."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, what in zip(keys, differ, strict=True):
        if key:
            found[key].add(what)
    return frozenset(key for key, different in found.items() if len(different) > 1)


def _id(feed: Feed, item: Item, address: str | None, shared_ids: frozenset[str]) -> str | None:
    """`address` is the canonical one where the item alone has it, else None."""
    given = item.id
    if given and given not in shared_ids and len(given.encode()) <= MAX_ID_BYTES - 100:
        if address and canonical_url(given) == address:
            return None
        if _EVERYWHERE.fullmatch(given):
            return re.sub(r"^http:", "https:", given, flags=re.IGNORECASE)
        site = urlsplit(feed.link or item.link or "").hostname or feed.title
        return f"{site.removeprefix('www.')[:90]}:{given}"
    if address:
        return None
    body = "".join(item.paragraphs)
    return article_id(None, None, item.title, body, feed.title or feed.link)
