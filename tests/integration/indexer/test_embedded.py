"""Articles from files into the embedded engine, and what survives when that is cut short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.article.draft import RawArticle, Reject
from indexer.ingest.pipeline import IndexingPipeline
from indexer.ingest.rejects import RejectsFile
from indexer.ingest.run import ingest
from indexer.ingest.tally import IngestSummary
from indexer.sources.reader import Reader
from search.index.embedded.location import FolderLocation
from search.index.filters import Filters
from search.index.model import Article, IndexIdentity
from search.index.port import SearchIndex
from tests.support.indexing import DIMENSION, WordHashes, numbered
from tests.support.places import ROOT

DATA = ROOT / "tests" / "data" / "articles"
SHARED = ROOT.parent / "shared"

IDENTITY = IndexIdentity(WordHashes.name, WordHashes.fingerprint, DIMENSION)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    opened = FolderLocation(tmp_path / "index").create(IDENTITY)
    yield opened
    opened.close()


def run(
    index: SearchIndex, *inputs: Path, embedder: WordHashes | None = None, batch_size: int = 256
) -> tuple[IngestSummary, list[dict[str, object]]]:
    pipeline = IndexingPipeline.build(index, embedder or WordHashes())
    path = inputs[0].parent / "run.rejects.jsonl"
    with RejectsFile(path) as rejects:
        summary = ingest(
            Reader([str(name) for name in inputs]), pipeline, rejects, batch_size=batch_size
        )
    index.refresh()
    lines = path.read_text().splitlines() if rejects.count else []
    return summary, [json.loads(line) for line in lines]


def everything(index: SearchIndex) -> dict[str, Article]:
    return {article.id: article for article in index.scan(Filters())}


def test_a_folder_of_mixed_files_is_searchable(index: SearchIndex, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    summary, rejected = run(index, tmp_path / "in", DATA)
    assert (summary.added, summary.rejected) == (4, 1)
    assert rejected[0]["input"] == str(tmp_path / "in" / "photo.png")
    kept = everything(index)
    assert {article.lang for article in kept.values()} == {"de", "fr", "en"}
    (german,) = (article for article in kept.values() if article.lang == "de")
    assert german.title == "Stadtrat berät über gesperrte Brücke"
    assert [passage.position for passage in german.passages] == [0, 1, 2, 3, 4, 5]
    assert "Gestern" not in [passage.text for passage in german.passages]


def test_an_edit_embeds_only_what_changed_and_nothing_is_doubled(
    index: SearchIndex, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.jsonl"
    rows = [{"id": f"a{i}", "paragraphs": [f"One {i}.", f"Two {i}.", "Three."]} for i in range(40)]
    feed.write_text("\n".join(map(json.dumps, rows)))
    embedder = WordHashes()
    assert run(index, feed, embedder=embedder, batch_size=16)[0].added == 40
    embedder.embedded.clear()
    rows[7]["paragraphs"] = ["One 7.", "Two and a half.", "Three."]
    feed.write_text("\n".join(map(json.dumps, rows)))
    summary, _ = run(index, feed, embedder=embedder, batch_size=16)
    assert (summary.updated, summary.unchanged, summary.embedded) == (1, 39, 1)
    assert embedder.embedded == ["Two and a half."]
    embedder.embedded.clear()
    again, _ = run(index, feed, embedder=embedder, batch_size=16)
    assert (again.unchanged, embedder.embedded) == (40, [])
    assert index.stats().passages == 120


def test_a_large_article_is_kept_whole(index: SearchIndex, tmp_path: Path) -> None:
    sentences = [f"Sentence number {i} of a very long report." for i in range(20_000)]
    (tmp_path / "long.txt").write_text("Report\n\n" + " ".join(sentences))
    assert run(index, tmp_path / "long.txt")[0].added == 1
    (kept,) = everything(index).values()
    assert " ".join(passage.text for passage in kept.passages[1:]) == " ".join(sentences)


WRITER = """
import sys
from pathlib import Path
from indexer.ingest.run import ingest
from indexer.ingest.pipeline import IndexingPipeline
from indexer.ingest.rejects import RejectsFile
from search.index.embedded.location import FolderLocation
from tests.integration.indexer.test_embedded import IDENTITY
from tests.support.indexing import WordHashes, numbered

index = FolderLocation(Path(sys.argv[1])).create(IDENTITY)
with RejectsFile(Path(sys.argv[2])) as rejects:
    ingest(
        numbered(5000),
        IndexingPipeline.build(index, WordHashes()),
        rejects,
        lambda summary: print(summary.added, flush=True),
        batch_size=10,
    )
"""


def test_after_kill_9_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    command = [sys.executable, "-c", WRITER, str(folder), str(tmp_path / "r.jsonl")]
    committed = 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            committed = int(line)
            if committed >= 50:
                os.kill(writer.pid, signal.SIGKILL)
                break
    index = FolderLocation(folder).open()
    try:
        assert committed >= 50
        survived = set(everything(index))
        assert {f"a{i}" for i in range(committed)} <= survived
        feed: list[RawArticle | Reject] = list(numbered(300))
        with RejectsFile(tmp_path / "r.jsonl") as rejects:
            summary = ingest(feed, IndexingPipeline.build(index, WordHashes()), rejects)
        index.refresh()
        assert summary.unchanged == len(survived & {f"a{i}" for i in range(300)})
        assert summary.added + summary.unchanged == 300
        assert len(everything(index)) == index.stats().articles >= 300
        assert index.stats().passages == 2 * index.stats().articles
    finally:
        index.close()


@pytest.mark.slow
def test_the_shared_news(index: SearchIndex, tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("needs the optional test data in ../shared")
    inputs = (tmp_path / "x", SHARED / "seed", SHARED / "news" / "wmt-news.jsonl.xz")
    inputs[0].mkdir()
    summary, rejected = run(index, *inputs)
    assert (summary.added, summary.rejected, rejected) == (2376, 0, [])
    assert len(summary.languages or {}) == 13
    assert index.stats().articles == 2376
    (seed,) = (a for a in index.scan(Filters(langs=frozenset({"de"}))) if a.source is None)
    assert seed.title == "Ukraine: NATO-Verteidigungschefs beraten über Sicherheitsgarantien"
    assert len(seed.passages) == 22
    assert seed.passages[-1].text.startswith('Selenskyj sagte, die Angriffe "bestätigen nur')
    again, _ = run(index, *inputs)
    assert (again.unchanged, again.embedded) == (2376, 0)
