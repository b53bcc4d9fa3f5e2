"""Whether a headline finds its article's versions in other languages: the vector leg alone.

All 2,375 articles of the WMT 2021-2024 news test sets; an article's score is that of its best
paragraph, the headline being one. The article itself is left out, its versions in one other
language are right. Hybrid figures through the whole search layer: `benchmarks.retrieval_news`.
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.embedding.ranks import ndcg
from search.embedding.port import Embedder

LIMIT = 10


def measure(embedder: Embedder, path: Path) -> dict[str, Any]:
    """nDCG@10 and recall@10 overall and by pair of languages, among articles of one language."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    languages = np.asarray([article["lang"] for article in articles])
    stories = np.asarray([article["story"] for article in articles])
    scores = _article_scores(embedder, articles)
    np.fill_diagonal(scores, -np.inf)
    anywhere: list[tuple[float, float]] = []
    by_pair: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, article in enumerate(articles):
        right = (stories == article["story"]) & (np.arange(len(articles)) != number)
        if right.any():
            anywhere.append(_found(scores[number], right))
        for language in sorted(set(languages[right]) - {article["lang"]}):
            there = languages == language
            found = _found(scores[number][there], right[there])
            by_pair[f"{article['lang']}>{language}"].append(found)
    return {
        "all_languages_at_once": _means(anywhere),
        "pairs": {pair: _means(values) for pair, values in sorted(by_pair.items())},
    }


def _article_scores(embedder: Embedder, articles: list[dict[str, Any]]) -> Any:  # noqa: ANN401
    texts = [[article["title"], *article["paragraphs"]] for article in articles]
    begins = np.cumsum([0, *map(len, texts[:-1])])
    passages = embedder.embed_paragraphs([text for group in texts for text in group])
    titles = embedder.embed_queries([article["title"] for article in articles])
    return np.maximum.reduceat(titles @ passages.T, begins, axis=1)


def _found(scores: Any, right: Any) -> tuple[float, float]:  # noqa: ANN401
    best = np.argsort(-scores, kind="stable")[:LIMIT]
    total = int(right.sum())
    return ndcg(right[best], total, LIMIT), float(right[best].sum() / min(total, LIMIT))


def _means(values: list[tuple[float, float]]) -> dict[str, float]:
    gains, recalls = np.asarray(values).mean(axis=0)
    return {
        "nDCG@10": round(float(gains), 4),
        "R@10": round(float(recalls), 4),
        "questions": len(values),
    }
