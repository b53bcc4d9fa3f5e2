"""Power cuts while an index is written to: whether all that was reported as written is there.

    python -m benchmarks.power_cuts              # fifty, as root, where file systems can be mounted
    python -m benchmarks.power_cuts --rounds 5

Each round makes a disk, lets a process ingest, correct, delete and write single articles there,
copies the disk at a random moment, and opens the index on the copy (`tests.support.power_cut`).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from search.index.embedded.location import FolderLocation
from search.index.errors import SearchIndexError
from tests.support import power_cut

ROUNDS = 50
MOST_OPERATIONS = 60


def cut(folder: Path, seed: int, operations: int) -> str | None:
    """Cut the power after so many operations and some time; returns what is wrong then."""
    image, copy = folder / "disk", folder / "cut"
    power_cut.new_disk(image)
    with power_cut.mounted(image, folder / "before") as disk:
        writer = power_cut.Writer(disk / "index", seed)
        writer.run(operations)
        power_cut.cut(image, copy, writer)
    with power_cut.mounted(copy, folder / "after") as disk:
        try:
            location = FolderLocation(disk / "index", power_cut.BUSY)
            index = location.open()
            with closing(location.state()) as state:
                wrong = writer.wrong(index) | writer.astray(state)
            index.close()
        except SearchIndexError as error:
            return str(error)
        del index, location
    return str(wrong) if wrong else None


def main() -> int:
    """Run, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    why_not = power_cut.why_not()
    if why_not is not None:
        sys.stderr.write(f"{why_not}\n")
        return 2
    chance = random.Random(7)  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        found = [
            cut(Path(folder), seed, chance.randint(1, MOST_OPERATIONS)) for seed in range(rounds)
        ]
    wrong = {seed: why for seed, why in enumerate(found) if why is not None}
    json.dump({"rounds": rounds, "wrong": wrong}, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
