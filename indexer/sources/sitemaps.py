"""Sitemaps: indexes, pages, news, lists of addresses; and robots.txt, which names them.

What a sitemap says of a page is little: an address, and in news sitemaps a headline, a date, a
source and a language. So it is a starting point for `indexer.sources.fetching`; read as a file, a
headline is an article and an address is none.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from indexer.article.draft import Item, Origin, RawArticle, Reject
from indexer.sources.format import Format, Told
from indexer.sources.sitemap.entries import Kind, Sitemap
from indexer.sources.sitemap.text_sitemap import is_list, is_robots, robots_sitemaps, text_sitemap
from indexer.sources.sitemap.xml_sitemap import begins_sitemap, xml_sitemap

HEAD = 65_536
"""Bytes of a sitemap that show what it is."""

MOST_BYTES = 64_000_000
"""The protocol allows 50 MB."""

PAGES, INDEXES = "sitemaps", "sitemap indexes"
"""What articles are said to be read as that are addresses of pages, and of further sitemaps."""


def sitemap_of(data: bytes, base: str | None = None) -> Sitemap | str:
    """Return what a sitemap or a robots.txt lists, or the sentence that refuses it.

    `base` is the address where it is, None if that is not known.
    """
    head = data[:HEAD]
    if begins_sitemap(head):
        return xml_sitemap(data, base)
    if is_list(head):
        return text_sitemap(data, base)
    if is_robots(head):
        return robots_sitemaps(data, base)
    return "The file is not a sitemap: it lists neither pages nor sitemaps."


def read_sitemap(
    stream: io.BufferedReader, name: str, _limit: int
) -> Iterator[RawArticle | Reject]:
    """Yield a record per address that is listed; its place is its number, counted from one."""
    yield from sitemap_at(stream, name)


def sitemap_at(
    stream: io.BufferedReader, name: str, base: str | None = None
) -> Iterator[RawArticle | Reject]:
    """Yield what `read_sitemap` does; `base` is the address where the sitemap is."""
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        yield Reject(
            Origin(name), f"The sitemap is longer than {MOST_BYTES / 1e6:g} MB, which none may be."
        )
        return
    sitemap = sitemap_of(data, base)
    if isinstance(sitemap, str):
        yield Reject(Origin(name), sitemap)
        return
    number = 0
    read_as = INDEXES if sitemap.kind is Kind.SITEMAPS else PAGES
    for number, entry in enumerate(sitemap.entries, start=1):
        origin = Origin(name, number)
        yield RawArticle(origin, entry.record(), len(entry.url), read_as, is_plain=True)
    if not number and is_robots(data[:HEAD]):
        yield Reject(Origin(name), "The robots.txt names no sitemap by its whole address.")
    elif not number and base is None and b"<loc" in data.replace(b"\0", b""):
        yield Reject(Origin(name), "The sitemap lists no page by its whole address.")


def unfollowed(item: Item) -> Item:
    """Return an item of a list that nothing is fetched for: an address alone is no article."""
    if not isinstance(item, RawArticle) or item.read_as not in (PAGES, INDEXES):
        return item
    if item.read_as == PAGES and item.record.get("title"):
        return item
    what = "page" if item.read_as == PAGES else "sitemap"
    reason = f"{item.record['url']} is the address of a {what}; --follow fetches it."
    return Reject(item.origin, reason, read_as=item.read_as)


def _told(head: bytes) -> Told:
    if begins_sitemap(head):
        return Told.EXACTLY
    return Told.SURELY if is_list(head) or is_robots(head) else Told.NO


FORMAT = Format(
    name=PAGES,
    suffixes=(),
    media_types=("application/sitemap+xml", "text/uri-list"),
    told=_told,
    read=read_sitemap,
)
