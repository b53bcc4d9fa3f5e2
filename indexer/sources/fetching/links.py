"""Addresses -> what is there, and what the lists there lead to: pages, feeds, sitemaps, files."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from itertools import chain, groupby, islice

from indexer.article.draft import Item, Origin, RawArticle, Reject
from indexer.sources.feeds import FORMAT as FEEDS
from indexer.sources.fetching.document import Fetches, Request
from indexer.sources.fetching.documents import items_of
from indexer.sources.fetching.errors import FetchFailed, RateLimited
from indexer.sources.fetching.fetcher import MOST_PAGE_BYTES
from indexer.sources.fetching.following import follow
from indexer.sources.fetching.memory import Mark, Memory, NoMemory, Seen, now
from indexer.sources.files import host_of
from indexer.sources.html import FORMAT as HTML
from indexer.sources.sitemaps import INDEXES, PAGES, unfollowed
from indexer.text.encoding import MAX_ARTICLE_BYTES
from search.addresses import without_credentials

MOST_DEPTH = 4
"""Sitemaps that list sitemaps; the protocol allows one level."""

MOST_FAILURES = 5
"""Failures in a row after which nothing more is fetched from a host in this run."""

_FOR_A_TITLE = 3
"""Items of a feed that are of one source: those of feeds that gather others' items seldom are."""

_AT_ONCE = 500
"""Addresses of a list that are looked up together."""

Steps = Generator[Item, None, bool]
"""Yields items; returns whether everything was fetched that can be."""


