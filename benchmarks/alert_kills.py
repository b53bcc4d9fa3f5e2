"""Alerts killed (SIGKILL) between any two of their writes: whether anything is lost or told twice.

python -m benchmarks.alert_kills [--kills 200]

Each round writes an article, and kills a run of alerts before or after its nth write to the state,
n drawn. The alert goes to a file and to a webhook. Twice is what stands in the file more than once,
and what the webhook was sent as two messages: sent again as the same message, it has the same id.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.record import record
from search.alerts.destinations import destination
from search.alerts.store import AlertStore
from search.index.embedded.location import FolderLocation
from tests.contract.alert_runs import alert
from tests.support.killed_alerts import killed, run
from tests.support.newsroom import IDENTITY, story
from tests.support.receivers import Receiver, webhook

WRITES = 7
"""A run that tells one notice writes to the state so often."""


def main() -> None:
    """Go on until so many runs were killed, count, and write `results/alert_kills.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    wanted = parser.parse_args().kills
    drawn = random.Random(0)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as name, webhook() as hook:
        folder, out = Path(name) / "index", Path(name) / "out.jsonl"
        location = FolderLocation(folder)
        index = location.create(IDENTITY)
        to = destination(str(out)), destination(hook.url)
        with closing(location.state()) as state:
            AlertStore(state).add(alert("all", "ferry", *to, only_words=True))
        rounds = kills = 0
        while kills < wanted:
            index.write([story(f"article-{rounds}", f"The ferry is late, day {rounds}")])
            index.refresh()
            when = drawn.choice(("before", "after"))
            kills += killed(folder, drawn.randint(1, WRITES), when) == -9
            rounds += 1
        run(folder)
        index.close()
        told = [json.loads(line)["article"]["id"] for line in out.read_text().splitlines()]
    sent = messages(hook)
    twice = sum(len(ids) > 1 for ids in sent.values())
    figures = {
        "rounds": rounds,
        "kills": kills,
        "file": {"lost": rounds - len(set(told)), "twice": len(told) - len(set(told))},
        "webhook": {"lost": rounds - len(sent), "twice": twice, "requests": len(hook.got)},
    }
    print(figures)
    record("alert_kills", "one article and one killed run per round", figures)


def messages(hook: Receiver) -> dict[str, set[str]]:
    """Return the ids of the messages by which each article was sent."""
    found: dict[str, set[str]] = {}
    for headers, body in hook.got:
        for notice in json.loads(body)["notices"]:
            found.setdefault(notice["article"]["id"], set()).add(headers["webhook-id"])
    return found


if __name__ == "__main__":
    main()
