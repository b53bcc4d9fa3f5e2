"""An index made by several processes is that made by one; whatever fails in others is done here."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import pytest

from config.settings import load
from config.wiring import embedder, location, open_or_create_index, workers
from indexer.article.composition import compose
from indexer.article.draft import Origin, RawArticle
from indexer.article.records import parse_records
from indexer.bundled import SAMPLE
from indexer.ingest.batches import Prepared
from indexer.ingest.pipeline import IndexingPipeline
from indexer.ingest.workers import CHUNK, Preparing, Workers, prepare
from indexer.sources.reader import Reader
from search.coverage.stories.stored import ARTICLES
from search.index.embedded.driver import lance
from search.index.model import Article, EmbeddedArticle
from tests.support.indexing import MarkedLanguages, WordHashes, numbered, raw

DEADLY = "en:0.9 this ends the process that reads it"
REFUSED = "en:0.9 of this nothing can be made"


def of_words(embedded: EmbeddedArticle) -> int:
    """Make something of an article; fail on some, and end processes other than the first."""
    texts = [passage.text for passage in embedded.article.passages]
    if DEADLY in texts and parent_process() is not None:
        os._exit(1)
    if REFUSED in texts:
        raise RecursionError
    return sum(len(text.split()) for text in texts)


def preparing() -> Preparing:
    return Preparing(MarkedLanguages(), WordHashes(), (of_words,))


def composed(records: Sequence[RawArticle]) -> list[Article]:
    return [compose(draft).article for draft in parse_records(records).drafts]


def many(count: int) -> list[Article]:
    return composed(list(numbered(count)))


@pytest.fixture
def beside() -> Iterator[Workers]:
    made = Workers(1, preparing, preparing(), starts_with=0)
    yield made
    made.close()


def shared(beside: Workers, articles: Sequence[Article]) -> list[Prepared | None]:
    """Let articles be prepared, once the other process is ready."""
    while True:
        found = beside.prepared(articles)
        if any(found):
            return found
        threading.Event().wait(0.05)


def test_what_several_processes_make_is_what_one_makes(beside: Workers) -> None:
    articles = many(20 * CHUNK)

    found = shared(beside, articles)

    for ours, theirs in zip(prepare(articles, preparing()), found, strict=True):
        assert theirs is not None
        assert theirs.languages == ours.languages
        assert theirs.made == ours.made
        assert (theirs.vectors == ours.vectors).all()


def test_what_fails_is_left_to_who_asks(beside: Workers) -> None:
    articles = [*many(6 * CHUNK), *composed([raw(text=REFUSED)]), *many(6 * CHUNK)]

    found = shared(beside, articles)

    place = 6 * CHUNK
    assert found[place] is None
    assert sum(one is None for one in found) <= CHUNK


def test_a_process_that_ends_costs_nothing_but_its_help(beside: Workers) -> None:
    articles = [*composed([raw(text=DEADLY)]), *many(6 * CHUNK)]
    found = shared(beside, articles)

    while found[0] is not None:  # this process was faster than the other
        found = beside.prepared(articles)

    assert not any(beside.prepared(many(4 * CHUNK)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of open files are those of POSIX")
def test_where_no_process_can_be_started_one_does_all(beside: Workers) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        found = beside.prepared(many(4 * CHUNK))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert not any(found)
    assert not any(beside.prepared(many(4 * CHUNK)))


def test_few_articles_start_no_process() -> None:
    beside = Workers(1, preparing, preparing())

    assert beside.prepared(many(4 * CHUNK)) == [None] * 4 * CHUNK
    assert not any(beside.prepared(many(CHUNK)))


def rewritten(articles: Sequence[RawArticle]) -> list[RawArticle]:
    """Every third article with a paragraph more, and some of another source with the same ids."""
    changed = [
        RawArticle(
            one.origin, {**one.record, "paragraphs": [*_paragraphs(one), "Corrected later."]}
        )
        for one in articles[::3]
    ]
    others = [
        RawArticle(Origin("others", n), {**one.record, "source": "another"})
        for n, one in enumerate(articles[1::3])
    ]
    return [*changed, *others, *articles[2::3]]


def _paragraphs(article: RawArticle) -> list[str]:
    record = article.record
    return list(record.get("paragraphs") or record["text"].split("\n\n"))


def made(folder: Path, processes: int) -> tuple[Any, ...]:
    """Index the sample and then what became of it; return all that stands in the index."""
    settings = load({"index": str(folder / "index"), "processes": processes}).settings
    model = embedder(settings)
    articles = [one for one in Reader([str(SAMPLE)]) if isinstance(one, RawArticle)]
    helping = workers(settings, model, starts_with=0)
    if helping is not None:
        shared(helping, composed(articles))
    index = open_or_create_index(settings, model)
    state = location(settings).state()
    try:
        pipeline = IndexingPipeline.build(index, model, state=state, workers=helping)
        reports = [pipeline.run(articles), pipeline.run(rewritten(articles))]
        stories = {entry.key: entry.value for entry in state.scan(ARTICLES)}
    finally:
        if helping is not None:
            helping.close()
        state.close()
        index.close()
    (table,) = folder.glob("index/**/_versions")
    rows = lance.dataset(str(table.parent)).to_table().drop_columns(["seen", "history"])
    of_story: dict[str, set[str]] = {}
    for key, value in stories.items():
        of_story.setdefault(value["story"], set()).add(key)
    outcomes = [
        (one.origin, one.result, one.lang, one.passages, one.embedded)
        for report in reports
        for one in report.settled
    ]
    return (
        rows.sort_by([("article_id", "ascending"), ("position", "ascending")]),
        sorted(map(sorted, of_story.values())),
        outcomes,
        [report.rejects for report in reports],
    )


def test_an_index_made_by_several_processes_is_that_made_by_one(tmp_path: Path) -> None:
    rows, *one = made(tmp_path / "one", processes=1)
    others, *several = made(tmp_path / "several", processes=2)

    assert rows.equals(others)
    assert one == several


def test_one_process_has_no_others() -> None:
    settings = load({"processes": 1}).settings

    assert workers(settings, embedder(settings)) is None
    several = load({"processes": 3}).settings
    assert workers(several, WordHashes()) is None
    assert isinstance(workers(several, embedder(several)), Workers)
