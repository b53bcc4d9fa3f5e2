"""Alerts killed (SIGKILL) between any two of their writes: whether anything is lost or told twice.

python -m benchmarks.alert_kills [--rounds 200]

Each round writes an article and kills a run of alerts before or after its nth write, n drawn.
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
from tests.contract.alerts import alert
from tests.support.killed_alerts import killed, run
from tests.support.newsroom import IDENTITY, story


def main() -> None:
    """Run the rounds, count, and write the figures to `results/alert_kills.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    drawn = random.Random(0)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "index", Path(name) / "out.jsonl"
        location = FolderLocation(folder)
        index = location.create(IDENTITY)
        with closing(location.state()) as state:
            made = alert("all", "ferry", destination(str(out)), only_words=True)
            AlertStore(state).add(made)
        kills = 0
        for number in range(rounds):
            index.write([story(f"article-{number}", f"The ferry is late, day {number}")])
            index.refresh()
            code = killed(folder, drawn.randint(1, 7), drawn.choice(("before", "after")))
            kills += code == -9
        run(folder)
        index.close()
        told = [json.loads(line)["article"]["id"] for line in out.read_text().splitlines()]
    figures = {
        "rounds": rounds,
        "kills": kills,
        "lost": rounds - len(set(told)),
        "twice": len(told) - len(set(told)),
    }
    print(figures)
    record("alert_kills", "one article and one killed run per round", figures)


if __name__ == "__main__":
    main()
