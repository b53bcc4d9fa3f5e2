"""How well a headline finds its article's versions in other languages, among 2,375 articles.

    python -m benchmarks.retrieval_news      # needs ../shared/news

Real news of 13 languages (WMT 2021-2024 test sets): articles of one story are translations of
one another. The headline of an article is the query; the article itself is excluded, its
versions in other languages are right, everything else is wrong. All articles of every third story
are queries, in the order of the stories' names. Each leg alone, and both fused.
"""

from __future__ import annotations

import json
import lzma
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.retrieval import SHARED, figures, ingest, measured, store
from search.evaluation.judgements import Judgements
from search.evaluation.topics import Topic

NEWS = SHARED / "news" / "wmt-news.jsonl.xz"
EVERY = 3


def main() -> None:
    """Measure, print, and write the figures to `results/retrieval_news.json` and `.md`."""
    topics, judgements = headlines(NEWS, EVERY)
    with tempfile.TemporaryDirectory() as folder:
        settings = ingest(NEWS, Path(folder) / "index")
        found = figures(measured(settings, topics, judgements))
    store("retrieval_news", "WMT news test sets 2021-2024, headline to versions", found)


def headlines(path: Path, every: int) -> tuple[list[Topic], Judgements]:
    """Return the headlines of the articles of every nth story, and the versions of each."""
    stories: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            stories[article["story"]].append(article)
    topics: list[Topic] = []
    judgements: dict[str, dict[str, int]] = {}
    for name in sorted(stories)[::every]:
        for article in stories[name]:
            identifier = article["id"]
            own = frozenset({identifier})
            topics.append(Topic(identifier, article["title"], article["lang"], own))
            judgements[identifier] = {
                other["id"]: 1 for other in stories[name] if other["id"] != identifier
            }
    return topics, judgements


if __name__ == "__main__":
    main()
