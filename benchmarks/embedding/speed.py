"""How fast a static model's folder loads and embeds, and what it weighs."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from search.embedding.port import Embedder

WORDS = 60
PARAGRAPHS = 10_000
RUNS = 5

_COLD = """
import sys, time
from pathlib import Path
import numpy
began = time.perf_counter()
from search.embedding.static import StaticEmbedder
StaticEmbedder.load(Path(sys.argv[1]), "model").embed_queries(["election"])
print(time.perf_counter() - began)
"""


def measure(embedder: Embedder, folder: Path, texts: list[str]) -> dict[str, Any]:
    """Paragraphs of sixty words a second on all cores, cold load in a fresh process, megabytes."""
    words = " ".join(texts).split()
    paragraphs = [
        " ".join(words[start : start + WORDS]) for start in range(0, len(words) - WORDS, WORDS)
    ][:PARAGRAPHS]
    embedder.embed_paragraphs(paragraphs[:500])
    walls, used = [], []
    for _ in range(RUNS):
        began, busy = time.perf_counter(), _processor_seconds()
        embedder.embed_paragraphs(paragraphs)
        walls.append(time.perf_counter() - began)
        used.append(_processor_seconds() - busy)
    loads = [_cold_load(folder) for _ in range(RUNS)]
    return {
        "paragraphs_a_second": round(len(paragraphs) / min(walls)),
        "paragraphs_a_processor_second": round(len(paragraphs) / min(used)),
        "words_a_paragraph": WORDS,
        "cold_load_s_best": round(min(loads), 3),
        "cold_load_s_median": round(statistics.median(loads), 3),
        "megabytes": round(
            sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6, 1
        ),
    }


def _cold_load(folder: Path) -> float:
    run = subprocess.run(
        [sys.executable, "-c", _COLD, str(folder)], capture_output=True, text=True, check=True
    )
    return float(run.stdout)


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
