from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.article.draft import REJECTS_IN_A_ROW, Origin, RawArticle, Reject
from indexer.errors import IngestStopped, RejectsUnwritable
from indexer.ingest.batches import BatchReport
from indexer.ingest.filling import BATCH_BYTES, Filling
from indexer.ingest.interrupts import interrupt_deferred
from indexer.ingest.pipeline import IndexingPipeline
from indexer.ingest.rejects import RejectsFile, default_path
from indexer.ingest.run import ingest
from indexer.ingest.summary import as_document, show_summary
from indexer.ingest.tally import IngestSummary, InputSummary
from search.index.errors import StorageFull
from search.index.model import EmbeddedArticle, WriteReport
from tests.support.indexing import MarkedLanguages, StoredArticles, WordHashes, numbered, raw


@pytest.fixture
def rejects(tmp_path: Path) -> Iterator[RejectsFile]:
    with RejectsFile(tmp_path / "feed.rejects.jsonl") as file:
        yield file


def build(index: StoredArticles) -> IndexingPipeline:
    return IndexingPipeline.build(index, WordHashes(), MarkedLanguages())


def counts(summary: IngestSummary) -> tuple[int, ...]:
    return (
        summary.added,
        summary.updated,
        summary.unchanged,
        summary.stale,
        summary.rejected,
    )


def test_everything_is_counted(rejects: RejectsFile) -> None:
    index = StoredArticles()
    feed: list[RawArticle | Reject] = [
        *numbered(5, lang="en"),
        raw(6, text="Uno.", lang="es"),
        Reject(Origin("feed.jsonl", 7), "Broken."),
        raw(8, id="x"),
    ]
    first = ingest(feed, build(index), rejects, batch_size=2)
    assert counts(first) == (6, 0, 0, 0, 2)
    assert first.articles == 8
    assert (first.paragraphs, first.embedded) == (11, 11)
    assert first.languages == {"en": 5, "es": 1}
    assert index.writes == 3
    second = ingest(feed, build(index), rejects, batch_size=3)
    assert counts(second) == (0, 0, 6, 0, 2)
    assert (second.paragraphs, second.embedded) == (11, 0)


def test_progress_is_told_after_every_batch(rejects: RejectsFile) -> None:
    seen: list[int] = []
    ingest(
        numbered(7),
        build(StoredArticles()),
        rejects,
        lambda summary: seen.append(summary.added),
        batch_size=3,
    )
    assert seen == [3, 6, 7]


