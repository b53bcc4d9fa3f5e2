"""What every system is measured by, in the environment that it is installed in.

So nothing is imported but the standard library. A file of a system has a class with
`ingest(articles)` and `search(query, count)`, made with the folder that it may write to and the
folder of the embedding model, and ends with `run(ThatClass)`. Called as

    python -m benchmarks.peers.NAME ingest|again|cold|search FOLDER MODEL FILE

it prints a JSON object. FILE has articles or queries, a JSON object per line.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from benchmarks.peers import server

COUNT = 100
"""Articles that a ranking is judged by."""

PAGE, TIMED = 10, 100
"""Articles that a person asks for, which is what is timed, and queries that are."""

WARM_UP, WARM_UP_S = 10, 20.0
"""Queries before those that are timed, at least, and for how long others are asked before them: a
Java server that has been searched ten times is not warm."""


class System(Protocol):
    """A system that stores articles and finds them again, in the same and in other processes."""

    def ingest(self, articles: list[dict[str, Any]]) -> None:
        """Store articles (`id`, `title`, `paragraphs`, `lang`) in place of those of their ids."""
        ...

    def search(self, query: str, count: int) -> list[str]:
        """Return the ids of articles, best first."""
        ...


def passages(article: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the headline and the paragraphs, each with an id that begins with the article's.

    Not those without a letter or digit, such as "...": they have no vector, and txtai cannot divide
    by the length of one.
    """
    texts = [article["title"], *article["paragraphs"]]
    said = [(n, text) for n, text in enumerate(texts) if any(map(str.isalnum, text))]
    return [(f"{article['id']}#{n}", text) for n, text in said]


def articles_of(passage_ids: Iterable[str], count: int) -> list[str]:
    """Return the articles of passages, best first, each once."""
    found = dict.fromkeys(one.rpartition("#")[0] for one in passage_ids)
    return list(found)[:count]


def fused(rankings: Iterable[list[str]], k: int = 60) -> list[str]:
    """Fuse rankings by reciprocal rank (Cormack, Clarke and Buettcher 2009)."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, one in enumerate(ranking, 1):
            scores[one] = scores.get(one, 0.0) + 1 / (k + rank)
    return sorted(scores, key=lambda one: -scores[one])


def run(system: Callable[[Path, Path], System]) -> None:
    """Do what the command line says."""
    action, folder, model, file = sys.argv[1:5]
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    if action in ("ingest", "again"):
        found = _ingested(lambda: system(Path(folder), Path(model)), records)
    else:
        most = 1 if action == "cold" else len(records)
        found = _searched(lambda: system(Path(folder), Path(model)), records[:most])
    sys.stdout.write(json.dumps(found) + "\n")


def _ingested(made: Callable[[], System], articles: list[dict[str, Any]]) -> dict[str, Any]:
    wall, processor = time.perf_counter(), _processor_s()
    made().ingest(articles)
    return {
        "seconds": time.perf_counter() - wall,
        "processor_s": _processor_s() - processor,
        "peak_mb": _peak_mb(),
    }


def _searched(made: Callable[[], System], queries: list[dict[str, Any]]) -> dict[str, Any]:
    """Time pages of ten, then fetch the rankings: nothing that is timed was asked before."""
    opened = made()
    asked = [query["query"] for query in queries]
    timed, others = asked[:TIMED], asked[TIMED:]
    began = time.perf_counter()
    for number, query in enumerate(others):
        if number >= WARM_UP and time.perf_counter() - began > WARM_UP_S:
            break
        opened.search(query, PAGE)
    times, processor = [], _processor_s()
    for query in timed:
        wall = time.perf_counter()
        opened.search(query, PAGE)
        times.append((time.perf_counter() - wall) * 1000)
    used = (_processor_s() - processor) * 1000 / len(times)
    rankings = (
        {query["id"]: opened.search(query["query"], COUNT) for query in queries} if others else {}
    )
    return {"rankings": rankings, "ms": times, "processor_ms": used, "peak_mb": _peak_mb()}


def _processor_s() -> float:
    """Return the processor time of this process, of its children, and of the server if any."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    here = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    return here + server.processor_s()


def _peak_mb() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
