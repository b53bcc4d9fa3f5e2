"""What a feed says, whatever form it is written in: the feed and its items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    """One item. Times are ISO 8601 with a zone.

    `unread` is the date that it gives where none can be read for certain. `id` is as the feed
    writes it.

    `is_summary` is true where the feed gives less than the article. `refused` is the sentence that
    says why an item is no article, None where it is one; `unpublished` why its source shows it to
    nobody, as in `RawArticle`, and `scheduled` that it appears at its time.
    """

    id: str | None = None
    title: str = ""
    link: str | None = None
    paragraphs: tuple[str, ...] = ()
    is_summary: bool = False
    published: str | None = None
    updated: str | None = None
    unread: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lang: str | None = None
    source: str | None = None
    refused: str | None = None
    unpublished: str | None = None
    scheduled: bool = False
    meta: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its name, the site that it belongs to, and its items in order.

    `encoding` is Python's name of the encoding that it was in.
    """

    title: str = ""
    link: str | None = None
    lang: str | None = None
    items: tuple[Item, ...] = ()
    encoding: str = "utf-8"
