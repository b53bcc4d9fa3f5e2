from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.article.draft import Item, Origin, RawArticle, Reject, UnreadPage
from indexer.sources import extraction
from indexer.sources.extraction import ENDED, READ_HERE, Found, extracted, read_page
from indexer.sources.reader import Reader, Reading

BODY = "The river rose by two metres during the night, and the lower town was cleared by noon. "
PAGES = READ_HERE + 16


def page(number: int, body: str = BODY * 3) -> bytes:
    return (
        f"<!doctype html><html lang='en'><head><title>Flood, day {number}</title></head><body>"
        f"<article><h1>Flood, day {number}</h1><p>{body}</p><p>{number} {body}</p></article></body>"
    ).encode()


def pages(count: int = PAGES) -> list[UnreadPage]:
    return [UnreadPage(Origin("in", n), page(n), read_as="HTML pages") for n in range(count)]


def ends(unread: UnreadPage) -> Found:
    """Read a page, unless it says that reading ends the process."""
    if b"die" in unread.data:
        os._exit(7)
    return read_page(unread)


def test_several_processes_find_what_one_does_in_the_same_order(tmp_path: Path) -> None:
    for n in range(PAGES):
        (tmp_path / f"{n:03}.html").write_bytes(page(n))
    (tmp_path / "001.txt").write_text("A note\n\nBetween two pages.")
    (tmp_path / "003.html").write_bytes(b"<html><body></body></html>")
    (tmp_path / f"{PAGES - 2:03}.html").write_bytes(b"<html><body></body></html>")
    alone = list(Reader([str(tmp_path)]))
    assert list(Reader([str(tmp_path)], how=Reading(processes=2))) == alone
    assert len(alone) == PAGES + 1
    assert sum(isinstance(item, Reject) for item in alone) == 2
    assert {item.read_as for item in alone} == {"HTML pages", "plain text"}


def test_what_the_server_said_frames_what_the_page_says() -> None:
    unread = UnreadPage(
        Origin("a.warc", 3),
        page(1),
        "https://a.example/1",
        None,
        {"url": "https://a.example/1", "title": "never"},
        {"meta": {"archived": "2026"}},
    )
    (article,) = extracted([unread])
    assert isinstance(article, RawArticle)
    assert article.record["url"] == "https://a.example/1"
    assert article.record["title"] == "Flood, day 1"
    assert article.record["meta"] == {"archived": "2026"}
    assert (article.origin, article.size) == (unread.origin, len(unread.data))


def test_what_a_page_lost_is_said() -> None:
    damaged = UnreadPage(
        Origin("in"), page(1).replace(b"two metres", "zwei Füße ".encode() + b"\xff")
    )
    (article,) = extracted([damaged])
    assert isinstance(article, RawArticle)
    assert "U+FFFD stands there now" in str(article.warning)
    (whole,) = extracted([UnreadPage(Origin("in"), page(1))])
    assert isinstance(whole, RawArticle)
    assert whole.warning is None


@pytest.mark.slow  # processes are started, and started again
def test_a_page_that_ends_its_process_is_one_reject() -> None:
    unread = pages(READ_HERE + 12)
    deadly = {READ_HERE + 1, READ_HERE + 2, READ_HERE + 11}
    for n in deadly:
        unread[n] = UnreadPage(Origin("in", n), b"die", read_as="HTML pages")
    found = list(extracted(unread, 2, ends))
    assert [item.origin.line for item in found] == list(range(len(unread)))
    rejects = {item.origin.line: item for item in found if isinstance(item, Reject)}
    assert rejects.keys() == deadly
    assert {(one.reason, one.read_as) for one in rejects.values()} == {(ENDED, "HTML pages")}


def test_a_stream_is_read_ahead_no_further_than_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extraction, "MOST_AHEAD", 8)
    drawn = 0

    def stream() -> Iterator[Item]:
        nonlocal drawn
        for one in pages(READ_HERE + 40):
            drawn += 1
            yield one

    found = extracted(stream(), 2)
    for taken, _ in enumerate(found, start=1):
        assert drawn <= taken + 8 + 1
    assert drawn == READ_HERE + 40


def test_leaving_early_ends_the_processes() -> None:
    found = extracted(pages(READ_HERE + 40), 2)
    for _ in range(READ_HERE + 2):
        next(found)
    found.close()  # type: ignore[attr-defined]
    with pytest.raises(StopIteration):
        next(found)


def test_pages_that_wait_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MOST_BYTES_AHEAD", 2_000_000)

    def stream() -> Iterator[Item]:
        yield from pages(READ_HERE)
        for n in range(60):
            yield UnreadPage(Origin("in", n), b"<p>" + bytes(1_000_000))

    tracemalloc.start()
    try:
        assert len(list(extracted(stream(), 2))) == READ_HERE + 60
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000
