"""How well the queries of the sample corpus find its articles: what CI holds the search to.

python -m benchmarks.retrieval_sample
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.retrieval import figures, ingest, measured, store
from search.evaluation.judgements import read_judgements
from search.evaluation.topics import read_topics

SAMPLE = Path(__file__).parents[1] / "indexer" / "sample"


def main() -> None:
    """Measure, print, and write the figures to `results/retrieval_sample.json` and `.md`."""
    topics = read_topics(SAMPLE / "topics.jsonl")
    judgements = read_judgements(SAMPLE / "qrels.txt")
    with tempfile.TemporaryDirectory() as folder:
        settings = ingest(SAMPLE / "articles.jsonl", Path(folder) / "index")
        found = figures(measured(settings, topics, judgements))
    store("retrieval_sample", "sample corpus: 106 articles, 79 questions", found)


if __name__ == "__main__":
    main()