class Links:
    """Reads addresses. Pages that a sitemap lists are fetched, those of feeds where `follow`.

    What has not changed since it was remembered is passed over and counted in `unchanged`.
    """

    def __init__(  # noqa: PLR0913 - what fetches, what is remembered, and how lists are read
        self,
        fetcher: Fetches,
        limit: int = MAX_ARTICLE_BYTES,
        memory: Memory | None = None,
        *,
        follow: bool = False,
        lists_only: bool = False,
        encoding: str | None = None,
    ) -> None:
        """With `lists_only`, an address where a web page is found instead of a list has failed.

        `encoding` is that of what is at the addresses themselves; None: it is recognised.
        """
        self._fetcher = fetcher
        self._limit = limit
        self._memory = memory or NoMemory()
        self._follow = follow
        self._lists_only = lists_only
        self._encoding = encoding
        self._entered: set[str] = set()
        self._failures: Counter[str] = Counter()
        self.unchanged = 0
        self.failure: FetchFailed | None = None
        """Why the address that was to be read last could not be fetched; None where it was."""
        self.moved: str | None = None
        """Where that address has moved for good; None where it has not."""
        self.title = ""
        """What the feed at that address calls itself, "" where it is none or items say others."""

    def read(self, url: str) -> Iterator[Item]:
        """Yield the articles at an address; what cannot be fetched is a reject."""
        yield from self._document(url, None, 0)

    def expanded(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items of a file, with the pages that they link where `follow`."""
        if self._follow:
            yield from self._expanded(items, 0)
        else:
            yield from map(unfollowed, items)

    def came(self) -> None:
        """Count an item that was read: what is remembered comes after what it came from."""
        self._memory.came()

    def _document(self, url: str, stamp: str | None, depth: int) -> Steps:
        """Read one address; a list is remembered only when everything that it lists was read."""
        if url in self._entered:
            return True
        self._entered.add(url)
        known = self._memory.seen([url]).get(url)
        if known is None or (self._follow and not known.followed):
            known = Seen("")
        most = MOST_PAGE_BYTES if depth else None
        try:
            fetched = self._fetcher.fetch(Request(url, known.etag, known.last_modified, most))
        except FetchFailed as error:
            self.failure = self.failure if depth else error
            yield Reject(Origin(without_credentials(url)), str(error))
            return self._failed(url, error)
        if not depth:
            self.failure, self.moved = None, fetched.moved
        with fetched:
            if fetched.not_modified:
                self.unchanged += 1
                return True
            items = items_of(fetched, self._limit, None if depth else self._encoding)
            first = list(islice(items, _FOR_A_TITLE))
            if not depth:
                self.title = _title_of(first)
            if self._lists_only and not depth and any(one.read_as == HTML.name for one in first):
                self.failure, self.moved = _no_list(fetched.url), None
                yield Reject(Origin(fetched.url), str(self.failure))
                return False
            if depth and any(map(_is_no_list, first)):
                yield Reject(Origin(fetched.url), _NO_SITEMAP)
                return False
            complete = yield from self._expanded(chain(first, items), depth)
            seen = replace(
                known,
                fetched=now(),
                stamp=stamp or known.stamp,
                etag=fetched.etag,
                last_modified=fetched.last_modified,
                followed=self._follow,
            )
        # An index may be the same while its sitemaps are not.
        if complete and not any(_listed_as(item) == INDEXES for item in first):
            self._memory.note(url, seen)
        return complete

    def _expanded(self, items: Iterable[Item], depth: int) -> Steps:
        complete = True
        for read_as, group in groupby(items, key=_listed_as):
            while some := list(islice(group, _AT_ONCE if read_as else 1)):
                if read_as == INDEXES:
                    complete &= yield from self._sitemaps(some, depth + 1)
                # A feed that is named as a sitemap is one.
                elif read_as == PAGES or (read_as == FEEDS.name and (self._follow or depth)):
                    complete &= yield from self._pages(some)
                else:
                    yield from some
        return complete

    def _sitemaps(self, items: list[Item], depth: int) -> Steps:
        """Read the sitemaps that an index lists."""
        complete = True
        seen = self._memory.seen(_url(item) for item in items)
        for item in items:
            url, mark = _url(item), _mark(item)
            known = seen.get(url)
            if depth > MOST_DEPTH:
                yield Reject(item.origin, "Sitemaps are listed in too many levels.")
            elif mark.said and known and known.has_not_changed(mark):
                self.unchanged += 1
            elif self._is_left(url):
                complete = False
            else:
                complete &= yield from self._document(url, mark.said, depth)
        return complete

    def _pages(self, items: list[Item]) -> Steps:
        """Fetch the pages of items that are new."""
        keys = (key for item in items for key in (_url(item), _name(item)) if key)
        seen = self._memory.seen(keys)
        left: Counter[str] = Counter()
        complete = True
        for item in items:
            url = _url(item)
            if not isinstance(item, RawArticle) or not url:
                yield item
            elif url in self._entered:
                continue
            elif (known := seen.get(url)) and known.has_not_changed(mark := _mark(item)):
                self.unchanged += 1
                if known != known.marked(mark):
                    self._memory.note(url, known.marked(mark))
            elif (same := seen.get(_name(item))) and same.has_not_changed(_mark_of_item(item)):
                self.unchanged += 1
            elif self._is_left(url):
                left[host_of(url)] += 1
            else:
                complete &= yield from self._page(item, url, known)
        for host, count in left.items():
            yield Reject(items[0].origin, _left(host, count))
        return complete and not left

    def _page(self, item: RawArticle, url: str, known: Seen | None) -> Steps:
        self._entered.add(url)
        followed = follow(self._fetcher, item, self._limit, _mark(item), known)
        self.unchanged += not followed.items
        yield from followed.items
        if followed.seen:
            self._memory.note(url, followed.seen)
        if followed.is_read and (name := _name(item)):
            self._memory.note(name, Seen(now()).marked(_mark_of_item(item)))
        if followed.failure:
            return self._failed(url, followed.failure)
        self._failures.pop(host_of(url), None)
        return True

    def _failed(self, url: str, error: FetchFailed) -> bool:
        """Count a failure; tell whether trying again would lead to the same."""
        if not error.is_lasting:
            at_once = isinstance(error, RateLimited)
            self._failures[host_of(url)] += MOST_FAILURES if at_once else 1
        return error.is_lasting

    def _is_left(self, url: str) -> bool:
        return self._failures[host_of(url)] >= MOST_FAILURES


_NO_SITEMAP = "It is listed as a sitemap, and is none: the site may be down for a while."


def _is_no_list(item: Item) -> bool:
    """Tell what no list of a site leads to: some have pages in them, but none has other files."""
    listed = _listed_as(item) or item.read_as == HTML.name
    return not (listed or isinstance(item, Reject))


def _no_list(url: str) -> FetchFailed:
    return FetchFailed(
        f"{url} is a web page and no feed or sitemap: the site may be down for a while, ask for a "
        "log-in, or have its feed elsewhere.",
        url,
    )


def _left(host: str, count: int) -> str:
    pages = "1 page" if count == 1 else f"{count:,} pages"
    return (
        f"{pages} of {host} were not fetched, since it failed too often or asks to be asked later; "
        "run the same command again."
    )


def _title_of(items: Iterable[Item]) -> str:
    """Return the source that all items of a feed name, which is its title where they have none."""
    found = {
        str(one.record.get("source") or "")
        for one in items
        if isinstance(one, RawArticle) and one.read_as == FEEDS.name
    }
    return found.pop() if len(found) == 1 else ""


def _listed_as(item: Item) -> str:
    """Return the kind of list that an item is of, "" where it is of none."""
    is_listed = item.read_as in (PAGES, INDEXES, FEEDS.name) and isinstance(item, RawArticle)
    return item.read_as if is_listed else ""


def _url(item: Item) -> str:
    """Return the address of an item without its fragment, "" if it has none."""
    url = str(item.record.get("url") or "") if isinstance(item, RawArticle) else ""
    return url.partition("#")[0]


def _name(item: Item) -> str:
    """Return the key of an item that its feed gives an id, "" for any other.

    Some feeds link the same item by another address each time, as with the time in it.
    """
    given = item.record.get("id") if isinstance(item, RawArticle) else None
    return f"item:{given}" if given and item.read_as == FEEDS.name else ""


def _mark_of_item(item: RawArticle) -> Mark:
    """Return what a feed says of an item beside its address."""
    record = {key: value for key, value in item.record.items() if key != "url"}
    return _mark(replace(item, record=record))


def _mark(item: Item) -> Mark:
    """Return what a list says of the state of what it lists."""
    if not isinstance(item, RawArticle):
        return Mark("stamp", None, None)
    changed = item.record.get("updated") or item.record.get("published")
    date = str(changed) if changed else None
    if item.read_as == FEEDS.name:
        said = json.dumps(item.record, sort_keys=True, default=str, ensure_ascii=False)
        return Mark("item", hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16], date)
    return Mark("stamp", date, date)
