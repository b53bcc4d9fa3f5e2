"""How costs grow with the index: 100,000, 330,000 and a million passages on the embedded engine.

    python -m benchmarks.scale                            # all sizes
    python -m benchmarks.scale 100000 --keep FOLDER       # one size; its index stays and is reused

The articles are those of `benchmarks.scale_articles`, ingested by `polywire ingest` with the
bundled model and searched as ingest leaves them, by 100 headlines of the real articles. Whatever is
measured is a process of its own. Each figure has its floor from the same run: a scan of the same
vectors in numpy (searching), the process without an index (its memory), the embedding model alone
(ingest), the ingest of one article (its memory), texts and vectors alone (disk).
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.record import commit, record
from benchmarks.scale_articles import NEWS, SAMPLE, documents, headlines, read

ROOT = Path(__file__).parents[1]
COMMAND = str(Path(sys.executable).parent / "polywire")
SIZES = (100_000, 330_000, 1_000_000)
QUERIES = 100


@dataclass(frozen=True, slots=True)
class Child:
    """A process that has ended: what it printed, and what it took, all threads together."""

    output: str
    processor_s: float
    wall_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Ingest:
    """What an ingest took, and the commit of the code that did it."""

    commit: str
    processor_s: float
    wall_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles of so many passages and their index, in a folder that may have them already."""

    folder: Path
    real: Path
    passages: int
    seed: int = 0

    @property
    def index(self) -> Path:
        """Where the index is, or will be."""
        return self.folder / "index"

    @property
    def articles(self) -> Path:
        """The file of the articles, which is written if it is not there."""
        path = self.folder / "articles.jsonl"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write(path)
        return path

    def _write(self, path: Path) -> None:
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            for document in documents(read(self.real), self.passages, self.seed):
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
        part.replace(path)

    def ingested(self) -> Ingest:
        """Ingest the articles, or say what it took when that was done."""
        note = self.folder / "ingest.json"
        if note.exists():
            return Ingest(**json.loads(note.read_text(encoding="utf-8")))
        articles = self.articles
        child = run([COMMAND, "ingest", "--index", str(self.index), "--json", str(articles)])
        done = Ingest(commit(), child.processor_s, child.wall_s, child.peak_mb)
        note.write_text(json.dumps(asdict(done)), encoding="utf-8")
        return done


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the figures to `results/scale.json`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="passages")
    parser.add_argument("--articles", type=Path, default=NEWS if NEWS.exists() else SAMPLE)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder in which indexes stay and are reused")
    given = parser.parse_args(arguments)
    figures: dict[str, Any] = {"headlines": QUERIES, "rounds": given.rounds, "sizes": {}}
    with _folder(given.keep) as folder:
        queries = folder / "headlines.json"
        queries.write_text(json.dumps(headlines(read(given.articles), QUERIES)), encoding="utf-8")
        least = _ingest_of_one_article(given.articles)
        for size in sorted(given.sizes):
            corpus = Corpus(folder / str(size), given.articles, size)
            found = measured(corpus, queries, given.rounds, least)
            figures["sizes"][str(size)] = found
            print(json.dumps({size: found}, indent=2), flush=True)
    path = record("scale", f"articles made of {given.articles.name}", figures)
    print(f"written to {path.name}")


def measured(corpus: Corpus, queries: Path, rounds: int, least: Child) -> dict[str, Any]:
    """Return all figures of one size; keys name the unit."""
    ingest = corpus.ingested()
    files = [str(path) for path in (corpus.index, corpus.articles, queries)]
    child = run([sys.executable, "-m", "benchmarks.scale_search", *files, str(rounds)])
    found = json.loads(child.output)
    passages, thousands = found["passages"], found["passages"] / 1000
    times = found["processor_ms"]
    return {
        "articles": found["articles"],
        "passages": passages,
        "search": {
            "processor_ms": times,
            "wall_ms": found["wall_ms"],
            "hybrid_over_floor": round(times["hybrid"] / times["floor"], 2),
            "peak_mb": found["peak_mb"],
            "peak_without_index_mb": found["peak_without_index_mb"],
            "filters": found["filters"],
            "vector_index": found["vector_index"],
        },
        "ingest": {
            "commit": ingest.commit,
            "processor_s_per_1000_passages": round(ingest.processor_s / thousands, 3),
            "embedding_s_per_1000_passages": round(found["embedding_s_per_1000_passages"], 3),
            "wall_s": round(ingest.wall_s, 1),
            "peak_mb": ingest.peak_mb,
            "peak_of_one_article_mb": least.peak_mb,
        },
        "disk": {
            "data_files": found["data_files"],
            "bytes_per_passage": round(found["bytes"] / passages),
            "text_and_vector_bytes_per_passage": round(
                found["text_bytes_per_passage"] + found["vector_bytes"]
            ),
        },
    }


def run(command: Sequence[str]) -> Child:
    """Run a process to its end, without any settings of Polywire in its environment.

    Its numpy works on one thread: several wait for one another busily, and what they take then
    says nothing about the work. Linux counts the size of this process at the start as the child's
    own, so that no peak is told below it: some 100 MB, since nothing large is imported here.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("POLYWIRE_")}
    began = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, env=environment | {"OPENBLAS_NUM_THREADS": "1"}
        )
        # wait4 and not the figures of all children: they have the largest peak of any of them.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        output.seek(0)
        printed = output.read().decode()
    return Child(printed, usage.ru_utime + usage.ru_stime, wall, round(usage.ru_maxrss / 1024, 1))


def _ingest_of_one_article(articles: Path) -> Child:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "one.jsonl"
        (one,) = itertools.islice(documents(read(articles), 1), 1)
        file.write_text(json.dumps(one) + "\n", encoding="utf-8")
        return run([COMMAND, "ingest", "--index", f"{folder}/index", "--json", str(file)])


@contextlib.contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
