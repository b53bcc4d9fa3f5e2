"""Articles shown and deleted, damage found and mended, backups, cleaning: the installed command."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from search.alerts.store import NOTICES
from search.index.embedded.location import FolderLocation
from search.index.erasures import is_due, note, settle, waiting
from tests.support.command import COMMAND, Run, clean_environment

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "ferry",
        "title": "Ferry rescues sailors",
        "paragraphs": [
            "Nine sailors are safe after the ferry turned back in the storm to save them.",
            "Die Fähre drehte sofort um und nahm die Seeleute aus dem kalten Wasser an Bord.",
        ],
        "source": "harbour",
        "published": "2026-03-01T08:00:00Z",
        "tags": ["sea"],
        "meta": {"desk": "night"},
    },
    {"id": "mine", "title": "Mine closes", "text": "The mine closes in May.", "source": "valley"},
    {"id": "مدرسة", "title": "مدرسة جديدة", "text": "افتتحت المدرسة اليوم.", "lang": "ar"},
]


@pytest.fixture
def indexed(polywire: Run, tmp_path: Path) -> Run:
    """Run commands where three articles are indexed, one of them corrected."""
    lines = [json.dumps(article) for article in ARTICLES]
    later = ARTICLES[0] | {"title": "Ferry saves sailors", "updated": "2026-03-02T08:00:00Z"}
    (tmp_path / "wire.jsonl").write_text("\n".join([*lines, json.dumps(later)]), encoding="utf-8")
    assert polywire("ingest", "wire.jsonl").returncode == 0
    return polywire


def test_an_article_is_shown_as_it_is_stored(indexed: Run) -> None:
    shown = indexed("show", "ferry")
    assert shown.returncode == 0
    for part in ("Ferry saves sailors", "harbour", "2026-03-01 08:00 UTC", "sea", "night"):
        assert part in shown.stdout
    assert "en  Nine sailors" in shown.stdout or "de  Die Fähre drehte" in shown.stdout
    assert "\n Nine sailors" in shown.stdout or "\n Die Fähre drehte" in shown.stdout
    document = json.loads(indexed("show", "ferry", "--json").stdout)
    assert document["paragraphs"] == ARTICLES[0]["paragraphs"]
    assert document["languages"] == ["en", "de"]
    assert [version["number"] for version in document["versions"]] == [2, 1]
    assert "Ferry rescues sailors" in indexed("show", "ferry", "--version", "1").stdout
    first = json.loads(indexed("show", "ferry", "--version", "1", "--json").stdout)
    assert first["title"] == "Ferry rescues sailors"
    assert "افتتحت المدرسة اليوم." in indexed("show", "مدرسة").stdout

    missing = indexed("show", "nothing")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "has the id nothing" in missing.stderr
    assert "its versions are 1, 2." in indexed("show", "ferry", "--version", "7").stderr


def test_deleting_is_confirmed_and_counted(indexed: Run) -> None:
    refused = indexed("delete", "ferry")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "add --yes" in refused.stderr
    assert indexed("show", "ferry").returncode == 0

    deleted = indexed("delete", "ferry", "nothing", "--yes")
    assert deleted.returncode == 3
    assert deleted.stdout.startswith("Deleted 1 article with all versions.\nNot in the index: not")
    assert "polywire clean --purge deletes them now" in deleted.stdout
    assert indexed("history", "ferry").returncode == 2
    assert indexed("delete", "ferry", "--yes").returncode == 1

    misread = indexed("delete", "--query", 'colour:red school "nobody')
    assert "Note: colour:red was searched as words" in misread.stderr
    for query in ('school "nobody', "colour:red school", "mine and not school", "school OR"):
        misread = indexed("delete", "--query", query, "--yes", "--json")
        assert (misread.returncode, misread.stdout) == (2, ""), misread
        assert "school" in misread.stderr.splitlines()[1], misread
    report = json.loads(indexed("delete", "--query", "nowhere", "--yes", "--json").stdout)
    assert (report["deleted"], report["notes"]) == ([], ["No article has the word nowhere."])
    report = json.loads(indexed("delete", "--query", "mine OR school", "--yes", "--json").stdout)
    assert (report["deleted"], report["purged"]) == (["mine"], False)
    report = json.loads(indexed("delete", "--lang", "ar", "--yes", "--purge", "--json").stdout)
    assert (report["deleted"], report["purged"]) == (["مدرسة"], True)
    assert json.loads(indexed("status", "--json").stdout)["articles"] == 0


def test_what_to_delete_must_be_said(indexed: Run) -> None:
    for wrong in (("delete",), ("delete", "--query", " "), ("delete", "ferry", "--lang", "en")):
        refused = indexed(*wrong, "--yes")
        assert (refused.returncode, refused.stdout) == (2, ""), refused
    assert json.loads(indexed("status", "--json").stdout)["articles"] == 3


@pytest.mark.parametrize(("answer", "left"), [("n", 3), ("y", 2)])
def test_a_person_is_asked(indexed: Run, tmp_path: Path, answer: str, left: int) -> None:
    outside, inside = pty.openpty()
    with subprocess.Popen(
        [str(COMMAND), "delete", "ferry"],
        cwd=tmp_path,
        env=clean_environment(),
        stdin=inside,
        stdout=subprocess.PIPE,
        stderr=inside,
    ) as process:
        os.close(inside)
        os.write(outside, f"{answer}\n".encode())
        process.communicate(timeout=120)
    os.close(outside)
    assert process.returncode == (0 if answer == "y" else 2)
    assert json.loads(indexed("status", "--json").stdout)["articles"] == left


def test_purged_is_what_rejects_say_and_backups_are_named(indexed: Run, tmp_path: Path) -> None:
    bad = {"id": "broken"}
    (tmp_path / "more.jsonl").write_text(f"{json.dumps(bad)}\n", encoding="utf-8")
    assert indexed("ingest", "more.jsonl").returncode == 3
    assert (tmp_path / "more.rejects.jsonl").exists()
    assert indexed("backup", "kept").returncode == 0
    deleted = indexed("delete", "ferry", "broken", "--yes", "--purge")
    assert f"Their lines were removed from {tmp_path / 'more.rejects.jsonl'}." in deleted.stdout
    assert f"The backup {tmp_path / 'kept'} has them still" in deleted.stdout
    assert not (tmp_path / "more.rejects.jsonl").exists()


def test_damage_is_named_and_mended(indexed: Run, tmp_path: Path) -> None:
    whole = indexed("verify")
    assert whole.returncode == 0
    assert whole.stdout.startswith("All of polywire-index is as it was written: 3 articles, ")
    assert indexed("backup", "kept").returncode == 0

    (file,) = (tmp_path / "polywire-index").glob("generations/*.lance/data/*.lance")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 8
    file.write_bytes(content)
    found = indexed("verify")
    assert found.returncode == 1
    assert f"{file.name} is not as it was written: texts or vectors of articles." in found.stdout
    assert "polywire verify --mend --from DIR" in found.stdout
    document = json.loads(indexed("verify", "--json").stdout)
    assert not document["whole"]
    assert set(document["damage"][0]["articles"]) == {"ferry", "mine", "مدرسة"}
    assert indexed("backup", "second").returncode == 1
    mended = indexed("verify", "--mend", "--from", "kept")
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "from the backup kept." in mended.stdout
    assert indexed("verify", "--from", "kept").returncode == 2

    file.write_bytes(content)
    removed = indexed("verify", "--mend", "--remove-damaged")
    assert removed.returncode == 0, removed.stdout + removed.stderr
    again = json.loads(indexed("ingest", "wire.jsonl", "--json").stdout)
    assert again["added"] == 3


def test_beside_a_stranded_index_none_is_begun(indexed: Run, tmp_path: Path) -> None:
    (tmp_path / "polywire-index" / "polywire.json").unlink()
    for command in (
        ("search", "ferry"),
        ("status",),
        ("ingest", "wire.jsonl"),
        ("show", "ferry"),
        ("delete", "ferry", "--yes"),
        ("similar", "ferry"),
        ("reindex",),
        ("backup", "kept"),
        ("clean",),
        ("serve", "--port", "0"),
    ):
        refused = indexed(*command)
        assert refused.returncode == 1, command
        assert "polywire verify --mend" in refused.stderr, command
        assert "ingest PATH" not in refused.stderr, command
    assert indexed("verify").returncode == 1
    assert indexed("verify", "--mend").returncode == 0
    assert json.loads(indexed("status", "--json").stdout)["articles"] == 3


def test_backed_up_restored_and_cleaned(indexed: Run, tmp_path: Path) -> None:
    first = json.loads(indexed("backup", "kept", "--json").stdout)
    assert (first["articles"], first["skipped"]) == (3, 0)
    assert indexed("delete", "mine", "--yes").returncode == 0
    refused = indexed("restore", "kept")
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    restored = indexed("restore", "kept", "--replace")
    assert restored.returncode == 0
    assert "stays as the former generation" in restored.stdout
    assert indexed("show", "mine").returncode == 0
    cleaned = json.loads(indexed("clean", "--former", "--json").stdout)
    assert cleaned["freed_bytes"] > 0
    assert len(cleaned["removed"]) >= 1

    shutil.rmtree(tmp_path / "polywire-index")
    assert indexed("restore", "kept").returncode == 0
    assert indexed("show", "mine").returncode == 0
    assert indexed("verify", "--index", "kept").returncode == 0
    nothing = indexed("restore", "nowhere", "--index", "new")
    assert nothing.returncode == 1
    assert "There is no backup at nowhere" in nothing.stderr
    assert "There is no index at new" in indexed("verify", "--index", "new").stderr


def told(folder: Path) -> str:
    """Return all that alerts have told."""
    with closing(FolderLocation(folder / "polywire-index").state()) as state:
        return json.dumps([entry.value for entry in state.scan(NOTICES)], ensure_ascii=False)


def test_nothing_of_a_deleted_article_stays_in_any_file(indexed: Run, tmp_path: Path) -> None:
    word = "Zwyxelbrook"
    lines = [
        {"id": "gone", "title": f"{word} floods", "text": f"The {word} rose again.", "lang": "en"},
        {"id": "copy", "title": "The river floods", "text": "Rain fell for days.", "lang": "en"},
    ]
    (tmp_path / "more.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    made = indexed("alerts", "add", "floods", "floods")
    assert made.returncode == 0, made.stderr
    assert indexed("ingest", "more.jsonl").returncode == 0
    assert indexed("alerts", "run", "--once").returncode == 0
    assert word in told(tmp_path)
    (tmp_path / "more.jsonl").unlink()

    report = json.loads(indexed("delete", "gone", "--yes", "--json").stdout)
    due = datetime.fromisoformat(report["bytes_gone"]) - datetime.now(UTC)
    assert timedelta(days=29) < due <= timedelta(days=30)
    assert word not in told(tmp_path)
    assert word not in indexed("stories", "--json").stdout
    said = indexed("delete", "mine", "--yes").stdout
    assert report["bytes_gone"][:10] in said

    assert indexed("clean", "--purge").returncode == 0
    holding = [
        path.name
        for path in tmp_path.rglob("*")
        if path.is_file() and word.lower() in path.read_bytes().decode("latin-1").lower()
    ]
    assert holding == []
    again = json.loads(indexed("delete", "copy", "--yes", "--purge", "--json").stdout)
    assert datetime.fromisoformat(again["bytes_gone"]) <= datetime.now(UTC)


def test_what_was_deleted_a_month_ago_goes_with_the_next_ingest(
    indexed: Run, tmp_path: Path
) -> None:
    assert indexed("delete", "mine", "--yes").returncode == 0
    with closing(FolderLocation(tmp_path / "polywire-index").state()) as state:
        long_ago = datetime.now(UTC) - timedelta(days=31)
        settle(state, waiting(state))
        note(state, long_ago)
        assert is_due(waiting(state), datetime.now(UTC))
    done = indexed("ingest", "wire.jsonl")
    assert done.returncode == 0
    assert "is in no file of the index any more" in done.stderr
    assert "is in no file" not in indexed("ingest", "wire.jsonl").stderr
