"""How fast the command line starts, ingests and answers, each against a floor of the same run.

    python -m benchmarks.speed            # on ../shared/news where it is there, else the sample

Floors: an empty Python process (start-up), the embedding model alone (ingest), a product of the
query's vector with all paragraph vectors in numpy (vector search). Medians of repeated runs.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.record import record

COMMAND = str(Path(sys.executable).parent / "polywire")
NEWS = Path(__file__).parents[2] / "shared" / "news" / "wmt-news.jsonl.xz"
STARTS = 9
QUERIES = 200


def main() -> None:
    """Measure, print, and write the figures to `results/speed.json`."""
    news = NEWS.exists()
    inputs = [str(NEWS) if news else "--sample"]
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        figures = {
            "ingest": ingest(inputs, index),
            "start_up": start_up(index),
            "latency": latency(index),
            "index": size(index),
        }
    path = record("speed", NEWS.name if news else "sample", figures)
    print(json.dumps(figures, indent=2))
    print(f"written to {path.name}")


def start_up(index: str) -> dict[str, Any]:
    """Wall times of cold processes with their modules compiled, in seconds: median of `STARTS`."""
    search = [COMMAND, "search", "--index", index, "--json", "flood damages a bridge"]
    floor = _median_wall([sys.executable, "-c", "pass"])
    times = {
        "help_s": _median_wall([COMMAND, "--help"]),
        "search_s": _median_wall(search),
        "status_s": _median_wall([COMMAND, "status", "--index", index]),
    }
    return {**times, "empty_python_s": floor, "search_over_empty_python": times["search_s"] / floor}


def ingest(inputs: Sequence[str], index: str) -> dict[str, Any]:
    """One ingest from nothing and one of the same again, each in a process of its own."""
    first, summary, peak = _timed([COMMAND, "ingest", "--index", index, "--json", *inputs])
    again, repeated, _ = _timed([COMMAND, "ingest", "--index", index, "--json", *inputs])
    return {
        "wall_s": first,
        "again_wall_s": again,
        "peak_memory_mb": peak,
        "summary": _counts(summary),
        "again_summary": _counts(repeated),
    }


def _counts(summary: str) -> dict[str, Any]:
    """Return what an ingest said, without the places of this machine."""
    places = ("index", "inputs", "rejects_file")
    return {key: value for key, value in json.loads(summary).items() if key not in places}


def latency(index: str) -> dict[str, Any]:
    """Milliseconds per query in a warm process, for each mode, and a matrix product as floor."""
    from config import wiring
    from config.settings import load
    from search.request import Mode, Request

    settings = load({"index": index}).settings
    search = wiring.hybrid_search(settings)
    scanned = wiring.open_index(settings)
    articles = list(scanned.scan(Request("").filters))
    titles = [a.title for a in articles if a.title][:: max(1, len(articles) // QUERIES)]
    queries = titles[:QUERIES]
    figures: dict[str, Any] = {"questions": len(queries)}
    for mode in Mode:
        requests = [Request(query, mode=mode) for query in queries]
        figures[str(mode)] = _percentiles(
            [_milliseconds(partial(search.search, r)) for r in requests]
        )
    passages = scanned.stats().passages
    matrix = np.random.default_rng(0).standard_normal((passages, scanned.identity.dimension))
    matrix = matrix.astype(np.float32)
    floor = _percentiles([_milliseconds(lambda: np.argmax(matrix @ matrix[0])) for _ in range(50)])
    return {**figures, "numpy_exact_product": floor}


def size(index: str) -> dict[str, Any]:
    """Bytes on disk, in all and a passage."""
    _, status, _ = _timed([COMMAND, "status", "--index", index, "--json"])
    stats = json.loads(status)
    return {
        "bytes": stats["size_bytes"],
        "passages": stats["passages"],
        "bytes_a_passage": stats["size_bytes"] / max(1, stats["passages"]),
    }


def _median_wall(command: Sequence[str]) -> float:
    _timed(command)  # compiles the modules where they are not yet
    return statistics.median(_timed(command)[0] for _ in range(STARTS))


def _timed(command: Sequence[str]) -> tuple[float, str, float]:
    """Wall seconds, stdout, and the largest resident size of any child so far in MB."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("POLYWIRE_")}
    # As after an ordinary installation, which compiles every module.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "polywire-bytecode")
    began = time.perf_counter()
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    wall = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return round(wall, 3), run.stdout, round(peak, 1)


def _milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    return {
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
    }


if __name__ == "__main__":
    main()
