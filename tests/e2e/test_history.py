"""What was corrected, through the installed command: versions listed, compared, deleted with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.support.command import Run

FIRST = {
    "id": "bridge",
    "title": "Bridge closed after flood",
    "paragraphs": ["The bridge has twelve arches.", "Nobody was hurt."],
    "lang": "en",
    "updated": "2026-03-01T08:00:00Z",
}
CORRECTED = FIRST | {
    "paragraphs": ["The bridge has eleven arches.", "Nobody was hurt."],
    "updated": "2026-03-02T08:00:00Z",
}


def write(path: Path, *articles: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
    return path


def test_a_correction_can_be_seen(polywire: Run, tmp_path: Path) -> None:
    assert polywire("ingest", write(tmp_path / "wire.jsonl", FIRST, CORRECTED)).returncode == 0

    listed = json.loads(polywire("history", "bridge", "--json").stdout)
    assert [version["number"] for version in listed["versions"]] == [2, 1]
    assert listed["versions"][1]["updated"] == "2026-03-01T08:00:00Z"

    table = polywire("history", "bridge").stdout.splitlines()
    assert table[0].split() == ["no.", "seen", "replaced", "updated", "hash", "headline"]
    assert [line.split()[0] for line in table[1:]] == ["2", "1"]

    compared = json.loads(polywire("history", "bridge", "--from", "1", "--json").stdout)
    (change,) = compared["changes"]
    assert (compared["number"], compared["against"], change["change"]) == (2, 1, "changed")
    shown = polywire("history", "bridge", "--to", "2").stdout
    assert "- The bridge has twelve arches." in shown
    assert "+ The bridge has eleven arches." in shown
    assert "Nobody" not in shown


def test_what_is_not_there_is_said_in_a_sentence(polywire: Run, tmp_path: Path) -> None:
    polywire("ingest", write(tmp_path / "wire.jsonl", FIRST))
    for arguments, code, sentence in (
        (("nobody",), 2, "No article in the index has the id nobody."),
        (("bridge", "--from", "3"), 1, "The article bridge has no version 3;"),
        (("bridge", "--to", "1"), 1, "has no version 0"),
    ):
        done = polywire("history", *arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
