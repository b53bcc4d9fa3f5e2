"""How fast a static model's folder loads and embeds, and what it weighs."""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from search.embedding.static import StaticEmbedder

WORDS = 60
RUNS = 5

_COLD = """
import sys, time
from pathlib import Path
import numpy
began, busy = time.perf_counter(), time.process_time()
from search.embedding.static import StaticEmbedder
StaticEmbedder.load(Path(sys.argv[1]), "model").embed_queries(["election"])
print(time.perf_counter() - began, time.process_time() - busy)
"""


def measure(folder: Path, texts: Mapping[str, list[str]]) -> dict[str, Any]:
    """Paragraphs of sixty words a second on all cores, cold load in fresh processes, megabytes.

    `texts` are news passages by language. Half of the paragraphs of each set are embedded first,
    so that the memory for words is as warm as in any ingest; the other half is timed.
    """
    everything = [text for language in sorted(texts) for text in texts[language]]
    loads = [_cold_load(folder) for _ in range(RUNS)]
    return {
        "english": _throughput(folder, texts["en"]),
        "thirteen_languages": _throughput(folder, everything),
        "words_a_paragraph": WORDS,
        "cold_load_s_best": round(min(wall for wall, _ in loads), 3),
        "cold_load_s_median": round(statistics.median(wall for wall, _ in loads), 3),
        "cold_load_processor_s_best": round(min(busy for _, busy in loads), 3),
        "megabytes": round(
            sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6, 1
        ),
    }


def _throughput(folder: Path, texts: list[str]) -> dict[str, int]:
    words = " ".join(texts).split()
    paragraphs = [
        " ".join(words[start : start + WORDS]) for start in range(0, len(words) - WORDS, WORDS)
    ]
    random.Random(1).shuffle(paragraphs)  # noqa: S311 - the same order on every run
    half = len(paragraphs) // 2
    walls, used = [], []
    for _ in range(RUNS):
        embedder = StaticEmbedder.load(folder, "measured")
        embedder.embed_paragraphs(paragraphs[:half])
        began, busy = time.perf_counter(), _processor_seconds()
        embedder.embed_paragraphs(paragraphs[half:])
        walls.append(time.perf_counter() - began)
        used.append(_processor_seconds() - busy)
    timed = len(paragraphs) - half
    return {
        "paragraphs": timed,
        "a_second": round(timed / min(walls)),
        "a_processor_second": round(timed / min(used)),
    }


def _cold_load(folder: Path) -> tuple[float, float]:
    """Wall and processor seconds from import to the first vector, numpy loaded before."""
    run = subprocess.run(
        [sys.executable, "-c", _COLD, str(folder)], capture_output=True, text=True, check=True
    )
    wall, busy = map(float, run.stdout.split())
    return wall, busy


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
