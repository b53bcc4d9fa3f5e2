"""A site -> the feeds and news sitemaps that it declares."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit

from indexer.sources.feeds import FORMAT as FEEDS
from indexer.sources.feeds import told_feed
from indexer.sources.fetching.document import Fetched, Request
from indexer.sources.fetching.errors import FetchFailed
from indexer.sources.fetching.fetcher import MOST_PAGE_BYTES, Fetcher
from indexer.sources.files import host_of
from indexer.sources.format import Told
from indexer.sources.formats import HEAD
from indexer.sources.sitemap.entries import Kind, Sitemap
from indexer.sources.sitemaps import sitemap_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_OPENED = 10
"""Sitemaps of a site that are fetched to see whether they are of news."""

_FEED_TYPES = FEEDS.media_types
_MAY_BE_FEEDS = ("application/xml", "text/xml", "application/json")
_FEED_NAME = re.compile(r"\b(?:rss|atom|rdf|feeds?)\b|\.(?:rss|atom|rdf)\b", re.IGNORECASE)
_NEWS_NAME = re.compile(r"news|noticias|actu|notizie|nachrichten|haber|berita", re.IGNORECASE)
_COMMENTS = re.compile(
    r"/comments/(?:feed|default|rss|atom)|/comments\.(?:xml|rss)|feed=comments", re.IGNORECASE
)
"""The addresses of feeds of readers' comments: `/comment/rss` is the opinion pages of some."""

_OF_READERS = (
    r"(?:comments?|kommentar\w*|commentaires|comentarios|comentários|commenti|reacties|kommentit"
    r"|komentarz\w*|yorum\w*|комментар\w*"
    r"|評論|评论|コメント)"
)
_COMMENTS_TITLE = re.compile(
    rf"{_OF_READERS}[\s-]*(?:feed|rss|atom)|(?:feed|flux|rss\S*)\s+(?:\w+\s+){{0,2}}{_OF_READERS}"
    r"|^comments on |[»|-] comments$",
    re.IGNORECASE,
)

_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,]*))*)")
_KIND = re.compile(r"[\s(»|–-]*\b(?:rss|atom|rdf|json|2\.0|1\.0|0\.9\d?)\b[)\s]*", re.IGNORECASE)

_MOST_TITLE = 300
_MOST_LINKED, _MOST_LISTED = 5, 10
"""Links that are looked at: of a page, and of one that lists feeds."""

_ENTRIES_SEEN = 50

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Discovered:
    """A feed or a sitemap of a site; `title` is "" where it has none.

    `is_news` tells a news sitemap from one of all pages; feeds are news.
    """

    kind: Literal["feed", "sitemap"]
    url: str
    title: str = ""
    is_news: bool = True


def discover(fetcher: Fetcher, url: str) -> tuple[Discovered, ...]:
    """Return the feeds that a page declares, then the sitemaps of its site, news first.

    Of a feed or a sitemap, it is that one. Feeds of comments are left out, and so is a second
    feed of the same title in another format. Of a page without feeds, those of the site's first
    page count. Raises `FetchFailed` where the address itself cannot be fetched.
    """
    with fetcher.fetch(Request(url, max_bytes=MOST_PAGE_BYTES)) as fetched:
        data = fetched.read()
        itself = _itself(fetched, data)
        if itself:
            return itself
        feeds = _feeds(fetcher, fetched, data)
        if not feeds:
            feeds = _feeds_of_home(fetcher, fetched.url)
        maps = [*_linked_sitemaps(fetched, data), *_named_sitemaps(fetcher, fetched.url)]
    return (*feeds, *_of_news(fetcher, list(dict.fromkeys(maps))))


