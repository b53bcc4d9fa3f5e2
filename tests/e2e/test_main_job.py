"""The main job through the installed command: ingest real input, search in another language."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.command import COMMAND, Run, clean_environment, needs_shared, runner

QUERIES = {
    "en": "NATO defence chiefs discuss security guarantees for Ukraine",
    "fr": "Les chefs de la défense de l'OTAN discutent des garanties de sécurité pour l'Ukraine",
    "uk": "Керівники оборони НАТО обговорюють гарантії безпеки для України",
    "ja": "NATOの国防トップがウクライナの安全保障について協議",
}
SAMPLE_SIZE = 106


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with an index of the seed article and of 2,375 articles in 13 languages."""
    seed, news = needs_shared("seed"), needs_shared("news/wmt-news.jsonl.xz")
    folder = tmp_path_factory.mktemp("newsroom")
    done = runner(folder)("ingest", seed, news, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["added"], summary["rejected"]) == (2376, 0)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("lang", QUERIES)
def test_the_german_seed_is_first_whatever_the_language_of_the_query(
    newsroom: Path, lang: str
) -> None:
    done = runner(newsroom)("search", QUERIES[lang], "--json")
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout)["hits"][0]
    assert first["title"] == "Ukraine: NATO-Verteidigungschefs beraten über Sicherheitsgarantien"
    assert first["lang"] == "de"
    assert first["paragraphs"]


@pytest.mark.slow
def test_ingesting_all_of_it_again_changes_nothing(newsroom: Path) -> None:
    seed, news = needs_shared("seed"), needs_shared("news/wmt-news.jsonl.xz")
    done = runner(newsroom)("ingest", seed, news, "--json")
    summary = json.loads(done.stdout)
    assert (summary["unchanged"], summary["added"], summary["embedded"]) == (2376, 0, 0)


def test_sample_answers_in_other_languages_and_a_second_run_says_that_nothing_changed(
    polywire: Run,
) -> None:
    first = polywire("ingest", "--sample")
    assert first.returncode == 0, first.stderr
    assert f"{SAMPLE_SIZE} added" in first.stdout
    answer = polywire("search", "Hochwasser Lerna Evakuierung", "--json")
    document = json.loads(answer.stdout)
    assert len({hit["lang"] for hit in document["hits"]}) >= 4
    assert len({hit["id"] for hit in document["hits"]}) == len(document["hits"]) == 10
    empty = polywire("search", "  ")
    assert (empty.returncode, empty.stdout) == (2, "")
    assert "The query is empty" in empty.stderr
    again = polywire("ingest", "--sample")
    assert again.returncode == 0
    assert "Nothing has changed" in again.stdout


def test_the_document_has_what_the_design_promises(polywire: Run) -> None:
    polywire("ingest", "--sample")
    document = json.loads(polywire("search", "flood", "--json", "--limit", "2").stdout)
    assert {"query", "took_ms", "total", "hits", "languages"} <= set(document)
    hit = document["hits"][0]
    fields = {"id", "title", "lang", "source", "published", "url", "score", "legs", "duplicates"}
    assert fields <= set(hit)
    assert 0 <= hit["score"] <= 1
    assert hit["legs"]["vector"]["rank"] >= 1
    paragraph = hit["paragraphs"][0]
    for start, end in paragraph["highlights"]:
        assert 0 <= start < end <= len(paragraph["text"])
    assert all(count["shown"] <= count["found"] for count in document["languages"].values())


def test_filters_hold_in_every_mode(polywire: Run) -> None:
    polywire("ingest", "--sample")
    for mode in ("lexical", "vector", "hybrid"):
        done = polywire("search", "grieta en la presa", "--mode", mode, "--lang", "es", "--json")
        hits = json.loads(done.stdout)["hits"]
        assert hits, mode
        assert {hit["lang"] for hit in hits} == {"es"}


def test_an_edited_article_embeds_only_what_changed(polywire: Run, tmp_path: Path) -> None:
    paragraphs = [f"Paragraph number {n} tells of the harbour and its cranes." for n in range(8)]
    article = {"id": "harbour", "title": "The harbour", "lang": "en", "paragraphs": paragraphs}
    (tmp_path / "a.jsonl").write_text(json.dumps(article), encoding="utf-8")
    polywire("ingest", "a.jsonl")
    paragraphs[3] = "This paragraph was written again after the first edition."
    (tmp_path / "a.jsonl").write_text(json.dumps(article), encoding="utf-8")
    summary = json.loads(polywire("ingest", "a.jsonl", "--json").stdout)
    assert (summary["updated"], summary["embedded"]) == (1, 1)


def test_standard_input(polywire: Run) -> None:
    line = json.dumps({"id": "x", "title": "Ölpreis steigt", "text": "Der Ölpreis ist gestiegen."})
    summary = json.loads(polywire("ingest", "-", "--json", input=line + "\n").stdout)
    assert summary["added"] == 1
    hits = json.loads(polywire("search", "Ölpreis", "--json").stdout)["hits"]
    assert [hit["id"] for hit in hits] == ["x"]


def test_status_counts_what_was_ingested(polywire: Run) -> None:
    polywire("ingest", "--sample")
    status = json.loads(polywire("status", "--json").stdout)
    assert status["articles"] == SAMPLE_SIZE
    assert sum(status["languages"].values()) == SAMPLE_SIZE
    assert status["model"]["name"] == "compact"
    readable = polywire("status").stdout
    assert str(SAMPLE_SIZE) in readable


@pytest.mark.slow
def test_kill_in_the_middle_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": f"n{n}", "lang": "en", "text": f"Report {n}. " + "The river rose. " * 20})
        for n in range(6000)
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [str(COMMAND), "ingest", "many.jsonl", "--batch-size", "100"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=clean_environment(), stdout=subprocess.DEVNULL
    ) as ingest:
        committed = _wait_for_articles(tmp_path, ingest)
        ingest.send_signal(signal.SIGKILL)
        ingest.wait()
    run = runner(tmp_path)
    after = json.loads(run("status", "--json").stdout)["articles"]
    assert committed <= after < 6000
    summary = json.loads(run("ingest", "many.jsonl", "--json").stdout)
    assert (summary["unchanged"], summary["added"]) == (after, 6000 - after)
    assert json.loads(run("status", "--json").stdout)["articles"] == 6000


def _wait_for_articles(folder: Path, ingest: subprocess.Popen[bytes]) -> int:
    """Wait until the running ingest has committed something, as another process sees it."""
    for _ in range(120):
        assert ingest.poll() is None, "the ingest ended before it could be killed"
        status = runner(folder)("status", "--json")
        if status.returncode == 0 and (count := json.loads(status.stdout)["articles"]):
            return int(count)
        time.sleep(0.1)
    raise AssertionError("nothing was committed within a minute")
