"""Whenever a run is killed, the next one goes on: nothing is lost, and nothing stands twice."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from search.alerts.destinations import destination
from search.alerts.store import AlertStore
from search.index.embedded.location import FolderLocation
from tests.contract.alert_runs import alert
from tests.support.killed_alerts import killed, run
from tests.support.newsroom import IDENTITY, story
from tests.support.receivers import webhook


def test_a_run_killed_at_every_step_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder, out = tmp_path / "index", tmp_path / "out.jsonl"
    location = FolderLocation(folder)
    index = location.create(IDENTITY)
    ids = []
    with webhook() as hook:
        to = destination(str(out)), destination(hook.url)
        with closing(location.state()) as state:
            AlertStore(state).add(alert("all", "ferry", *to, only_words=True))
        for step in range(1, 8):
            ids.append(f"article-{step}")
            index.write([story(ids[-1], f"The ferry is late, day {step}")])
            index.refresh()
            assert killed(folder, step, ("before", "after")[step % 2]) in (0, -9)
        assert not run(folder).failed
        index.close()
    told = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert sorted(one["article"]["id"] for one in told) == sorted(ids)
    sent: dict[str, str] = {}
    for headers, body in hook.got:
        for notice in json.loads(body)["notices"]:
            message = sent.setdefault(notice["id"], headers["webhook-id"])
            assert message == headers["webhook-id"]  # sent again, it is the same message
    assert {one["id"] for one in told} == set(sent)
