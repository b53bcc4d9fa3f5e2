"""The page that an item of a feed or a sitemap links -> the article, and what the list says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from indexer.article.draft import Origin, RawArticle, Reject
from indexer.sources.fetching.document import Fetches, Request
from indexer.sources.fetching.documents import articles_of, source_at
from indexer.sources.fetching.errors import FetchFailed, StatusFailed
from indexer.sources.fetching.fetcher import MOST_PAGE_BYTES
from indexer.sources.fetching.memory import Mark, Seen, now
from indexer.sources.html import FORMAT as HTML
from indexer.sources.sitemaps import INDEXES, PAGES
from search.addresses import without_credentials

_LISTS = (PAGES, INDEXES)


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a link.

    `items` are its articles or the reject, nothing where the page has not changed. `seen` is what
    to remember of it, None where it is to be tried again; `failure` says why it was not fetched.
    `is_read` tells that the page was there, and is an article.
    """

    items: tuple[RawArticle | Reject, ...] = ()
    seen: Seen | None = None
    failure: FetchFailed | None = None
    is_read: bool = False


def follow(
    fetcher: Fetches,
    item: RawArticle,
    limit: int,
    mark: Mark,
    known: Seen | None = None,
) -> Followed:
    """Fetch the page of an item, which has an address.

    What the page says counts before what the item does. The article is known by the address of
    the page, as from wherever else it is read, whatever id the item has. `known` is what is
    remembered of the page, and `mark` what the list says of it now. An item that says something
    itself stays where its page cannot be read.
    """
    url = without_credentials(str(item.record["url"]))
    known = replace(known or Seen(""), fetched=now()).marked(mark)
    request = Request(url, known.etag, known.last_modified, max_bytes=MOST_PAGE_BYTES)
    try:
        with fetcher.fetch(request) as fetched:
            if fetched.not_modified:
                return Followed((), known, is_read=True)
            seen = replace(known, etag=fetched.etag, last_modified=fetched.last_modified)
            found = [_of_page(one, item) for one in articles_of(fetched, limit)]
    except FetchFailed as error:
        refused = Reject(Origin(url), str(error))
        # What was never asked for costs nothing to refuse again, and may be allowed one day.
        is_gone = error.is_lasting and isinstance(error, StatusFailed)
        return Followed((_instead(item, refused),), known if is_gone else None, error)
    if len(found) == 1 and isinstance(found[0], Reject):
        return Followed((_instead(item, found[0]),), seen)
    return Followed(tuple(found), seen, is_read=True)


def _of_page(found: RawArticle | Reject, item: RawArticle) -> RawArticle | Reject:
    """Complete what the page says by what the item does."""
    if isinstance(found, Reject):
        return found
    if found.read_as in _LISTS:
        return Reject(found.origin, "The page is a list of addresses and no article.")
    if found.read_as != HTML.name:
        return found
    listed, page = _by_address(item.record), dict(found.record)
    if item.read_as in _LISTS:
        listed.pop("updated", None)  # sitemaps count a new design of the site, too
        if page.get("source") == source_at(found.origin.input):
            # The page does not say who publishes it; a news sitemap does. (Feeds of one paper have
            # a title for each section.)
            page["source"] = listed.get("source") or page["source"]
    # The same page, found in another list, is the same article: what lists say of themselves goes.
    merged = {**listed, "meta": {}, **page}
    if not _is_summary(item) and _length(listed) > _length(page):
        merged["paragraphs"] = listed["paragraphs"]
    return replace(found, record={key: value for key, value in merged.items() if value})


def _instead(item: RawArticle, refused: Reject) -> RawArticle | Reject:
    """Return the item where it says something itself, and why its page was not read."""
    if item.read_as in _LISTS or not (item.record.get("paragraphs") or item.record.get("title")):
        return refused
    listed = _by_address(item.record)
    listed["meta"] = {**_meta(listed), "not_followed": refused.reason}
    return replace(item, record=listed, without_page=refused.reason)


def _by_address(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record that is known by its address, whatever id its feed gives it."""
    listed = dict(record)
    given = listed.pop("id", None)
    if given and given != listed["url"]:
        listed["meta"] = {"feed_id": given, **_meta(record)}
    return listed


def _meta(record: Mapping[str, Any]) -> dict[str, Any]:
    meta = record.get("meta")
    return dict(meta) if isinstance(meta, Mapping) else {}


def _is_summary(item: RawArticle) -> bool:
    return bool(_meta(item.record).get("summary"))


def _length(record: Mapping[str, Any]) -> int:
    return sum(len(str(one)) for one in record.get("paragraphs") or ())
