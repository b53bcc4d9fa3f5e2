"""Whether one word, as people type it, finds the same concept in other languages.

    python -m benchmarks.retrieval_concepts [--model FOLDER] [--record]

`concepts.tsv` has a hundred concepts of the news in fourteen languages. Each word is a query in one
language, and all concepts in another are candidates, by vectors alone. Whoever builds a model may
look at the odd rows; the figures to be quoted are of the even ones.
"""

from __future__ import annotations

import argparse
import csv
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.embedding.__main__ import load
from benchmarks.record import record
from search.embedding.port import Embedder
from search.embedding.static import COMPACT_FOLDER

CONCEPTS = Path(__file__).with_name("concepts.tsv")


def concepts() -> Mapping[str, Sequence[str]]:
    """Read the words: language -> one per concept, in the same order."""
    with CONCEPTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {lang: [row[lang] for row in rows] for lang in rows[0]}


def ranks(embedder: Embedder, words: Mapping[str, Sequence[str]]) -> Mapping[str, list[int]]:
    """Return the rank of the right concept, by "language>language", in the order of concepts."""
    asked = {lang: np.asarray(embedder.embed_queries(texts)) for lang, texts in words.items()}
    held = {lang: np.asarray(embedder.embed_paragraphs(texts)) for lang, texts in words.items()}
    found: dict[str, list[int]] = {}
    for one, queries in asked.items():
        for other, candidates in held.items():
            if one != other:
                cosines = queries @ candidates.T
                right = np.diagonal(cosines)[:, None]
                found[f"{one}>{other}"] = (1 + (cosines > right).sum(axis=1)).tolist()
    return found


def figures(found: Mapping[str, Sequence[int]], first: int) -> dict[str, Any]:
    """Return means over pairs, and by language of the query, of every second concept."""
    chosen = {pair: of_pair[first::2] for pair, of_pair in found.items()}
    first_ones = {
        pair: statistics.mean(rank == 1 for rank in ranks) for pair, ranks in chosen.items()
    }
    return {
        "p_at_1": round(statistics.mean(first_ones.values()), 4),
        "mrr": round(statistics.mean(1 / rank for each in chosen.values() for rank in each), 4),
        "p_at_1_by_language": {
            lang: round(statistics.mean(v for p, v in first_ones.items() if p.startswith(lang)), 4)
            for lang in dict.fromkeys(pair.partition(">")[0] for pair in found)
        },
    }


def main() -> None:
    """Measure, print, and store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", default=str(COMPACT_FOLDER))
    parser.add_argument("--record", action="store_true")
    chosen = parser.parse_args()
    embedder = load(chosen.model)
    found = ranks(embedder, concepts())
    shown = {"odd": figures(found, 0), "even": figures(found, 1)}
    for half, of_half in shown.items():
        print(half, of_half)
    if chosen.record:
        model = {"name": embedder.name, "fingerprint": embedder.fingerprint}
        record(f"retrieval_concepts_{embedder.name}", "concepts.tsv", {"model": model, **shown})


if __name__ == "__main__":
    main()
