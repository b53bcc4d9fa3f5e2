"""Whether a sentence finds its translation among 2,000, by language, on sentences held out.

Two kinds of pools. *News*: passages of the WMT 2021-2024 articles, never trained on; where an
article and its English version have equally many paragraphs, the nth translates the nth.
*Held out*: what `benchmarks.compact_model.corpus` sets aside of each training source; the pool
is filled up to 2,000 with other held-out English sentences. The query is always in the other
language, the pool in English.
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.compact_model.corpus import PIVOT, Row
from benchmarks.embedding.ranks import ranks, share_within
from search.embedding.port import Embedder

POOL = 2_000
QUERIES = 1_000
FEWEST = 50
"""Pairs below which a language is not reported."""
SHORTEST = 40
"""Characters of the English passage: agency tags and bylines are no sentences."""

Pairs = dict[str, list[tuple[str, str]]]
"""By language: (English, translation), no English text twice."""


def held_out(rows: Iterable[Row], sources: Sequence[str]) -> Pairs:
    """The held-out rows of some sources, by the language that is not English."""
    chosen: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row.source in sources and not _romanised(row):
            chosen[row.languages[1]].setdefault(*row.texts)
    return {language: list(pairs.items()) for language, pairs in chosen.items()}


def _romanised(row: Row) -> bool:
    """Whether an Arabic text is in Latin letters: FLORES has each sentence in both scripts."""
    letters = [c for c in row.texts[1] if c.isalpha()]
    return row.languages[1] == "ar" and 2 * sum(c.isascii() for c in letters) > len(letters)


def news(path: Path) -> Pairs:
    """Aligned passages of the WMT news articles."""
    stories: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            stories[article["story"]].setdefault(article["lang"], article["paragraphs"])
    chosen: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for versions in stories.values():
        english = versions.get(PIVOT, [])
        for language, paragraphs in versions.items():
            if language != PIVOT and len(paragraphs) == len(english):
                for pair in zip(english, paragraphs, strict=True):
                    if len(pair[0]) >= SHORTEST:
                        chosen[language].setdefault(*pair)
    return {language: list(pairs.items()) for language, pairs in chosen.items()}


def passages(path: Path) -> dict[str, list[str]]:
    """Every passage of the WMT news articles, by language."""
    chosen: defaultdict[str, list[str]] = defaultdict(list)
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            chosen[article["lang"]].extend(article["paragraphs"])
    return dict(chosen)


def measure(embedder: Embedder, pairs: Pairs) -> dict[str, Any]:
    """Precision at 1 by language, with the number of queries and the size of the pool."""
    everything = list(dict.fromkeys(e for rows in pairs.values() for e, _ in rows))
    vectors = embedder.embed_paragraphs(everything)
    place = {text: number for number, text in enumerate(everything)}
    rng = np.random.default_rng(0)
    figures: dict[str, Any] = {}
    for language in sorted(pairs):
        rows = pairs[language]
        if len(rows) < FEWEST:
            continue
        queries = [rows[n] for n in sorted(rng.permutation(len(rows))[:QUERIES])]
        right = np.asarray([place[english] for english, _ in queries])
        others = rng.permutation(np.setdiff1d(np.arange(len(everything)), right))
        pool = np.concatenate([right, others[: POOL - len(right)]])
        scores = embedder.embed_queries([text for _, text in queries]) @ vectors[pool].T
        found = ranks(scores, np.arange(len(queries)))
        figures[language] = {
            "P@1": round(share_within(found, 1), 4),
            "queries": len(queries),
            "pool": len(pool),
        }
    return figures
