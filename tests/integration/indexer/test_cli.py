"""`polywire ingest` as a person and a program meet it, with the bundled model."""

from __future__ import annotations

import bz2
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
        ([], 2, "Name files, folders or web addresses to ingest, or - for standard input"),
        (["gone.txt"], 1, "There is no file or folder gone.txt; nothing was indexed."),
        (["--lang", "germanish", "a.txt"], 2, "--lang 'germanish' is not a language code"),
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


def test_an_encoding_that_is_not_clear_can_be_said(polywire: Polywire, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_bytes("Мост".encode("koi8_r"))
    code, out, _ = polywire("ingest", "short.txt", "--json")
    assert code == 3
    ((reason, count),) = json.loads(out)["reasons"].items()
    assert count == 1
    assert "KOI8-R" in reason
    assert "--encoding NAME" in reason
    code, out, _ = polywire("ingest", "short.txt", "--encoding", "KOI8-R", "--json")
    assert (code, json.loads(out)["added"]) == (0, 1)
    assert list(tmp_path.glob("*.rejects.jsonl")) == []
    code, _, err = polywire("ingest", "short.txt", "--encoding", "klingon")
    assert code == 2
    assert "--encoding 'klingon' is not an encoding" in err


def test_bad_bytes_are_warned_of_and_counted(
    polywire: Polywire, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    line = '{"id": "a", "lang": "ru", "text": "Мост закрыт до осени."}\n'.encode()
    (tmp_path / "feed.jsonl").write_bytes(
        line + line.replace(b'"a"', b'"b"').replace(b".", b"\xff")
    )
    code, out, _ = polywire("ingest", "feed.jsonl", "--json")
    document = json.loads(out)
    assert (code, document["added"], document["damaged"]) == (0, 2, 1)
    (warning,) = document["warnings"]
    assert warning.startswith("feed.jsonl: line 2, byte ")
    assert [record.getMessage() for record in caplog.records] == [warning]


def test_what_is_left_out_is_explained(polywire: Polywire, tmp_path: Path) -> None:
    body = "One is here.\nTwo is there.\nThree is gone.\nFour is back."
    (tmp_path / "a.txt").write_text(f"Title\nAdvertisement\n{body}\nYesterday\n")
    code, out, err = polywire("ingest", "a.txt", "--explain-boilerplate", "--json")
    assert (code, json.loads(out)["dropped"]) == (0, 2)
    first, second = err.splitlines()
    assert first.startswith("a.txt (t-")
    assert first.endswith("): left out 'Advertisement': a phrase of the page around it")
    assert second.endswith("): left out 'Yesterday': a day that stands alone at the end")


def test_a_headline_alone_is_found(polywire: Polywire, tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").write_text(
        '{"id": "a", "title": "Bridge stays shut", "lang": "en"}\n'
    )
    assert polywire("ingest", "feed.jsonl")[0] == 0
    code, out, _ = polywire("search", "bridge", "--mode", "lexical", "--json")
    assert (code, [hit["id"] for hit in json.loads(out)["hits"]]) == (0, ["a"])


def test_one_bad_document_of_each_kind_leaves_the_others(
    polywire: Polywire, tmp_path: Path
) -> None:
    bad = {
        "deep.md": b"---\na: " + b"[" * 50_000 + b"\n---\nOne.",
        "bomb.md": b"---\na: &a [x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n + 1, n + 1, b"*%c, " % n * 9) for n in range(97, 105))
        + b"---\nOne.",
        "byte.json": b'\xff[{"text": "One."}]',
        "deep.jsonl": b'{"text": ' + b"[" * 100_000,
        "year.jsonl": b'{"text": "One.", "published": "99999999999999999999-01-01"}',
        "number.jsonl": b'{"text": "One.", "id": ' + b"9" * 6000 + b"}",
        "nan.json": b'[{"text": NaN}]',
        "half.jsonl": b'{"text": "One \\ud800.", "id": "\\udfff"}',
        "noise.bz2": bz2.compress(b"x\n" * 20_000) + b"noise",
        "long.txt": b"word " * 500_000,
    }
    for name, data in bad.items():
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
        (tmp_path / "in" / f"{name}.good.txt").write_text(f"Good beside {name}\n\nIt is read.")
    code, out, _ = polywire("ingest", "in", "--json")
    document = json.loads(out)
    assert code == 3
    assert document["added"] >= len(bad)
    assert "Traceback" not in json.dumps(document)
    again = json.loads(polywire("ingest", "in", "--json")[1])
    assert (again["added"], again["rejected"]) == (0, document["rejected"])
