"""BASIL: 70 events of which three outlets wrote independently, as a collection of judged queries.

Each headline is a query in English; right are the articles of the two other outlets on its event.
Needs ../shared/formats/stories.
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.retrieval import SHARED
from search.evaluation.judgements import Judgements
from search.evaluation.topics import Topic

ARTICLES = SHARED / "formats" / "stories" / "basil.jsonl.xz"


def read() -> list[dict[str, Any]]:
    """Read the articles."""
    with lzma.open(ARTICLES, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def headlines() -> tuple[list[Topic], Judgements]:
    """Return a query per article, which is kept out of its answer."""
    articles = read()
    events: defaultdict[str, list[str]] = defaultdict(list)
    for one in articles:
        events[one["story"]].append(one["id"])
    topics = [
        Topic(one["id"], one["title"], one["lang"], exclude_ids=frozenset({one["id"]}))
        for one in articles
    ]
    judged = {
        one["id"]: {other: 1 for other in events[one["story"]] if other != one["id"]}
        for one in articles
    }
    return topics, judged


def write_articles(path: Path) -> Path:
    """Write the articles as `polywire ingest` reads them."""
    with path.open("w", encoding="utf-8") as file:
        for one in read():
            known = {key: one[key] for key in ("id", "title", "paragraphs", "lang")}
            file.write(json.dumps({**known, "published": one["date"]}) + "\n")
    return path
