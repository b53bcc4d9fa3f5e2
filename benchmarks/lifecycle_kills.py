"""Messages of agencies cut off by SIGKILL between any two of their steps: whole when sent again.

    python -m benchmarks.lifecycle_kills                                    # in a folder
    python -m benchmarks.lifecycle_kills --index http://127.0.0.1:9200/kills   # on a server

Every case of the contract (a correction, a kill, withheld and back, embargoes) on items of its own:
its messages come in, the process dies before or after its nth step, and the same messages come
again. What is found then must be what it is without a kill.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from indexer.article.draft import Origin, RawArticle
from indexer.ingest.pipeline import IndexingPipeline
from search.index.filters import EVER, Filters
from search.index.model import IndexIdentity
from search.index.port import IndexLocation
from search.index.withdrawals import withdrawal_of
from tests.contract.lifecycle import FINAL, FLOOD, Message
from tests.support.indexing import DIMENSION, MarkedLanguages, WordHashes
from tests.support.killed_lifecycle import killed
from tests.support.power_cut import location_of

MOST_STEPS = 12


def wrong(location: IndexLocation, messages: Sequence[Message], final: str | None) -> str:
    """Send the messages again; say what is wrong with what is there then, "" if nothing is."""
    guid = str(messages[0]["id"])
    with closing(location.open()) as index, closing(location.state()) as state:
        pipeline = IndexingPipeline.build(index, WordHashes(), MarkedLanguages(), state=state)
        for message in messages:
            pipeline.run([RawArticle(Origin("in"), message)])
        index.refresh()
        shown = {one.id: one.title for one in index.scan(Filters(at=datetime.now(UTC)))}
        stored = {one.id: one.title for one in index.scan(Filters(at=EVER))}
        withdrawn = withdrawal_of(state, guid)
    expected = None if final is None else f"River {final}"
    if shown.get(guid) != expected:
        return f"{shown.get(guid)!r} is found in place of {expected!r}"
    if withdrawn is not None and guid in stored:
        return "it is withdrawn, and there"
    return ""


def main() -> int:
    """Run, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--index", help="an address on a server, in place of a folder")
    options = parser.parse_args()
    kills, faults = 0, []
    with tempfile.TemporaryDirectory() as folder:
        place = options.index or str(Path(folder) / "index")
        location = location_of(place)
        location.create(IndexIdentity("hashes", WordHashes.fingerprint, DIMENSION)).close()
        for number, (name, (sent, final)) in enumerate(FINAL.items()):
            for step in range(1, MOST_STEPS):
                guid = f"{FLOOD}:{number}:{step}"
                messages = [{**one, "id": guid} for one in sent]
                when = ("before", "after")[(step + number) % 2]
                if not killed(place, messages, step, when):
                    break
                kills += 1
                if why := wrong(location, messages, final):
                    faults.append(f"{name}, {when} step {step}: {why}")
    json.dump({"kills": kills, "faults": faults}, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