def _itself(fetched: Fetched, data: bytes) -> tuple[Discovered, ...]:
    head = data[:HEAD]
    address = fetched.moved or fetched.asked
    if told_feed(head) is Told.EXACTLY:
        return (Discovered("feed", address, _title_of_feed(data, fetched)),)
    sitemap = sitemap_of(_plain(data), fetched.url)
    if isinstance(sitemap, str):
        return ()
    if sitemap.kind is Kind.PAGES:
        return (Discovered("sitemap", address, "", _is_of_news(sitemap)),)
    return (Discovered("sitemap", address, "", bool(_NEWS_NAME.search(address))),)


def _plain(data: bytes) -> bytes:
    """Return a document without compression of its own (`sitemap.xml.gz`), as far as it goes."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    import zlib

    try:
        return zlib.decompressobj(31).decompress(data, MOST_PAGE_BYTES)
    except zlib.error:
        return data


def _title_of_feed(data: bytes, fetched: Fetched) -> str:
    from indexer.sources.syndication.json_feed import json_feed
    from indexer.sources.syndication.xml_feed import xml_feed

    read = json_feed if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else xml_feed
    feed = read(data, fetched.url, fetched.charset)
    return "" if isinstance(feed, str) else feed.title


def _feeds(fetcher: Fetcher, fetched: Fetched, data: bytes) -> list[Discovered]:
    declared = [*_in_headers(fetched), *_in_page(_tree(data, fetched), fetched.url)]
    if declared:
        return _without_others(declared)
    return _without_others(_offered(fetcher, _tree(data, fetched), fetched.url))


def _offered(
    fetcher: Fetcher, tree: HtmlElement | None, url: str, *, is_list: bool = False
) -> Iterator[Discovered]:
    """Yield the feeds that a page links, also by way of a page that lists them (`is_list`)."""
    for address, title in islice(_linked(tree, url), _MOST_LISTED if is_list else _MOST_LINKED):
        data = _fetched(fetcher, address)
        if data is None:
            continue
        if told_feed(data[:HEAD]) is Told.EXACTLY:
            yield Discovered("feed", address, title)
        elif not is_list:
            listed = _tree_of(data, None)
            yield from _in_page(listed, address)
            yield from _offered(fetcher, listed, address, is_list=True)


def _feeds_of_home(fetcher: Fetcher, url: str) -> list[Discovered]:
    home = urljoin(url, "/")
    if home == url:
        return []
    try:
        with fetcher.fetch(Request(home, max_bytes=MOST_PAGE_BYTES)) as fetched:
            return _feeds(fetcher, fetched, fetched.read())
    except FetchFailed as error:
        _LOG.info("%s", error)
        return []


def _tree(data: bytes, fetched: Fetched) -> HtmlElement | None:
    return _tree_of(data, fetched.charset)


def _tree_of(data: bytes, charset: str | None) -> HtmlElement | None:
    from indexer.text.extraction.dom import decoded_page, tree_of

    return tree_of(decoded_page(data, charset))


def _in_headers(fetched: Fetched) -> Iterator[Discovered]:
    """Yield the feeds of the header `Link` (RFC 8288)."""
    for url, given in _LINK.findall(fetched.headers.get("link", "")[:10_000]):
        said = dict(re.findall(r"([\w-]+)\s*=\s*\"?([^\";]*)", given))
        address = _absolute(url, fetched.url)
        if address and _is_feed(said.get("rel", ""), said.get("type", ""), address, ""):
            yield Discovered("feed", address, said.get("title", ""))


def _in_page(tree: HtmlElement | None, url: str) -> Iterator[Discovered]:
    for link in () if tree is None else tree.iter("link"):
        title = " ".join((link.get("title") or "").split())
        address = _absolute(link.get("href") or "", _base(tree, url))
        if address and _is_feed(link.get("rel") or "", link.get("type") or "", address, title):
            yield Discovered("feed", address, title)


def _is_feed(rel: str, media_type: str, url: str, title: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    if "alternate" not in rel.lower().split() and "feed" not in rel.lower().split():
        return False
    if _is_of_comments(url, title):
        return False
    named = bool(_FEED_NAME.search(f"{url} {title}"))
    return kind in _FEED_TYPES or (kind in _MAY_BE_FEEDS and named)


def _linked(tree: HtmlElement | None, url: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses that readers are offered as feeds, and what they are called."""
    seen = set()
    for link in () if tree is None else tree.iter("a"):
        address = _absolute(link.get("href") or "", _base(tree, url))
        title = " ".join(link.text_content().split())[:200]
        if not address or address in seen or not _FEED_NAME.search(urlsplit(address).path):
            continue
        if _is_of(address, url) and not _is_of_comments(address, title):
            seen.add(address)
            yield address, title


