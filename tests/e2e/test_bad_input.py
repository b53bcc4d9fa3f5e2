"""Bad input and bad surroundings: one clear sentence, the right exit code, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.command import COMMAND, Run, clean_environment

GOOD = json.dumps(
    {"id": "good", "text": "The bridge was opened on Monday after two years of work."}
)


def rejects(summary: dict[str, object], folder: Path) -> list[dict[str, object]]:
    path = folder / str(summary["rejects_file"])
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_date_that_is_not_certain_is_counted_and_the_article_found(
    polywire: Run, tmp_path: Path
) -> None:
    lines = [
        {"id": "x", "headline": "Ferry", "body": "The ferry waits.", "date": "03/04/2026"},
        {"id": "y", "headline": "Quay", "body": "The quay is new.", "date": "2062-01-01", "n": 1},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = polywire("ingest", "in.jsonl", "--json", "--map", "text=body")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["undated"], summary["unread_dates"], summary["suspicious_dates"]) == (1, 1, 1)
    assert summary["unknown_keys"] == {"n": 1}
    found = json.loads(polywire("search", "ferry", "--json", "--mode", "lexical").stdout)
    assert [(hit["id"], hit["published"]) for hit in found["hits"]] == [("x", None)]
    assert "--map body is not FIELD=KEY" in polywire("ingest", "in.jsonl", "--map", "body").stderr


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"id": "x", "text": ', "JSON"),
        ('{"id": "x", "section": "Only a section"}', "text"),
        ('{"id": "x", "text": "Some text.", "paragraphs": 7}', "not a list"),
        ('{"id": "x", "text": "Some text.", "lang": "klingon!"}', "klingon!"),
        ('{"id": "x", "paragraphs": [1, 2]}', "paragraphs"),
        ("[1, 2, 3]", "object"),
    ],
)
def test_a_bad_line_is_rejected_with_its_place_and_the_rest_goes_on(
    polywire: Run, tmp_path: Path, bad: str, reason: str
) -> None:
    (tmp_path / "in.jsonl").write_text(f"{bad}\n{GOOD}\n", encoding="utf-8")
    done = polywire("ingest", "in.jsonl", "--json")
    assert done.returncode == 3, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["added"], summary["rejected"]) == (1, 1)
    (reject,) = rejects(summary, tmp_path)
    assert (Path(str(reject["input"])).name, reject["line"]) == ("in.jsonl", 1)
    assert reason in str(reject["reason"])


@pytest.mark.parametrize(
    ("name", "content"), [("empty.jsonl", b""), ("empty.txt", b""), ("blank.txt", b" \n\n ")]
)
def test_an_empty_file_is_no_crash(
    polywire: Run, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    done = polywire("ingest", name)
    assert done.returncode in (0, 3)
    assert "Traceback" not in done.stderr


def test_a_binary_file_in_a_folder_is_rejected_and_the_rest_is_read(
    polywire: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40)
    (folder / "good.jsonl").write_text(GOOD, encoding="utf-8")
    (folder / "page.txt").write_text("A headline\n\nA paragraph of text.\n", encoding="utf-8")
    summary = json.loads(polywire("ingest", "news", "--json").stdout)
    assert (summary["added"], summary["rejected"]) == (2, 1)
    (reject,) = rejects(summary, tmp_path)
    assert str(reject["input"]).endswith("photo.jpg")


def test_a_one_word_article_is_kept(polywire: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "w", "text": "Waterloo"}\n', encoding="utf-8")
    assert json.loads(polywire("ingest", "a.jsonl", "--json").stdout)["added"] == 1
    hits = json.loads(polywire("search", "Waterloo", "--json").stdout)["hits"]
    assert [hit["id"] for hit in hits] == ["w"]


def test_an_article_of_fifty_megabytes_is_rejected(polywire: Run, tmp_path: Path) -> None:
    with (tmp_path / "big.jsonl").open("w", encoding="utf-8") as file:
        file.write('{"id": "big", "text": "' + "word " * 10_000_000 + '"}\n' + GOOD + "\n")
    done = polywire("ingest", "big.jsonl", "--json")
    assert done.returncode == 3
    summary = json.loads(done.stdout)
    assert (summary["added"], summary["rejected"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ingest", "missing.jsonl"], 1, "missing.jsonl"),
        (["ingest"], 2, "Name files, folders or web addresses"),
        (["search", "x", "--index", "nowhere"], 1, "nowhere"),
        (["status", "--index", "nowhere"], 1, "nowhere"),
        (["search", "x", "--mode", "magic"], 2, "magic"),
        (["search", "x", "--limit", "0"], 2, "limit"),
        (["search", "x", "--after", "soon"], 2, "soon"),
        (["search", "x", "--model", "./no-such-model"], 1, "no-such-model"),
    ],
)
def test_one_sentence_and_the_exit_code(
    polywire: Run, arguments: list[str], code: int, words: str
) -> None:
    done = polywire(*arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_folder_that_is_no_index_is_left_alone(polywire: Run, tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.txt").write_text("mine", encoding="utf-8")
    done = polywire("search", "x", "--index", "holiday")
    assert done.returncode == 1
    assert "holiday" in done.stderr
    assert (tmp_path / "holiday" / "photo.txt").read_text(encoding="utf-8") == "mine"


def test_an_index_of_another_model_is_refused_with_the_way_out(
    polywire: Run, tmp_path: Path
) -> None:
    from search.index.embedded.location import FolderLocation
    from search.index.model import IndexIdentity

    other = IndexIdentity("another-model", "0123456789abcdef", 8)
    FolderLocation(tmp_path / "other").create(other).close()
    (tmp_path / "a.jsonl").write_text(GOOD, encoding="utf-8")
    for arguments in (["search", "x"], ["ingest", "a.jsonl"]):
        done = polywire(*arguments, "--index", "other")
        assert done.returncode == 1
        assert "another-model" in done.stderr
        assert "polywire reindex" in done.stderr


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv to give up root")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up its rights")
def test_a_folder_without_permission_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(GOOD, encoding="utf-8")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    done = _as_nobody(["ingest", str(tmp_path / "a.jsonl"), "--index", str(closed / "index")])
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def _as_nobody(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    drop = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    probe = subprocess.run([*drop, str(COMMAND), "--version"], capture_output=True, check=False)
    if probe.returncode != 0:
        pytest.skip("another user cannot run the command in this environment")
    return subprocess.run(
        [*drop, str(COMMAND), *arguments],
        env=clean_environment() | {"HOME": "/"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk_is_one_sentence_and_what_was_committed_stays(
    polywire: Run, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small)], check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    try:
        (tmp_path / "a.jsonl").write_text(GOOD, encoding="utf-8")
        assert polywire("ingest", "a.jsonl", "--index", small / "index").returncode == 0
        lines = [json.dumps({"id": f"n{n}", "text": f"News {n}. " * 300}) for n in range(4000)]
        (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
        done = polywire("ingest", "many.jsonl", "--index", small / "index", "--batch-size", "200")
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        assert "full" in done.stderr or "space" in done.stderr
        hits = json.loads(
            polywire(
                "search", "bridge", "--mode", "lexical", "--index", small / "index", "--json"
            ).stdout
        )["hits"]
        assert "good" in {hit["id"] for hit in hits}
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)
