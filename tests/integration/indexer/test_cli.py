"""`polywire ingest` as a person and a program meet it, with the bundled model."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.cli import main
from search.embedding.static import COMPACT_FOLDER
from search.index.embedded.location import FolderLocation
from search.index.errors import SearchIndexError
from tests.support.places import DATA

pytestmark = pytest.mark.skipif(
    not (COMPACT_FOLDER / "model.safetensors").exists(), reason="the bundled model is not built"
)

Polywire = Callable[..., tuple[int, str, str]]


@pytest.fixture
def polywire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Polywire:
    """Run a command in an empty folder; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("POLYWIRE_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            main(arguments)
            code: Any = 0
        except SystemExit as leave:
            code = leave.code or 0
        out, err = capsys.readouterr()
        return int(code), out, err

    return run


def test_ingest_then_again_then_edited(polywire: Polywire, tmp_path: Path) -> None:
    code, out, err = polywire("ingest", str(DATA))
    assert (code, err) == (0, "")
    assert out.startswith("4 articles of 4 written to polywire-index in ")
    assert "articles    4 added" in out
    assert "fr 1" in out
    code, out, _ = polywire("ingest", str(DATA))
    assert code == 0
    assert out.startswith("Nothing has changed: all 4 articles are already in polywire-index")
    text = (DATA / "deeper" / "wire.jsonl").read_text().replace("two pillars", "three pillars")
    (tmp_path / "wire.jsonl").write_text(text)
    code, out, _ = polywire("ingest", "wire.jsonl", "--json")
    document = json.loads(out)
    assert (document["updated"], document["unchanged"], document["embedded"]) == (1, 1, 1)
    assert document["rejects_file"] is None
    assert list(tmp_path.glob("*.rejects.jsonl")) == []


def test_rejects_are_listed_and_the_rest_is_indexed(polywire: Polywire, tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").write_text('{"id": "a", "text": "One."}\n{"id": "b"}\n{"id"\n')
    code, out, err = polywire("ingest", "feed.jsonl", "--lang", "en", "--source", "desk")
    assert (code, err) == (3, "")
    assert "1 article of 3 written" in out
    assert "Rejected 2; each is listed in feed.rejects.jsonl:" in out
    rows = [json.loads(row) for row in (tmp_path / "feed.rejects.jsonl").read_text().splitlines()]
    assert [(row["input"], row["line"], row["id"]) for row in rows] == [
        ("feed.jsonl", 3, None),
        ("feed.jsonl", 2, "b"),
    ]
    code, out, _ = polywire("ingest", "feed.jsonl", "--rejects", "why.jsonl", "--json")
    assert code == 3
    assert json.loads(out)["rejects_file"] == "why.jsonl"
    assert len((tmp_path / "why.jsonl").read_text().splitlines()) == 2


def test_a_folder_that_holds_the_index_and_rejects(polywire: Polywire, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\nOne.")
    (tmp_path / "empty.txt").write_text("")
    assert polywire("ingest", ".")[0] == 3
    code, out, _ = polywire("ingest", ".", "--json")
    assert code == 3
    assert json.loads(out)["articles"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([], 2, "Name files or folders to ingest, or - for standard input, or --sample."),
        (["gone.txt"], 1, "There is no file or folder gone.txt; nothing was indexed."),
        (["--lang", "germanish", "a.txt"], 2, "--lang 'germanish' is not a language code"),
        (["https://news.example/a"], 2, "https://news.example/a is a web address"),
    ],
)
def test_wrong_usage_is_one_sentence_and_leaves_nothing(
    polywire: Polywire, tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    (tmp_path / "a.txt").write_text("Title\n\nOne.")
    found, out, err = polywire("ingest", *arguments)
    assert (found, out) == (code, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert not (tmp_path / "polywire-index").exists()


def test_a_rejects_file_that_cannot_be_written_is_said(polywire: Polywire, tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").write_text("broken\n")
    code, _, err = polywire("ingest", "feed.jsonl", "--rejects", "gone/why.jsonl")
    assert code == 1
    assert "The rejects file gone/why.jsonl cannot be written: no such file or directory." in err


def test_standard_input(polywire: Polywire, monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.TextIOWrapper(io.BytesIO(b'{"id": "a", "text": "One."}\n{"text": "Two."}\n'))
    monkeypatch.setattr(sys, "stdin", data)
    code, out, _ = polywire("ingest", "-", "--json")
    assert code == 0
    assert json.loads(out)["added"] == 2


def test_the_sample_corpus(polywire: Polywire) -> None:
    code, out, _ = polywire("ingest", "--sample", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["added"] == document["articles"] > 100
    assert len(document["languages"]) == 14
    assert document["rejected"] == 0


def test_ctrl_c_keeps_what_is_indexed_and_says_how_to_go_on(tmp_path: Path) -> None:
    rows = [json.dumps({"id": f"a{i}", "text": f"Text number {i}."}) for i in range(12)]
    command = [sys.executable, "-c", "from config.cli import main; main()", "ingest", "-"]
    with subprocess.Popen(
        [*command, "--batch-size", "5"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write("\n".join(rows) + "\n")
        process.stdin.flush()
        wait_for(tmp_path / "polywire-index", 10)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (130, "")
    assert "10 articles of 10 written" in out
    assert "Run the same command again to continue" in out


def wait_for(folder: Path, articles: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            index = FolderLocation(folder).open()
        except SearchIndexError:
            time.sleep(0.1)
            continue
        found = index.stats().articles
        index.close()
        if found >= articles:
            return
        time.sleep(0.1)
    raise AssertionError(f"{folder} never held {articles} articles")
