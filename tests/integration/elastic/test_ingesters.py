"""`polywire ingest` and `polywire reindex` against a real server, in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from search.index.elastic.location import ElasticLocation
from search.index.elastic.names import state_alias, state_index
from search.index.elastic.state import index_body
from search.index.errors import EngineUnavailable, IndexMissing
from tests.support.places import ROOT

pytestmark = pytest.mark.elasticsearch

COMMAND = [sys.executable, "-c", "from config.cli import main; main()"]


def environment(place: ElasticLocation) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POLYWIRE_")}
    own = {"POLYWIRE_INDEX": place.uri, "POLYWIRE_ELASTICSEARCH__REPLICAS": "0"}
    return kept | own | {"NO_COLOR": "1", "PYTHONPATH": str(ROOT)}


def begin(place: ElasticLocation, folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *words],
        cwd=folder,
        env=environment(place),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str], code: int = 0) -> dict[str, Any]:
    (answer,) = end_all([process], code)
    return answer


def end_all(processes: Sequence[subprocess.Popen[str]], code: int = 0) -> list[dict[str, Any]]:
    """Wait for all before looking at any: none is left running where another failed."""
    told = [process.communicate(timeout=240) for process in processes]
    answers = []
    for process, (out, err) in zip(processes, told, strict=True):
        assert process.returncode == code, err
        answers.append(json.loads(out) if out else {})
    return answers


def run(place: ElasticLocation, folder: Path, *words: str, code: int = 0) -> dict[str, Any]:
    return end(begin(place, folder, *words), code)


def articles(folder: Path, numbers: Sequence[int]) -> str:
    """Write a file of articles, each with three paragraphs."""
    lines = [
        json.dumps(
            {
                "id": f"n{n}",
                "lang": "en",
                "title": f"River {n} rose",
                "paragraphs": [f"Report {n}.", "The water stood high.", "Nobody was hurt."],
                "published": "2025-03-01T10:00:00Z",
            }
        )
        for n in numbers
    ]
    (folder / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return "articles.jsonl"


def test_two_ingesters_of_the_same_files_add_each_article_once(
    location: ElasticLocation, tmp_path: Path
) -> None:
    """They start together on a place where nothing is: one makes the index, both fill it."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder, numbers in zip(folders, (range(1500), range(1499, -1, -1)), strict=True):
        folder.mkdir()
        articles(folder, numbers)
    both = [
        begin(location, folder, "ingest", "articles.jsonl", "--json", "--batch-size", "50")
        for folder in folders
    ]
    summaries = end_all(both)
    assert sum(summary["added"] for summary in summaries) == 1500
    assert sum(summary["unchanged"] for summary in summaries) == 1500
    assert sum(summary["updated"] + summary["rejected"] for summary in summaries) == 0
    index = location.open()
    index.refresh()
    stats = index.stats()
    assert (stats.articles, stats.passages) == (1500, 6000)
    index.close()
    assert len(location.generations()) == 1


def test_kill_9_of_an_ingester_loses_nothing_and_doubles_nothing(
    location: ElasticLocation, tmp_path: Path
) -> None:
    file = articles(tmp_path, range(4000))
    ingester = begin(location, tmp_path, "ingest", file, "--batch-size", "50")
    committed = wait_for_articles(location, ingester)
    ingester.send_signal(signal.SIGKILL)
    ingester.communicate()
    index = location.open()
    index.refresh()
    after = index.stats().articles
    assert committed <= after < 4000
    summary = run(location, tmp_path, "ingest", file, "--json")
    assert (summary["unchanged"], summary["added"]) == (after, 4000 - after)
    index.refresh()
    assert (index.stats().articles, index.stats().passages) == (4000, 16000)
    index.close()


def wait_for_articles(place: ElasticLocation, ingester: subprocess.Popen[str]) -> int:
    end_of_patience = time.monotonic() + 120
    while time.monotonic() < end_of_patience:
        assert ingester.poll() is None, ingester.communicate()[1]
        try:
            index = place.open()
        except IndexMissing:
            time.sleep(0.1)
            continue
        index.refresh()
        count = index.stats().articles
        index.close()
        if count:
            return count
    raise AssertionError("nothing was committed in time")


def test_the_main_job_and_reindexing_by_command(location: ElasticLocation, tmp_path: Path) -> None:
    summary = run(location, tmp_path, "ingest", "--sample", "--json")
    assert summary["added"] > 50
    question = "How many people had to leave their homes because of the Lerna flood?"
    before = run(location, tmp_path, "search", question, "--json")
    assert len({hit["lang"] for hit in before["hits"]}) > 3
    report = run(location, tmp_path, "reindex", "--json")
    assert report["promoted"]
    assert report["articles_after"] == summary["added"]
    assert report["overlap"]["lexical"] > 0.95
    assert report["overlap"]["vector"] > 0.95
    after = run(location, tmp_path, "search", question, "--json")
    assert [hit["id"] for hit in after["hits"]] == [hit["id"] for hit in before["hits"]]
    back = run(location, tmp_path, "reindex", "--undo", "--json")
    assert back["generation"] == report["former"]
    assert back["copied"] == 0
    status = run(location, tmp_path, "status", "--json")
    assert status["articles"] == summary["added"]
    assert "elasticsearch" in json.dumps(status)


def test_absent_servers_and_indexes_are_one_line_on_stderr(
    location: ElasticLocation, tmp_path: Path
) -> None:
    for words, place in (
        (("search", "flood"), location.uri),
        (("status",), "http://me:hunter2@127.0.0.1:9/news"),
        (("reindex", "--resume"), location.uri),
    ):
        process = begin(location, tmp_path, *words, "--index", place)
        out, err = process.communicate(timeout=120)
        assert process.returncode in {1, 2}
        assert out == ""
        assert err.startswith("polywire: ")
        assert err.count("\n") == 1
        assert "hunter2" not in err


def test_what_another_process_makes_this_moment_is_waited_for(location: ElasticLocation) -> None:
    """The index of stories and copies is there before its data is: only who writes waits for it."""
    client = location.client()
    base = location.uri.rpartition("/")[2]
    name = state_index(base)
    client.indices.create(
        index=name,
        settings={"number_of_replicas": 0, "index.routing.allocation.enable": "none"},
        aliases={state_alias(base): {}},
        mappings=index_body("", 0)["mappings"],
        wait_for_active_shards=0,
    )

    def make_available() -> None:
        client.indices.put_settings(index=name, settings={"index.routing.allocation.enable": "all"})

    timer = threading.Timer(2.0, make_available)
    with closing(location.state()) as hasty, closing(location.state(patient=True)) as patient:
        with pytest.raises(EngineUnavailable, match="just starting"):
            hasty.get("stories", ["s1"])
        timer.start()
        assert not patient.get("stories", ["s1"])
        assert not hasty.get("stories", ["s1"])
    timer.join()
