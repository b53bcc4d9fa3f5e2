"""Pages that were read -> their articles, in the order in which they came; in several processes.

Extraction takes some 30 ms per page and is most of what reading pages costs. Processes, not
threads: most of it is Python. Starting them takes a second, so the first pages are read here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

from indexer.article.boundary import contained
from indexer.article.draft import Item, RawArticle, Reject, UnreadPage
from indexer.processes import executor, without_interrupts

READ_HERE = 24
"""Pages that are read before processes are started for the others: they take under a second."""

MOST_AHEAD = 512
MOST_BYTES_AHEAD = 64_000_000
"""Items, and bytes of pages, that are read ahead: two batches, so that no process waits while one
is embedded and written."""

ENDED = "The page made the program that reads it fail: it ended without a word."

Found = dict[str, Any] | str | Reject
"""The record of a page, or the sentence that refuses it, or what became of it."""

_UNREADABLE = "the page has bytes that are not in its encoding; U+FFFD stands there now"

Read = Callable[[UnreadPage], Found]

_Waiting = RawArticle | Reject | tuple[UnreadPage, Future[Found]]


def read_page(page: UnreadPage) -> Found:
    """Read one page, in whatever process; whatever fails is a reject."""
    from indexer.text.extraction.page import page_record

    return contained(page.origin, lambda: page_record(page.data, page.url, page.charset))


def extracted(
    items: Iterable[Item], processes: int = 1, read: Read = read_page
) -> Iterator[RawArticle | Reject]:
    """Yield all items in order, each page as the article or the reject that it is.

    With more than one process, items are read ahead (`MOST_AHEAD`) once there are many pages. A
    page that ends the process which reads it is a reject. `read` must be a function that other
    processes can import.
    """
    rest = iter(items)
    pages = 0
    for item in rest:
        if not isinstance(item, UnreadPage):
            yield item
            continue
        yield _article(item, read(item))
        pages += 1
        if processes > 1 and pages == READ_HERE:
            with _Processes(processes, read) as pool:
                yield from _ahead(rest, pool)
            return


def _ahead(items: Iterator[Item], pool: _Processes) -> Iterator[RawArticle | Reject]:
    waiting: deque[_Waiting] = deque()
    size = 0
    for item in items:
        if isinstance(item, UnreadPage):
            size += len(item.data)
            waiting.append((item, pool.submit(item)))
        else:
            waiting.append(item)
        while len(waiting) > MOST_AHEAD or size > MOST_BYTES_AHEAD:
            size -= _size(waiting[0])
            yield _settled(waiting.popleft(), pool)
    while waiting:
        yield _settled(waiting.popleft(), pool)


def _size(one: _Waiting) -> int:
    return len(one[0].data) if isinstance(one, tuple) else 0


def _settled(one: _Waiting, pool: _Processes) -> RawArticle | Reject:
    if not isinstance(one, tuple):
        return one
    page, future = one
    return _article(page, pool.result(page, future))


def _article(page: UnreadPage, found: Found) -> RawArticle | Reject:
    if isinstance(found, Reject):
        return replace(found, read_as=page.read_as)
    if isinstance(found, str) and page.otherwise:
        return RawArticle(page.origin, page.otherwise, len(page.data), page.read_as)
    if isinstance(found, str):
        return Reject(page.origin, found, read_as=page.read_as)
    record = {**page.before, **found, **page.after}
    text = "\n".join([found.get("title", ""), *found.get("paragraphs", ())])
    warning = _UNREADABLE if "\ufffd" in text else None
    size = len(page.data)
    return RawArticle(page.origin, record, size, page.read_as, warning, is_plain=True)


class _Processes:
    """The processes, begun anew when one of them ends."""

    def __init__(self, count: int, read: Read) -> None:
        self._count = count
        self._read = read
        self._executor = executor(count)

    def submit(self, page: UnreadPage) -> Future[Found]:
        with without_interrupts():
            try:
                return self._executor.submit(self._read, page)
            except BrokenProcessPool:  # its futures have failed as well, and are read one by one
                self._executor.shutdown(wait=False)
                self._executor = executor(self._count)
                return self._executor.submit(self._read, page)

    def result(self, page: UnreadPage, future: Future[Found]) -> Found:
        try:
            return future.result()
        except BrokenProcessPool:
            return _alone(page, self._read)

    def __enter__(self) -> _Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


def _alone(page: UnreadPage, read: Read) -> Found:
    """Read a page in a process of its own, as it may be the one that ends it."""
    with executor(1) as alone:
        try:
            with without_interrupts():
                future = alone.submit(read, page)
            return future.result()
        except BrokenProcessPool:
            return ENDED
