"""Alerts from the command line: saved, tried out, told once, followed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.support.command import runner

TITLE = f"The ferry {'and the boats ' * 8}of the bay"


def test_from_a_search_to_notices_and_corrections(tmp_path: Path) -> None:
    run = runner(tmp_path)

    def ok(*words: str) -> str:
        done = run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ingest(text: str) -> None:
        line = json.dumps({"id": "ferry-1", "title": TITLE, "source": "Bote", "text": text})
        (tmp_path / "in.jsonl").write_text(line, encoding="utf-8")
        ok("ingest", "in.jsonl")

    ok("alerts", "add", "ferry", "ferry late", "--to", "out.jsonl", "--on-write", "--only-words")
    ingest("The ferry was late by an hour.\n\nNobody was hurt.")
    (told,) = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(told)["why"]["by"] == ["words"]
    ok("search", "ferry", "--save", "saved")
    listed = json.loads(ok("alerts", "list", "--json"))["alerts"]
    assert [one["name"] for one in listed] == ["ferry", "saved"]
    assert json.loads(ok("alerts", "test", "ferry", "--since", "1d", "--json"))["fired"] == 1
    tried = ok("alerts", "test", "ferry", "--since", "1d").splitlines()
    assert f"ferry-1  en  {TITLE}  Bote" in tried, "a line per article, however long"
    ok("alerts", "follow", "ferry-1")
    ingest("The ferry was late by two hours.\n\nNobody was hurt.")
    ran = json.loads(ok("alerts", "run", "--once", "--json"))
    by_kind = {notice["kind"]: notice for notice in ran["notices"]}
    assert len(by_kind["changed"]["changes"]) == 1
    assert by_kind["found"]["alert"]["name"] == "saved"
    assert json.loads(ok("alerts", "run", "--once", "--json"))["notices"] == []
    ok("alerts", "follow", "ferry-1", "--name", "cited", "--to", "cited.jsonl", "--on-write")
    assert "New notices of alerts: 1." in run("delete", "ferry-1", "--yes").stderr
    (gone,) = (tmp_path / "cited.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(gone)["kind"] == "withdrawn"
    done = run("alerts", "show", "nothing")
    assert done.returncode == 1
    assert "There is no alert nothing" in done.stderr
    ok("alerts", "remove", "ferry")
    export = ok("alerts", "export")
    (tmp_path / "alerts.json").write_text(export, encoding="utf-8")
    ok("alerts", "import", "alerts.json", "--replace")


def test_a_question_is_told_in_other_languages(tmp_path: Path) -> None:
    run = runner(tmp_path)
    assert run("ingest", "--sample").returncode == 0
    question = "How many people had to leave their homes because of the Lerna flood?"
    assert run("alerts", "add", "lerna", question).returncode == 0
    done = run("alerts", "test", "lerna", "--since", "1d", "--json")
    told = {one["article"]["id"]: one["why"] for one in json.loads(done.stdout)["notices"]}
    assert {one.partition(".")[0] for one in told} == {"flood-lerna"}
    assert len({one.partition(".")[2] for one in told}) >= 4
    assert all(why["meaning"]["confidence"] >= 0.75 for why in told.values())


def test_an_alert_that_tells_nothing_is_told_which_precision_would(tmp_path: Path) -> None:
    run = runner(tmp_path)
    assert run("ingest", "--sample").returncode == 0
    saved = run("alerts", "add", "the floods", "flood evacuated homes")
    assert "What it would have told: polywire alerts test 'the floods'" in saved.stderr
    tried = run("alerts", "test", "the floods", "--since", "1d")
    assert tried.stdout.startswith("0 of 106 articles")
    note = r"Note: With a precision of (0\.\d) it would have told (\d+) of these articles\."
    found = re.search(note, tried.stderr)
    assert found is not None, tried.stderr
    assert run("alerts", "edit", "the floods", "--precision", found[1]).returncode == 0
    tried = run("alerts", "test", "the floods", "--since", "1d")
    assert tried.stdout.startswith(f"{found[2]} of 106 articles")
    assert "With a precision" not in tried.stderr
    # Words alone have no precision.
    assert run("alerts", "add", "words", "flood evacuated homes", "--only-words").returncode == 0
    assert "With a precision" not in run("alerts", "test", "words", "--since", "1d").stderr
