"""What stories are measured on: news in many languages, with the story of each article.

    sample     the corpus that comes with Polywire; articles on several events are no part of any
    wmt-news   translations of one article are a story; they have no dates, and arrive at random
    basil      three outlets on each of 70 events, written independently
    mixed      the two together

and the pairs of SemEval-2022 Task 8, rated by people from 1 (same story) to 4. Each is halved by a
hash of the story (of the pair), once and for all: tuning and reporting.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from search.coverage.stories.features import Read, featured
from search.embedding.port import Embedder
from search.index.model import Article, EmbeddedArticle, Passage

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
SAMPLE = ROOT / "indexer/sample/articles.jsonl"
NEWS = SHARED / "news/wmt-news.jsonl.xz"
BASIL = SHARED / "formats/stories/basil.jsonl.xz"
SEMEVAL = SHARED / "formats/stories/semeval2022-pairs.jsonl.xz"

HALVES = ("tuning", "reported")
COMPARED = 7


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An article as it arrives, and the story that it belongs to."""

    id: str
    story: str
    lang: str
    read: Read


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two articles, and what people say of them: 1 is the same story, 4 another one."""

    id: str
    left: Item
    right: Item
    rating: float


def half(name: str) -> str:
    """Say which half something belongs to."""
    return HALVES[hashlib.sha256(name.encode()).digest()[0] % 2]


def collections(model: Embedder) -> dict[str, dict[str, list[Item]]]:
    """Return the articles of each collection in their order of arrival, by half."""
    read = {
        "sample": read_items(model, _sample()),
        "wmt-news": read_items(model, _lines(NEWS)),
        "basil": read_items(model, _lines(BASIL)),
    }
    read["mixed"] = [*read["wmt-news"], *read["basil"]]
    random.Random(1).shuffle(read["wmt-news"])  # noqa: S311 - the same order every time
    random.Random(2).shuffle(read["mixed"])  # noqa: S311
    return {
        name: {side: [one for one in items if half(one.story) == side] for side in HALVES}
        for name, items in read.items()
    }


def pairs(model: Embedder) -> dict[str, list[Pair]]:
    """Return the pairs of SemEval, by half."""
    rows = list(_lines(SEMEVAL))
    texts = {row[side]["id"]: row[side] for row in rows for side in "ab"}
    read = [
        {"id": key, "lang": one["lang"], "title": text[0], "paragraphs": text[1:] or text[:1]}
        for key, one in texts.items()
        for text in [[line for line in one["text"].split("\n") if line.strip()] or ["-"]]
    ]
    items = {one.id: one for one in read_items(model, read)}
    made = [
        Pair(row["pair"], items[row["a"]["id"]], items[row["b"]["id"]], float(row["overall"]))
        for row in rows
    ]
    return {side: [one for one in made if half(one.id) == side] for side in HALVES}


def embedded(model: Embedder, rows: Sequence[dict[str, Any]]) -> Iterator[EmbeddedArticle]:
    """Embed the beginnings of articles."""
    articles = [_article(row) for row in rows]
    for start in range(0, len(articles), 256):
        some = articles[start : start + 256]
        texts = [passage.text for one in some for passage in one.passages]
        vectors = model.embed_paragraphs(texts)
        at = 0
        for one in some:
            yield EmbeddedArticle(one, vectors[at : at + len(one.passages)])
            at += len(one.passages)


def read_items(
    model: Embedder, rows: Iterator[dict[str, Any]] | list[dict[str, Any]]
) -> list[Item]:
    """Embed articles, and read their features."""
    rows = list(rows)
    return [
        Item(one.article.id, str(row.get("story")), one.article.lang, featured(one))
        for row, one in zip(rows, embedded(model, rows), strict=True)
    ]


def _article(row: dict[str, Any]) -> Article:
    texts = [text for text in row["paragraphs"] if text.strip()][:COMPARED]
    passages = [Passage(n, text, row["lang"]) for n, text in enumerate(texts, 1)]
    if row["title"]:
        passages.insert(0, Passage(0, row["title"], row["lang"]))
    day = row.get("published") or row.get("date")
    published = datetime.fromisoformat(day) if day else None
    if published is not None and published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    return Article(
        row["id"],
        row["title"],
        tuple(passages),
        row["lang"],
        row.get("source"),
        published=published,
    )


def _sample() -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["story"] = row["meta"].get("event") or row["id"]
    return sorted(rows, key=lambda row: datetime.fromisoformat(row["published"]))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