class Sizes:
    """Notes how many articles each batch has."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def run(self, articles: Sequence[RawArticle]) -> BatchReport:
        self.sizes.append(len(articles))
        return BatchReport((), ())


def test_large_articles_make_small_batches(rejects: RejectsFile) -> None:
    pipeline = Sizes()
    half = BATCH_BYTES // 2
    large = [RawArticle(Origin("a", i), {}, half) for i in range(5)]
    ingest(large, pipeline, rejects, batch_size=100)
    assert pipeline.sizes == [2, 2, 1]


def test_a_batch_that_fills_slowly_is_full_earlier() -> None:
    seconds = iter([0.0, 1.0, 3.0, 20.0, 20.0, 21.0])
    filling = Filling(100, lambda: next(seconds))
    batch = [raw(n, text="One.") for n in range(3)]
    full = [filling.is_enough(batch[:size]) for size in (1, 2, 3)]
    assert full == [False, False, True]
    assert not filling.is_enough(batch[:1])


def test_what_is_stored_is_told_in_order(rejects: RejectsFile) -> None:
    refused: list[RawArticle | Reject] = [Reject(Origin("a", n), "No.") for n in range(150)]
    feed = [raw(1, text="One."), *refused, raw(2, text="Two.")]
    stored: list[int] = []
    ingest(feed, build(StoredArticles()), rejects, batch_size=10, on_stored=stored.append)
    assert stored == [152, 152]


def test_articles_that_replace_others_of_the_run_are_counted(rejects: RejectsFile) -> None:
    feed = [raw(1, id="a", text="One."), raw(2, id="a", text="Two."), raw(3, id="a", text="Two.")]
    summary = ingest(feed, build(StoredArticles()), rejects, batch_size=1)
    assert counts(summary) == (1, 1, 1, 0, 0)
    assert summary.repeated == 1


def test_rejects_are_written_as_they_come(rejects: RejectsFile) -> None:
    def feed() -> Iterator[RawArticle | Reject]:
        yield Reject(Origin("news.jsonl", 3), "Broken \ud83d.", "a", "JSON")
        assert json.loads(rejects.path.read_text())["line"] == 3
        yield Reject(Origin("photo.png"), "The file is not text.")

    ingest(feed(), build(StoredArticles()), rejects)
    lines = [json.loads(line) for line in rejects.path.read_text().splitlines()]
    assert lines == [
        {"input": "news.jsonl", "line": 3, "reason": "Broken ?.", "id": "a", "read_as": "JSON"},
        {
            "input": "photo.png",
            "line": None,
            "reason": "The file is not text.",
            "id": None,
            "read_as": None,
        },
    ]


class Named:
    """Articles of several inputs, as a `Reader` gives them."""

    def __init__(self, *items: RawArticle | Reject) -> None:
        self._items = items

    def __iter__(self) -> Iterator[RawArticle | Reject]:
        return iter(self._items)

    def named(self, name: str) -> str:
        return name.partition("/")[0]

    def leave(self, name: str) -> None:
        raise AssertionError(name)


def test_what_each_input_was_read_as(rejects: RejectsFile) -> None:
    feed = Named(
        replace(raw(1, text="One."), origin=Origin("news/a.html"), read_as="HTML pages"),
        replace(raw(2, text="Two."), origin=Origin("news/b.html"), read_as="HTML pages"),
        replace(raw(3, text=""), origin=Origin("news/c.xml"), read_as="NITF"),
        Reject(Origin("photo.png"), "The file is not text."),
    )
    summary = ingest(feed, build(StoredArticles()), rejects)
    assert summary.inputs == (
        InputSummary("news", {"HTML pages": 2, "NITF": 1}, rejected=1),
        InputSummary("photo.png", {"": 1}, rejected=1),
    )
    lines = [json.loads(line) for line in rejects.path.read_text().splitlines()]
    assert {line["read_as"] for line in lines} == {"NITF", None}


def test_no_rejects_no_file(rejects: RejectsFile) -> None:
    ingest(numbered(2), build(StoredArticles()), rejects)
    assert not rejects.path.exists()


def test_a_rejects_file_that_cannot_be_written(tmp_path: Path) -> None:
    with (
        RejectsFile(tmp_path / "gone" / "r.jsonl") as file,
        pytest.raises(RejectsUnwritable, match=r"r\.jsonl cannot be written: no such file"),
    ):
        file.write(Reject(Origin("a"), "Why."))


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("feeds/today.jsonl.xz", "today.rejects.jsonl"),
        ("-", "stdin.rejects.jsonl"),
        ("feeds/", "feeds.rejects.jsonl"),
        ("/", "root.rejects.jsonl"),
    ],
)
def test_the_rejects_file_is_named_after_the_first_input(first: str, name: str) -> None:
    assert default_path([first]) == Path(name)


class FullAfter(StoredArticles):
    """Has no space after some batches."""

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        if self.writes == 2:
            raise StorageFull("No space is left for the index.")
        return super().write(batch)


def test_an_engine_that_fails_stops_the_run_and_keeps_what_it_has(rejects: RejectsFile) -> None:
    index = FullAfter()
    with pytest.raises(IngestStopped) as stop:
        ingest(numbered(9), build(index), rejects, batch_size=3)
    assert str(stop.value) == (
        "No space is left for the index. The 6 articles indexed before are safe; once the cause is "
        "fixed, run the same command again to continue."
    )
    assert len(index.articles) == 6
    index.writes = 0
    assert counts(ingest(numbered(9), build(index), rejects)) == (3, 0, 6, 0, 0)


class InterruptedIn(StoredArticles):
    """Ctrl-C is pressed while it writes its second batch."""

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        if self.writes == 1:
            os.kill(os.getpid(), signal.SIGINT)
        return super().write(batch)


def test_ctrl_c_lets_the_batch_in_hand_finish(rejects: RejectsFile) -> None:
    index = InterruptedIn()
    summary = ingest(numbered(9), build(index), rejects, batch_size=3)
    assert summary.interrupted
    assert summary.added == len(index.articles) == 6
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert counts(ingest(numbered(9), build(index), rejects)) == (3, 0, 6, 0, 0)


def test_ctrl_c_between_batches(rejects: RejectsFile) -> None:
    def feed() -> Iterator[RawArticle]:
        yield from numbered(3)
        raise KeyboardInterrupt

    index = StoredArticles()
    summary = ingest(feed(), build(index), rejects, batch_size=2)
    assert summary.interrupted
    assert len(index.articles) == summary.added == 2


def test_a_second_ctrl_c_is_not_held_back() -> None:
    done: list[int] = []

    def press_twice() -> None:
        with interrupt_deferred():
            os.kill(os.getpid(), signal.SIGINT)
            done.append(1)
            os.kill(os.getpid(), signal.SIGINT)
            done.append(2)

    with pytest.raises(KeyboardInterrupt):
        press_twice()
    assert done == [1]


def test_in_another_thread_the_block_simply_runs() -> None:
    done: list[int] = []

    def work() -> None:
        with interrupt_deferred():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]


# --- what is shown ----------------------------------------------------------------------


def shown(summary: IngestSummary, rejects: Path | None = None) -> str:
    from rich.console import Console

    console = Console(width=100, color_system=None, highlight=False)
    with console.capture() as capture:
        show_summary(summary, "my-index", rejects, console)
    return capture.get()


def test_what_a_first_run_shows() -> None:
    summary = IngestSummary(
        added=2375,
        rejected=2,
        paragraphs=33_000,
        embedded=33_000,
        dropped=7,
        languages={"en": 2000, "de": 375},
        reasons={"The article has no text.": 2},
        seconds=10.0,
    )
    text = shown(summary, Path("feed.rejects.jsonl"))
    assert "2,375 articles of 2,377 written to my-index in 10.0 s." in text
    assert "2,375 added, 2 rejected" in text
    assert "33,000, 33,000 of them embedded now (3,300 a second), 7 boilerplate lines" in text
    assert "en 2,000  de 375" in text
    assert "Rejected 2; each is listed in feed.rejects.jsonl:" in text
    assert "2 x The article has no text." in text


def test_what_a_second_run_shows() -> None:
    summary = IngestSummary(unchanged=1, paragraphs=5, languages={"de": 1}, seconds=0.5)
    assert shown(summary).startswith(
        "Nothing has changed: the article is already in my-index (0.5 s)."
    )


def test_what_an_empty_and_an_interrupted_run_show() -> None:
    assert shown(IngestSummary(seconds=0.1)).strip() == "Nothing was read (0.1 s)."
    text = shown(IngestSummary(added=1, seconds=1, interrupted=True))
    assert "Run the same command again to continue" in text


def test_the_document_for_programs() -> None:
    summary = IngestSummary(
        added=2, stale=1, paragraphs=10, languages={"en": 3}, reasons={}, seconds=2.0
    )
    document = json.loads(json.dumps(as_document(summary, "my-index", None)))
    assert document == {
        "index": "my-index",
        "articles": 3,
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "stale": 1,
        "rejected": 0,
        "withdrawn": 0,
        "notes_to_editors": 0,
        "embargoed": 0,
        "returned": 0,
        "repeated": 0,
        "paragraphs": 10,
        "embedded": 0,
        "dropped": 0,
        "damaged": 0,
        "warnings": [],
        "languages": {"en": 3},
        "reasons": {},
        "undated": 0,
        "unread_dates": 0,
        "suspicious_dates": 0,
        "renamed": 0,
        "outdone": 0,
        "without_page": 0,
        "page_reasons": [],
        "unknown_keys": None,
        "inputs": [],
        "seconds": 2.0,
        "interrupted": False,
        "paragraphs_per_second": 5.0,
        "rejects_file": None,
    }


def test_damaged_articles_are_counted_and_the_first_ones_named(rejects: RejectsFile) -> None:
    articles = [replace(one, warning="line 1, byte 2 is not UTF-8") for one in numbered(12)]
    summary = ingest([*articles, raw(id="whole", text="One.")], build(StoredArticles()), rejects)
    assert summary.damaged == 12
    assert summary.warnings[0] == "feed.jsonl: line 1, byte 2 is not UTF-8."
    assert len(summary.warnings) == 10


class Input:
    """An input of nothing but rejects that goes on until it is left."""

    def __init__(self) -> None:
        self.left: list[str] = []

    def named(self, name: str) -> str:
        return name

    def leave(self, name: str) -> None:
        self.left.append(name)

    def __iter__(self) -> Iterator[RawArticle | Reject]:
        while not self.left:
            yield Reject(Origin("noise.jsonl"), "The line is a text, not an object.")
        yield from numbered(1)


def test_an_input_of_nothing_but_rejects_is_left(rejects: RejectsFile) -> None:
    noise = Input()
    summary = ingest(noise, build(StoredArticles()), rejects)
    assert noise.left == ["noise.jsonl"]
    assert (summary.rejected, summary.added) == (REJECTS_IN_A_ROW, 1)


def test_articles_of_many_lines_fill_a_batch_sooner(rejects: RejectsFile) -> None:
    index = StoredArticles()
    articles = [raw(n, id=str(n), text="a\n" * 15_000, lang="en") for n in range(4)]
    ingest(articles, build(index), rejects)
    assert index.writes == 2
