"""Web archives: WARC 1.0 and 1.1 and ARC; an article per response that is one, feeds included.

A record at a time is in memory. Redirects, errors, pictures and the like are passed over; so are
revisits, whose content is in an earlier record. WACZ is read by `indexer.sources.archives`.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace

from indexer.article.boundary import contained
from indexer.article.draft import Item, Origin, RawArticle, Reject, UnreadPage
from indexer.sources.feeds import articles_of_feed, told_feed
from indexer.sources.format import Format, Told
from indexer.sources.web_archive.gzip_members import LOST
from indexer.sources.web_archive.records import Damage, Record, records
from indexer.sources.web_archive.responses import Response, response_of

_LOG = logging.getLogger(__name__)

_PAGES = ("text/html", "application/xhtml+xml")
_MAY_BE_PAGES = (*_PAGES, "", "text/plain", "text/xml", "application/xml", "unk", "no-type",
                 "application/octet-stream", "application/x-unknown", "unknown")  # fmt: skip
_MAY_BE_FEEDS = (*_MAY_BE_PAGES, "application/json")
_OK = 200


def read_web_archive(stream: io.BufferedReader, name: str, limit: int) -> Iterator[Item]:
    """Yield the articles; the place of each is the number of its record, counted from one."""
    revisits = 0
    for record in records(stream, limit):
        if isinstance(record, Damage):
            yield Reject(
                Origin(name, record.number or None),
                "The archive is damaged here; reading goes on with the next record.",
            )
        elif record.kind == "revisit":
            revisits += 1
        elif record.uri.lower().startswith(("http://", "https://")):
            origin = Origin(name, record.number)
            found = contained(origin, lambda record=record: _articles(record, name, limit))  # type: ignore[misc]
            yield from [found] if isinstance(found, Reject) else found
    if revisits:
        _LOG.info(
            "%s: %d revisits of pages that have not changed were passed over.", name, revisits
        )


def _articles(record: Record, name: str, limit: int) -> list[Item]:
    origin = Origin(name, record.number)
    if record.kind == "conversion" and record.headers.get("content-type", "").startswith("text/pl"):
        return _text(record, origin)
    if record.kind not in ("response", "resource"):
        return []
    response = response_of(record, limit)
    if response.status != _OK or not response.body.strip():
        return []
    kind, head = response.media_type, response.body[:8192]
    may_be_feed = kind in _MAY_BE_FEEDS or kind.endswith(("+xml", "feed+json"))
    if may_be_feed and told_feed(head) is Told.EXACTLY:
        place = f"{name}!{record.uri}"
        items = articles_of_feed(response.body, place, limit, record.uri, response.charset)
        return [replace(item, read_as="feeds") for item in items]
    if kind in _PAGES or (kind in _MAY_BE_PAGES and _is_page(head)):
        return [_page(record, response, origin)]
    return []


def _is_page(head: bytes) -> bool:
    from indexer.sources.html import FORMAT as PAGES

    return PAGES.told(head) is Told.SURELY


def _page(record: Record, response: Response, origin: Origin) -> UnreadPage:
    before, after = {"url": record.uri}, _meta(record)
    return UnreadPage(origin, response.body, record.uri, response.charset, before, after)


def _text(record: Record, origin: Origin) -> list[Item]:
    """Return the article of a text that was made from a page, as in Common Crawl's WET files."""
    text = record.block.decode("utf-8", "replace").strip()
    title, _, rest = text.partition("\n")
    article = {"title": title, "text": rest} if rest.strip() else {"text": text}
    return [
        RawArticle(origin, {"url": record.uri} | article | _meta(record), len(text), is_plain=True)
    ]


def _meta(record: Record) -> dict[str, object]:
    meta: dict[str, object] = {"archived": record.date} if record.date else {}
    if record.is_truncated:
        meta["truncated"] = True
    return {"meta": meta} if meta else {}


def _told(head: bytes) -> Told:
    first = head.removeprefix(LOST)
    return Told.EXACTLY if first.startswith((b"WARC/", b"filedesc://")) else Told.NO


FORMAT = Format(
    name="web archives",
    suffixes=(".warc", ".arc"),
    media_types=("application/warc", "application/x-ia-arc"),
    told=_told,
    read=read_web_archive,
    is_text=False,
)
