"""Alerts moved from one index to another from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import runner


def test_an_export_has_no_secrets_and_is_imported_whole_or_not_at_all(tmp_path: Path) -> None:
    run = runner(tmp_path)
    to = (
        "--to",
        "https://u:hush@hooks.example/x",
        "--to",
        "https://hooks.example/y",
        "--to",
        "feed",
    )
    assert run("alerts", "add", "ferry", "ferry late", "--only-words", *to).returncode == 0
    export = run("alerts", "export").stdout
    assert not [word for word in ("hush", "whsec_", "feed_secret") if word in export]
    document = json.loads(export)
    document["alerts"].insert(0, document["alerts"][0] | {"name": "cited", "follows": "a"})
    (tmp_path / "alerts.json").write_text(json.dumps(document), encoding="utf-8")

    refused = run("alerts", "import", "alerts.json")
    assert refused.returncode != 0
    assert "There is an alert ferry already; nothing is imported." in refused.stderr
    assert "--replace" in refused.stderr
    assert len(json.loads(run("alerts", "list", "--json").stdout)["alerts"]) == 1

    done = run("alerts", "import", "alerts.json", "--index", "other")
    assert done.returncode == 0, done.stderr
    assert "The alert ferry lacks webhook:https://hooks.example/..." in done.stderr
    again = json.loads(run("alerts", "export", "ferry", "--index", "other").stdout)["alerts"][0]
    same = ("name", "request", "precision", "only_words", "stories", "schedule", "paused", "query")
    (first,) = json.loads(export)["alerts"]
    assert {name: again[name] for name in same} == {name: first[name] for name in same}
    assert again["destinations"] == first["destinations"][1:]
