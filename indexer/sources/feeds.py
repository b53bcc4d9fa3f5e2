"""Feeds: RSS 0.9 to 2.0, RDF, Atom, JSON Feed and exports of WordPress; an article per item."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.format import Format, Told

MAX_FEED_BYTES = 64_000_000
"""A feed is parsed as a whole. The longest exports of WordPress are cut at half of this by its own
importers; what a site serves has a hundredth."""

_ROOT = re.compile(
    rb"<(?:[\w-]+:)?(?:rss[\s>]|feed[\s>]|channel[\s>]|rdf[\s>][^>]{0,3000}?"
    rb"(?:purl\.org/rss|purl\.org/net/rss|netscape\.com/rdf|channel\.netscape))",
    re.IGNORECASE,
)
_PROLOG = re.compile(
    rb"(?:\s++|<\?.*?\?>|<!--.*?-->|<!doctype\b(?!\s+html)(?:[^\[>]|\[[^\]]*\])*+>)*+",
    re.DOTALL | re.IGNORECASE,
)
_DECLARED_LATE = re.compile(rb"<\?xml[^>]{0,200}>\s*(?:<!--.*?-->\s*)*", re.DOTALL)
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version')
_MESSAGE = re.compile(rb"\s*(?:<|(?:PHP )?(?:Warning|Notice|Deprecated|Strict Standards)\s*:)")
"""What may stand before the declaration: markup, or a warning of PHP in plain text."""

_LATE = 2000
"""Bytes of warnings and the like that may stand before the declaration of a feed."""


def read_feed(stream: io.BufferedReader, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the items of the feed; a feed that cannot be read is one reject."""
    yield from feed_at(stream, name, limit)


def feed_at(
    stream: io.BufferedReader,
    name: str,
    limit: int,
    url: str | None = None,
    charset: str | None = None,
) -> Iterator[RawArticle | Reject]:
    """Yield what `read_feed` does; `url` and `charset` are those of `articles_of_feed`."""
    most = max(limit, MAX_FEED_BYTES)
    data = stream.read(most + 1)
    if len(data) > most:
        yield Reject(
            Origin(name),
            f"The feed is longer than {most / 1e6:g} MB, which no feed is; split it, or raise the "
            "setting max_article_mb.",
        )
        return
    yield from articles_of_feed(data, name, limit, url, charset)


def articles_of_feed(
    data: bytes, name: str, limit: int, url: str | None = None, charset: str | None = None
) -> Iterator[RawArticle | Reject]:
    """Yield the items of a feed in bytes.

    `url` is where it was fetched and `charset` what its server said of it, None if unknown.
    """
    from indexer.sources.syndication.json_feed import json_feed
    from indexer.sources.syndication.records import feed_articles
    from indexer.sources.syndication.xml_feed import xml_feed

    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    feed = (json_feed if is_json else xml_feed)(data, url, charset, limit)
    if isinstance(feed, str):
        yield Reject(Origin(name), feed)
    else:
        yield from feed_articles(feed, name, limit)


def told_feed(head: bytes) -> Told:
    """Tell a feed by its root element, or by the version that a JSON Feed gives."""
    head = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf")
    if head.lstrip()[:1] == b"{":
        return Told.EXACTLY if _JSON_FEED.search(head) else Told.NO
    prolog = _PROLOG.match(head)
    if _ROOT.match(head, prolog.end() if prolog else 0):
        return Told.EXACTLY
    late = _DECLARED_LATE.search(head, 0, _LATE)
    if late and _MESSAGE.match(head) and _ROOT.match(head, late.end()):
        return Told.EXACTLY
    # Cut off or broken, with the name of a feed.
    return Told.FITS if _ROOT.search(head) else Told.NO


FORMAT = Format(
    name="feeds",
    suffixes=(".rss", ".atom", ".rdf", ".wxr", ".feed"),
    media_types=(
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
    ),
    told=told_feed,
    read=read_feed,
)