def _is_of_comments(url: str, title: str) -> bool:
    return bool(_COMMENTS.search(url) or _COMMENTS_TITLE.search(title))


def _is_of(url: str, site: str) -> bool:
    """Tell whether a feed may be that of a site, rather than of one that it links."""
    host = host_of(url)
    return host.split(".")[-2:] == host_of(site).split(".")[-2:] or "feedburner" in host


def _base(tree: HtmlElement | None, url: str) -> str:
    base = None if tree is None else next(iter(tree.iter("base")), None)
    return url if base is None else _absolute(base.get("href") or "", url) or url


def _absolute(url: str, base: str) -> str | None:
    try:
        whole = urljoin(base, url.strip())
    except ValueError:
        return None
    return whole if url.strip() and whole.lower().startswith(("http://", "https://")) else None


def _without_others(feeds: Iterable[Discovered]) -> list[Discovered]:
    """Leave out the same feed in another format."""
    found: dict[str, Discovered] = {}
    for feed in feeds:
        title = _KIND.sub(" ", " ".join(feed.title[:_MOST_TITLE].split())).strip().lower()
        if all(one.url != feed.url for one in found.values()):
            found.setdefault(title or feed.url, feed)
    return list(found.values())


def _linked_sitemaps(fetched: Fetched, data: bytes) -> Iterator[str]:
    tree = _tree(data, fetched)
    for link in () if tree is None else tree.iter("link"):
        address = _absolute(link.get("href") or "", fetched.url)
        if address and (link.get("rel") or "").lower() == "sitemap":
            yield address


def _named_sitemaps(fetcher: Fetcher, url: str) -> tuple[str, ...]:
    try:
        return fetcher.sitemaps(url)
    except FetchFailed as error:
        _LOG.info("%s", error)
        return ()


def _of_news(fetcher: Fetcher, urls: list[str]) -> list[Discovered]:
    """Return the news sitemaps among those of a site and those that they list, then the others."""
    news: list[Discovered] = []
    waiting, seen, opened = sorted(urls, key=_not_named), set(urls), 0
    while waiting and opened < MOST_OPENED:
        url = waiting.pop(0)
        opened += 1
        data = _fetched(fetcher, url)
        sitemap = "" if data is None else sitemap_of(_plain(data), url)
        if isinstance(sitemap, str):
            continue
        if sitemap.kind is Kind.PAGES:
            news += [Discovered("sitemap", url)] if _is_of_news(sitemap) else []
            continue
        listed = [one.url for one in sitemap.entries if one.url not in seen]
        named = [one for one in listed if not _not_named(one)]
        seen.update(listed)
        waiting = [*named, *waiting, *(listed if len(listed) <= MOST_OPENED else ())]
        waiting = list(dict.fromkeys(waiting))
    found = {one.url for one in news}
    return [*news, *(Discovered("sitemap", url, "", False) for url in urls if url not in found)]


def _not_named(url: str) -> bool:
    return not _NEWS_NAME.search(urlsplit(url).path + urlsplit(url).query)


def _is_of_news(sitemap: Sitemap) -> bool:
    return any(one.published for one in islice(sitemap.entries, _ENTRIES_SEEN))


def _fetched(fetcher: Fetcher, url: str) -> bytes | None:
    try:
        with fetcher.fetch(Request(url, max_bytes=MOST_PAGE_BYTES)) as fetched:
            return fetched.read()
    except FetchFailed as error:
        _LOG.info("%s", error)
        return None
