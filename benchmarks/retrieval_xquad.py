"""How well a question finds the paragraph that answers it, in 11 languages at once.

    python -m benchmarks.retrieval_xquad     # needs ../shared/eval/xquad-r

XQuAD-R (Roy et al., "LAReQA: Language-Agnostic Answer Retrieval from a Multilingual Pool",
EMNLP 2020): 240 encyclopaedic paragraphs and their questions, parallel in 11 languages. All
2,640 paragraphs are in one index, each an article of its own; a question in one language has
11 right answers, one per language. Every tenth question is a query, in all 11 languages.
"""

from __future__ import annotations

import json
import lzma
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.retrieval import SHARED, figures, ingest, measured, store
from search.evaluation.judgements import Judgements
from search.evaluation.topics import Topic

FOLDER = SHARED / "eval" / "xquad-r"
EVERY = 10


def main() -> None:
    """Measure, print, and write the figures to `results/retrieval_xquad.json` and `.md`."""
    topics, judgements = questions(FOLDER, EVERY)
    with tempfile.TemporaryDirectory() as folder:
        articles = write_articles(FOLDER, Path(folder) / "paragraphs.jsonl")
        settings = ingest(articles, Path(folder) / "index")
        found = figures(measured(settings, topics, judgements))
    store("retrieval_xquad", "XQuAD-R, question to paragraph in 11 languages", found)


def write_articles(folder: Path, path: Path) -> Path:
    """Write every paragraph of every language as an article without a headline."""
    with path.open("w", encoding="utf-8") as file:
        for lang, number, paragraph in _paragraphs(folder):
            article = {
                "id": _identifier(number, lang),
                "lang": lang,
                "paragraphs": [paragraph["context"]],
            }
            file.write(json.dumps(article, ensure_ascii=False) + "\n")
    return path


def questions(folder: Path, every: int) -> tuple[list[Topic], Judgements]:
    """Return every nth question in all languages, each right in the paragraph it was made for."""
    topics: list[Topic] = []
    judgements: dict[str, dict[str, int]] = {}
    counted: defaultdict[str, int] = defaultdict(int)
    langs = sorted(path.name.partition(".")[0] for path in folder.glob("*.json.xz"))
    for lang, number, paragraph in _paragraphs(folder):
        for question in paragraph["qas"]:
            counted[lang] += 1
            if counted[lang] % every == 0:
                identifier = f"{question['id']}-{lang}"
                topics.append(Topic(identifier, question["question"], lang))
                judgements[identifier] = {_identifier(number, other): 1 for other in langs}
    return topics, judgements


def _paragraphs(folder: Path) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for path in sorted(folder.glob("*.json.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            entries = json.load(file)["data"]
        paragraphs = [paragraph for entry in entries for paragraph in entry["paragraphs"]]
        for number, paragraph in enumerate(paragraphs):
            yield path.name.partition(".")[0], number, paragraph


def _identifier(number: int, lang: str) -> str:
    return f"{number:03}-{lang}"


if __name__ == "__main__":
    main()
