"""The news with each article cut into two: several articles on one event in the same language."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import retrieval_news
from search.evaluation.judgements import Judgements
from search.evaluation.topics import Topic

MARK = "#"
"""Between the id of an article and the number of its half."""

FEWEST = 4
"""Paragraphs of an article that is cut; a shorter one stays whole."""

LONGEST_TITLE = 120
"""Characters of the paragraph that becomes the title of a second half."""


def write_articles(news: Path, to: Path) -> Path:
    """Write the halves as JSON Lines; the second has its first paragraph as its title."""
    with lzma.open(news, "rt", encoding="utf-8") as lines, to.open("w", encoding="utf-8") as out:
        for line in lines:
            for half in _cut(json.loads(line)):
                out.write(json.dumps(half, ensure_ascii=False) + "\n")
    return to


def headlines(news: Path, every: int) -> tuple[Sequence[Topic], Judgements]:
    """Return the headlines of every nth article; right are both halves of its versions.

    For every second of them its own halves are in the index, and right.
    """
    topics, judgements = retrieval_news.headlines(news, every)
    cut = _halves(news)
    asked: list[Topic] = []
    judged: dict[str, dict[str, int]] = {}
    for number, topic in enumerate(topics):
        own = cut[topic.id]
        right = [half for one in judgements[topic.id] for half in cut[one]]
        there = number % 2 == 1
        left_out = frozenset[str]() if there else frozenset(own)
        asked.append(replace(topic, exclude_ids=left_out))
        judged[topic.id] = dict.fromkeys([*right, *own] if there else right, 1)
    return asked, judged


def of_articles(news: Path, judgements: Judgements) -> Judgements:
    """Return what is right where articles are: their halves."""
    cut = _halves(news)
    return {
        topic: {half: grade for one, grade in judged.items() for half in cut[one]}
        for topic, judged in judgements.items()
    }


def whole(identifier: str) -> str:
    """Return the id of the article that a half, or the whole of it, was."""
    return identifier.partition(MARK)[0]


def _halves(news: Path) -> dict[str, list[str]]:
    with lzma.open(news, "rt", encoding="utf-8") as lines:
        return {one["id"]: [half["id"] for half in _cut(one)] for one in map(json.loads, lines)}


def _cut(article: dict[str, Any]) -> Iterator[dict[str, Any]]:
    paragraphs = [one for one in article["paragraphs"] if one.strip()]
    if len(paragraphs) < FEWEST:
        yield article
        return
    middle = len(paragraphs) // 2
    title = paragraphs[middle][:LONGEST_TITLE]
    first, second = paragraphs[:middle], paragraphs[middle + 1 :]
    yield {**article, "id": f"{article['id']}{MARK}1", "paragraphs": first}
    yield {**article, "id": f"{article['id']}{MARK}2", "title": title, "paragraphs": second}
