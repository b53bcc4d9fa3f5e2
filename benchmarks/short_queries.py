"""Queries of one or two words, as people type them, with what is right.

Headlines and questions are long; what is asked most is not. Three collections of judged queries:

* subjects of the sample corpus in its 14 languages (`subjects.tsv`): right is every article on one
  of the events of a subject, or with background on one;
* subjects on which the sample corpus has nothing, in the same languages (`absent.tsv`);
* the one and the two rarest words of headlines of the news. Right are the versions of the article,
  itself included: no other story in its language has the rarest of the words.
"""

from __future__ import annotations

import csv
import json
import lzma
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from benchmarks.retrieval_sample import SAMPLE
from search.analysis.analyzer import terms_of
from search.analysis.folding import fold
from search.analysis.languages import language
from search.analysis.words import pieces
from search.embedding.static import COMPACT_FOLDER
from search.evaluation.judgements import Judgements
from search.evaluation.topics import Topic

SUBJECTS = Path(__file__).with_name("subjects.tsv")
ABSENT = Path(__file__).with_name("absent.tsv")

SHORTEST, SHORTEST_OF_RUN = 4, 2
"""Letters of a word that is asked for, and of one in a script without spaces."""


def subjects() -> tuple[list[Topic], Judgements]:
    """Return a query per subject and language; the articles are those of the sample corpus."""
    articles = [
        json.loads(line)["meta"] | {"id": json.loads(line)["id"]}
        for line in (SAMPLE / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    topics: list[Topic] = []
    judgements: dict[str, dict[str, int]] = {}
    with SUBJECTS.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t")):
            events = set(row.pop("events").split())
            right = {
                one["id"]: 1
                for one in articles
                if one.get("event") in events or events.intersection(one.get("background", ()))
            }
            for lang, query in row.items():
                topics.append(Topic(f"subject-{number}.{lang}", query, lang))
                judgements[topics[-1].id] = right
    return topics, judgements


def absent() -> tuple[list[Topic], Judgements]:
    """Return a query per absent subject and language; nothing is right for any."""
    with ABSENT.open(encoding="utf-8", newline="") as file:
        topics = [
            Topic(f"absent-{number}.{lang}", query, lang)
            for number, row in enumerate(csv.DictReader(file, delimiter="\t"))
            for lang, query in row.items()
        ]
    return topics, {}


def rarest_words(path: Path, every: int) -> tuple[list[Topic], Judgements]:
    """Return the rarest word, and the two rarest, of the headlines of every nth story.

    Left out are headlines without a word that no other story in their language has.
    """
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    stories: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    having: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    cut = _Words()

    def stem(word: str, lang: str) -> tuple[str, str]:
        return lang, " ".join(terms_of(word, lang))

    for article in articles:
        stories[article["story"]].append(article)
        for text in (article["title"], *article["paragraphs"]):
            for word in cut(text, article["lang"]):
                having[stem(word, article["lang"])].add(article["story"])
    topics: list[Topic] = []
    judgements: dict[str, dict[str, int]] = {}
    for name in sorted(stories)[::every]:
        right = {article["id"]: 1 for article in stories[name]}
        for article in stories[name]:
            lang = article["lang"]
            rarity = {word: len(having[stem(word, lang)]) for word in cut(article["title"], lang)}
            rarest = sorted(rarity, key=rarity.__getitem__)[:2]
            if not rarest or rarity[rarest[0]] > 1:
                continue
            title = article["title"]
            for words in {tuple(rarest[:1]), tuple(sorted(rarest, key=title.find))}:
                topics.append(Topic(f"{article['id']} {len(words)}", " ".join(words), lang))
                judgements[topics[-1].id] = right
    return topics, judgements


class _Words:
    """Cuts texts into words that say something; runs without spaces as the model does."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(COMPACT_FOLDER / "tokenizer.json"))

    def __call__(self, text: str, lang: str) -> Iterator[str]:
        stopwords = language(lang).stopwords
        for piece in pieces(text):
            if not piece.is_run:
                if len(piece.text) >= SHORTEST and fold(piece.text) not in stopwords:
                    yield piece.text
                continue
            for start, end in self._tokenizer.encode(piece.text, add_special_tokens=False).offsets:
                if end - start >= SHORTEST_OF_RUN:
                    yield piece.text[start:end]
