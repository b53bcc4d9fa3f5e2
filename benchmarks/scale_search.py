"""What searching one index costs, beside a scan of its vectors: a process of `benchmarks.scale`.

    python -m benchmarks.scale_search INDEX ARTICLES.jsonl HEADLINES.json ROUNDS

Prints one JSON document. Times are medians of all headlines and rounds, in milliseconds, of a warm
process; processor time is that of all its threads. Each round goes through all headlines with one
kind of search after the other. The floor is what any exact search by meaning does at least: a
product of the query's vector with all vectors in numpy, and the best of it.
"""

from __future__ import annotations

import itertools
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from config import wiring
from config.settings import load
from search.embedding.port import Embedder
from search.index.embedded.driver import lance
from search.index.embedded.rows import vectors_of
from search.index.embedded.table import Dataset
from search.index.filters import Filters
from search.index.port import SearchIndex
from search.ranking.scoring import EVIDENCE
from search.request import Request
from search.retrieval.hybrid import HybridSearch
from search.retrieval.legs import LEGS, LegKind

MONTH = datetime(2020, 6, 1, tzinfo=UTC), datetime(2020, 7, 1, tzinfo=UTC)
"""One of the 120 months of `benchmarks.scale_articles`."""

EMBEDDED = 10_000
"""Passages that the model alone embeds, as the floor of ingesting them."""

READ = 16_384
"""Rows that are read at once, so that the floor's matrix is in memory once and not twice."""

Kind = Callable[[str], object]
"""Searches for one headline."""


def main() -> None:
    """Measure and print."""
    index, articles, headlines, rounds = sys.argv[1:]
    queries = json.loads(Path(headlines).read_text(encoding="utf-8"))
    figures = measured(index, queries, int(rounds))
    print(json.dumps(figures | embedding(Path(articles))))


def measured(folder: str, queries: Sequence[str], rounds: int) -> dict[str, Any]:
    """Warm the process and read its memory before the vectors of the floor come into it."""
    settings = load({"index": folder}).settings
    model = wiring.embedder(settings)
    vectors = dict(zip(queries, model.embed_queries(queries), strict=True))
    without_index = peak_mb()
    index = wiring.open_index(settings, model)
    search = wiring.search_over(index, model, settings)
    kinds = searches(search) | legs(search, vectors)
    for kind, query in itertools.product(kinds.values(), queries):
        kind(query)
    figures = {"peak_mb": peak_mb(), "peak_without_index_mb": without_index}
    matrix = all_vectors(folder, index.identity.dimension)
    stats, stored = index.stats(), stored_vectors(folder)
    vector = stored.schema.field("vector").type

    def floor(query: str) -> object:
        return np.argpartition(matrix @ vectors[query], -search.fusion.pool)

    kinds |= {"embedding": lambda query: model.embed_queries([query]), "floor": floor}
    return {
        **figures,
        **times(kinds, queries, rounds),
        "filters": {name: str(value) for name, value in common(index).items()},
        "articles": stats.articles,
        "passages": stats.passages,
        "bytes": stats.size_bytes,
        "vector_index": stats.vector_index,
        "vector_bytes": vector.list_size * vector.value_type.bit_width // 8,
        "data_files": len(stored.get_fragments()),
    }


def searches(search: HybridSearch) -> dict[str, Kind]:
    """Return whole searches: without a filter, and with each."""
    values = common(search.index)
    filters = {
        "hybrid": Filters(),
        "hybrid_lang": Filters(langs=frozenset({values["lang"]})),
        "hybrid_source": Filters(sources=frozenset({values["source"]})),
        "hybrid_month": Filters(after=MONTH[0], before=MONTH[1]),
    }

    def kind(chosen: Filters) -> Kind:
        return lambda query: search.search(Request(query, chosen))

    return {name: kind(chosen) for name, chosen in filters.items()}


def legs(search: HybridSearch, vectors: Mapping[str, NDArray[np.float32]]) -> dict[str, Kind]:
    """Return each leg by itself, as deep as a search goes; nothing runs where it has nothing."""

    def kind(leg: LegKind) -> Kind:
        def one(query: str) -> object:
            asked = leg.ask(Request(query), vectors[query][np.newaxis])
            return asked and search.index.retrieve(
                (asked,), Filters(), search.fusion.pool, EVIDENCE
            )

        return one

    return {f"{name}_leg": kind(leg) for name, leg in LEGS.items()}


def common(index: SearchIndex) -> dict[str, str]:
    """Return the language and the source of most articles: filters that let much pass."""
    return {
        facet.field: max(facet.counts, key=lambda counted: counted[1])[0]
        for facet in index.facets(("lang", "source"), Filters())
    }


def times(kinds: Mapping[str, Kind], queries: Sequence[str], rounds: int) -> dict[str, Any]:
    """Return medians by the name of each kind."""
    processor: dict[str, list[float]] = {name: [] for name in kinds}
    wall: dict[str, list[float]] = {name: [] for name in kinds}
    for _, (name, kind), query in itertools.product(range(rounds), kinds.items(), queries):
        began, clock = time.process_time(), time.perf_counter()
        kind(query)
        processor[name].append((time.process_time() - began) * 1000)
        wall[name].append((time.perf_counter() - clock) * 1000)
    return {
        "processor_ms": {
            name: round(statistics.median(each), 2) for name, each in processor.items()
        },
        "wall_ms": {name: round(statistics.median(each), 2) for name, each in wall.items()},
    }


def stored_vectors(folder: str) -> Dataset:
    """Open the only generation of an index."""
    (generation,) = (Path(folder) / "generations").glob("*.lance")
    return lance.dataset(str(generation))


def all_vectors(folder: str, dimension: int) -> NDArray[np.float32]:
    """Return the vectors of an index: shape (passages, dimension)."""
    dataset = stored_vectors(folder)
    matrix = np.empty((dataset.count_rows(), dimension), dtype=np.float32)
    row = 0
    for batch in dataset.to_batches(columns=["vector"], batch_size=READ):
        matrix[row : row + len(batch)] = vectors_of(pa.Table.from_batches([batch]))
        row += len(batch)
    return matrix


def embedding(articles: Path) -> dict[str, Any]:
    """Return what the model takes for the passages alone, and how long they are."""
    model: Embedder = wiring.embedder(load({}).settings)
    texts: list[str] = []
    with articles.open(encoding="utf-8") as lines:
        for document in map(json.loads, lines):
            texts += [document["title"], *document["paragraphs"]]
            if len(texts) >= EMBEDDED:
                break
    began = time.process_time()
    model.embed_paragraphs(texts)
    return {
        "embedding_s_per_1000_passages": (time.process_time() - began) / len(texts) * 1000,
        "text_bytes_per_passage": sum(len(text.encode()) for text in texts) / len(texts),
    }


def peak_mb() -> float:
    """Return the largest resident size of this process so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
