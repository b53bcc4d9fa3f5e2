"""A long mixed load on one open embedded index, and what of it grows that should not.

    python -m benchmarks.endurance                    # 10,000 writes, 50,000 searches
    python -m benchmarks.endurance --writes 300       # in small, all else in proportion
    python -m benchmarks.endurance --record           # writes benchmarks/results/endurance.json

Single articles of fourteen passages are written (each read back by later searches), corrected and
deleted, searched by words and by meaning, and exported, as a server does it all day. Stories and
near-duplicates follow the writes, as they do there, unless `--alone`. Of every tenth of the load it
shows descriptors (and those of deleted files), files, versions, bytes on disk, in the state and in
memory, and what a write and a search take. The first tenth fills the index and the caches; from
then on as many articles go as come, so that whatever grows does so with age, not with the index
(`benchmarks.scale` shows what grows with that). The share of the last tenth in the second says
whether something does. The floor of a write is what Lance takes to append the same rows to a table
that has nothing else; it also tells how fast the machine is at that time.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import record
from search.allocator import use_few_arenas
from search.coverage.duplicates.keeper import CopyKeeper
from search.coverage.stories.keeper import StoryKeeper
from search.index.clauses import Match
from search.index.embedded.driver import lance
from search.index.embedded.location import FolderLocation
from search.index.embedded.rows import table_of
from search.index.embedded.state import FILE
from search.index.embedded.upkeep import Policy
from search.index.filters import Filters
from search.index.following import Follower, followed
from search.index.legs import Leg, LexicalLeg, VectorLeg
from search.index.model import Article, EmbeddedArticle, IndexIdentity, Passage
from search.index.port import SearchIndex

WRITES = 10_000
SEARCHES_A_WRITE = 5
EXPORT_EVERY = 200
"""Writes between two exports of everything in one language."""

CORRECTED = 0.2
"""Share of the writes that are no deletions; the others are new articles."""

LIVE = 0.7
"""Articles that the index holds in the end, as a share of the writes of its first tenth."""

PASSAGES, WORDS, DIMENSION = 14, 30, 256
VOCABULARY = 20_000
TENTHS = 10
LANGS = ("en", "de", "fr", "es")
FLOOR_WRITES = 50

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tenth:
    """What there is after a tenth of the load, and what each of its operations took."""

    writes: int
    articles: int
    descriptors: int
    deleted_descriptors: int
    files: int
    versions: int
    disk_mb: float
    state_mb: float
    memory_mb: float
    write_processor_ms: float
    floor_processor_ms: float
    write_over_floor: float
    write_p50_ms: float
    write_p95_ms: float
    search_p50_ms: float
    search_p95_ms: float
    export_s: float


@dataclass(slots=True)
class Load:
    """The index, what is in it, and what the operations of this tenth took, in seconds."""

    index: SearchIndex
    table: Path
    chance: random.Random
    vectors: np.random.Generator
    most: int
    """Articles that there may be: when there are as many, one is deleted."""
    names: list[str] = field(default_factory=list)
    made: int = 0
    writes: list[float] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)
    exports: list[float] = field(default_factory=list)

    def write(self) -> None:
        """Write, correct or delete one article."""
        if len(self.names) >= self.most:
            place = self.chance.randrange(len(self.names))
            self.names[place], self.names[-1] = self.names[-1], self.names[place]
            doomed = self.names.pop()
            self._timed(self.writes, lambda: self.index.delete([doomed]))
            return
        if self.names and self.chance.random() < CORRECTED:
            name = self.chance.choice(self.names)
        else:
            self.made += 1
            name = f"a{self.made:06}"
            self.names.append(name)
        article = self._article(name)
        self._timed(self.writes, lambda: self.index.write([article]))

    def search(self) -> None:
        """Search by two words and a vector, and read what a page shows."""
        words = " ".join(self._words(2))
        legs: list[Leg] = [LexicalLeg(Match(words)), VectorLeg(self._unit(1)[0])]

        def run() -> None:
            found = self.index.retrieve(legs, Filters(), 50)
            ids = [candidate.id for candidate in found.results[1].candidates[:10]]
            best = found.best_passages(ids)[1]
            found.fetch({name: [best[name][0].position] for name in ids})

        self._timed(self.searches, run)

    def export(self) -> None:
        """Read everything in one language; one of three is left in the middle."""
        langs = frozenset({self.chance.choice(LANGS)})
        most = self.chance.choice((10**9, 10**9, 5))

        def run() -> None:
            for number, _ in enumerate(self.index.scan(Filters(langs=langs))):
                if number >= most:
                    break

        self._timed(self.exports, run)

    def tenth(self, writes: int, processor_s: float) -> Tenth:
        """Look at what there is; the times begin anew."""
        deleted, descriptors = open_files()
        files = [path for path in self.table.rglob("*") if path.is_file()]
        written_ms = 1000 * processor_s / max(1, len(self.writes))
        floor_ms = self._floor_ms()
        looked = Tenth(
            writes=writes,
            articles=len(self.names),
            descriptors=descriptors,
            deleted_descriptors=deleted,
            files=len(files),
            versions=sum(path.suffix == ".manifest" for path in files),
            disk_mb=_rounded(sum(path.stat().st_size for path in files) / 2**20),
            state_mb=_rounded(self._state_bytes() / 2**20),
            memory_mb=_rounded(memory_bytes() / 2**20),
            write_processor_ms=_rounded(written_ms),
            floor_processor_ms=_rounded(floor_ms),
            write_over_floor=_rounded(written_ms / floor_ms),
            write_p50_ms=_share(self.writes, 50),
            write_p95_ms=_share(self.writes, 95),
            search_p50_ms=_share(self.searches, 50),
            search_p95_ms=_share(self.searches, 95),
            export_s=_share(self.exports, 50) / 1000,
        )
        self.writes, self.searches, self.exports = [], [], []
        return looked

    def _floor_ms(self) -> float:
        """Return what an append of the rows of one article takes, at the median."""
        rows = [table_of([self._article("floor")], DIMENSION) for _ in range(FLOOR_WRITES)]
        times: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            for one in rows:
                began = time.process_time()
                lance.write_dataset(one, f"{folder}/floor.lance", mode="append")
                times.append(1000 * (time.process_time() - began))
        return float(np.median(times))

    def _state_bytes(self) -> int:
        path = self.table.parent / FILE
        return path.stat().st_size if path.exists() else 0

    @staticmethod
    def _timed(times: list[float], work: Callable[[], object]) -> None:
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)

    def _words(self, count: int) -> list[str]:
        # Few words are frequent, most are rare.
        return [f"w{int(VOCABULARY * self.chance.random() ** 3)}" for _ in range(count)]

    def _unit(self, count: int) -> NDArray[np.float32]:
        made = self.vectors.normal(size=(count, DIMENSION)).astype(np.float32)
        scaled: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
        return scaled

    def _article(self, name: str) -> EmbeddedArticle:
        lang = self.chance.choice(LANGS)
        texts = [" ".join(self._words(WORDS)) for _ in range(PASSAGES)]
        passages = tuple(Passage(n, text, lang) for n, text in enumerate(texts))
        article = Article(id=name, title=texts[0], passages=passages, lang=lang)
        return EmbeddedArticle(article, self._unit(PASSAGES))


def measure(
    folder: Path, writes: int, policy: Policy | None = None, *, alone: bool = False
) -> list[Tenth]:
    """Run the load on a new index in a folder; `alone`: nothing follows its writes."""
    identity = IndexIdentity("endurance", "0000000000000000", DIMENSION)
    place = FolderLocation(folder, policy)
    index: SearchIndex = place.create(identity)
    if not alone:
        index = followed(index, partial(_followers, index, place))
    load = Load(
        index,
        folder / "generations",
        random.Random(1),  # noqa: S311
        np.random.default_rng(1),
        most=max(1, round(LIVE * writes / TENTHS)),
    )
    tenths = []
    for tenth in range(1, TENTHS + 1):
        first, last = (writes * n // TENTHS for n in (tenth - 1, tenth))
        processor_s = 0.0
        for number in range(first, last):
            began = time.process_time()
            load.write()
            processor_s += time.process_time() - began
            for _ in range(SEARCHES_A_WRITE):
                load.search()
            if number % EXPORT_EVERY == EXPORT_EVERY // 2:
                load.export()
        index.close()  # waits for upkeep, so that each tenth is looked at in the same state
        tenths.append(load.tenth(last, processor_s))
        _LOG.info("%s", tenths[-1])
    return tenths


def _followers(index: SearchIndex, place: FolderLocation) -> tuple[Follower, ...]:
    return (CopyKeeper(place.state(), index), StoryKeeper(place.state(), index))


def growth(tenths: Sequence[Tenth]) -> dict[str, float]:
    """Return the last tenth as a share of the second, of everything that is measured."""
    second, last = asdict(tenths[1]), asdict(tenths[-1])
    return {name: _rounded(last[name] / (second[name] or 1)) for name in last}


def open_files() -> tuple[int, int]:
    """Return how many deleted files this process has open, and how many descriptors in all."""
    deleted = count = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            deleted += str(entry.readlink()).endswith(" (deleted)")
        except OSError:  # the one that lists the folder
            continue
        count += 1
    return deleted, count


def memory_bytes() -> int:
    """Return what this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _share(times: Sequence[float], percent: int) -> float:
    return _rounded(1000 * float(np.percentile(times, percent))) if times else 0.0


def _rounded(value: float) -> float:
    return round(value, 3 if value < 10 else 1)


def main() -> None:
    """Run, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--writes", type=int, default=WRITES)
    parser.add_argument("--alone", action="store_true", help="nothing follows the writes")
    parser.add_argument("--record", action="store_true", help="store the figures")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    use_few_arenas()
    with tempfile.TemporaryDirectory() as folder:
        tenths = measure(Path(folder) / "index", chosen.writes, alone=chosen.alone)
    figures = {"tenths": [asdict(tenth) for tenth in tenths], "growth": growth(tenths)}
    if chosen.record:
        searches = chosen.writes * SEARCHES_A_WRITE
        record("endurance", f"{chosen.writes} writes, {searches} searches, made texts", figures)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
