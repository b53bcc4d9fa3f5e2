"""Moving an index in a folder, through the installed command: held, resumed, undone."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import Run

ARTICLE = {
    "id": "bridge",
    "title": "Bridge closed after flood",
    "paragraphs": ["The bridge has twelve arches.", "Nobody was hurt."],
    "lang": "en",
    "updated": "2026-03-01T08:00:00Z",
}


def test_held_resumed_and_undone(polywire: Run, tmp_path: Path) -> None:
    wire = tmp_path / "wire.jsonl"
    corrected = ARTICLE | {"title": "Bridge open again", "updated": "2026-03-02T08:00:00Z"}
    wire.write_text(f"{json.dumps(ARTICLE)}\n{json.dumps(corrected)}\n", encoding="utf-8")
    assert polywire("ingest", wire).returncode == 0

    nothing = polywire("reindex", "--resume")
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "no second generation" in nothing.stderr

    held = json.loads(polywire("reindex", "--hold", "--json").stdout)
    assert (held["promoted"], held["copied"], held["reembedded"]) == (False, 1, 0)
    resumed = json.loads(polywire("reindex", "--resume", "--json").stdout)
    assert (resumed["promoted"], resumed["copied"]) == (True, 0)
    assert resumed["generation"] == held["generation"]
    assert numbers(polywire) == [2, 1]

    later = corrected | {"title": "Bridge closed again", "updated": "2026-03-03T08:00:00Z"}
    wire.write_text(f"{json.dumps(later)}\n", encoding="utf-8")
    assert polywire("ingest", wire).returncode == 0
    undone = json.loads(polywire("reindex", "--undo", "--json").stdout)
    assert (undone["generation"], undone["copied"]) == (held["former"], 1)
    assert numbers(polywire) == [3, 2, 1]


def numbers(polywire: Run) -> list[int]:
    listed = json.loads(polywire("history", "bridge", "--json").stdout)
    return [version["number"] for version in listed["versions"]]


def test_going_back_does_not_mean_what_was_broken_off(polywire: Run, tmp_path: Path) -> None:
    wire = tmp_path / "wire.jsonl"
    wire.write_text(f"{json.dumps(ARTICLE)}\n", encoding="utf-8")
    assert polywire("ingest", wire).returncode == 0
    left = json.loads(polywire("reindex", "--hold", "--json").stdout)["generation"]
    refused = polywire("reindex", "--undo")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"{left}, left by a reindexing that was broken off, was never live" in refused.stderr

    moved = json.loads(polywire("reindex", "--json").stdout)
    assert moved["dropped"] == [left]
    nothing = polywire("reindex", "--resume")
    assert nothing.returncode == 2
    assert "no reindexing was broken off. To go back" in nothing.stderr
    left = json.loads(polywire("reindex", "--hold", "--json").stdout)["generation"]
    undone = json.loads(polywire("reindex", "--undo", "--json").stdout)
    assert (undone["generation"], undone["dropped"]) == (moved["former"], [])
    resumed = json.loads(polywire("reindex", "--resume", "--json").stdout)
    assert resumed["generation"] == left
