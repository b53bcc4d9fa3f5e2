"""Processes that are killed while they write: whether all that was reported as written is there.

    python -m benchmarks.kills                                   # two hundred, in a folder
    python -m benchmarks.kills --index http://127.0.0.1:9200/kills  # on a server
    python -m benchmarks.kills --rounds 5

Each round lets a process ingest, correct, delete and write single articles in one and the same
index, kills it at a random moment, and compares what is there with what it had reported. Afterwards
the folder is verified, so that nothing is damaged or left over.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from config.settings import load
from config.wiring import safekeeping
from search.index.errors import SearchIndexError
from search.index.filters import Filters
from search.index.port import IndexLocation
from tests.support.power_cut import NAMES, State, Writer, location_of

ROUNDS = 200
MOST_OPERATIONS = 30
LONGEST_S = 0.3
"""After the last operation that was waited for: the kill falls into any part of the next ones."""


def killed(location: IndexLocation, place: str, seed: int, known: State) -> tuple[State, str]:
    """Run one round; returns what is there now, and what is wrong with it ("" if nothing is)."""
    chance = random.Random(seed)  # noqa: S311
    writer = Writer(place, seed, known)
    writer.run(chance.randint(1, MOST_OPERATIONS))
    time.sleep(chance.uniform(0, LONGEST_S))
    writer.kill()
    try:
        index = location.open()
        index.refresh()
        wrong = writer.wrong(index)
        there: State = {one: found.article.title for one, found in index.get(ids()).items()}
        scanned = {article.id: article.title for article in index.scan(Filters())}
        index.close()
    except SearchIndexError as error:
        return known, str(error)
    if scanned != there:
        return there, "a scan finds other articles than a look at each"
    return {one: there.get(one) for one in ids()}, str(wrong) if wrong else ""


def ids() -> list[str]:
    """Return all ids that are written."""
    return [f"a{n:02}" for n in range(NAMES)]


def main() -> int:
    """Run, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--index", help="an address on a server, in place of a folder")
    options = parser.parse_args()
    wrong: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        place = options.index or str(Path(folder) / "index")
        location = location_of(place)
        known: State = {}
        for seed in range(options.rounds):
            known, why = killed(location, place, seed, known)
            if why:
                wrong[seed] = why
        health = safekeeping(load({"index": place}).settings).verify()
    result = {"rounds": options.rounds, "wrong": wrong, "whole": health.whole}
    json.dump(result, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 1 if wrong or not health.whole else 0


if __name__ == "__main__":
    sys.exit(main())
