"""Queries as people type them, with what is right.

Headlines are long, and questions made for paragraphs have names in them; what is asked most is one
or two words, or a question without any name. Collections of judged queries:

* subjects of the sample corpus in its 14 languages (`subjects.tsv`): right is every article on one
  of the events of a subject, or with background on one;
* subjects on which the sample corpus has nothing, in the same languages (`absent.tsv`);
* questions without a name (`questions.tsv`), in the same languages: right is the same as of
  subjects. Nothing is right for those without an event;
* names of the sample corpus in the same languages (`names.tsv`), each searched for where no article
  is in the language of the query: right is every article on the event, or with the name in it;
* the one and the two rarest words of headlines of the news. Right are the versions of the article,
  itself included: no other story in its language has the rarest of the words;
* the rarest word of such headlines with the most frequent one, as people name a place or a person
  and what it is about (`flood Lerna`). Right is the same.
"""

from __future__ import annotations

import csv
import json
import lzma
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
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
QUESTIONS = Path(__file__).with_name("questions.tsv")
NAMES = Path(__file__).with_name("names.tsv")

ENDING, SHORTEST_NAME = 1, 4
"""Letters at the end of a name that an inflected one has otherwise, where enough are left."""

SHORTEST, SHORTEST_OF_RUN = 4, 2
"""Letters of a word that is asked for, and of one in a script without spaces."""

FREQUENT = 5
"""Stories that have the more frequent word of a named subject at least."""


def subjects() -> tuple[list[Topic], Judgements]:
    """Return a query per subject and language; the articles are those of the sample corpus."""
    return _judged(SUBJECTS, "subject")


def absent() -> tuple[list[Topic], Judgements]:
    """Return a query per absent subject and language; nothing is right for any."""
    return _judged(ABSENT, "absent")


def questions() -> tuple[list[Topic], Judgements]:
    """Return a query per question and language, of those that the sample corpus answers."""
    topics, judgements = _judged(QUESTIONS, "question")
    return [topic for topic in topics if judgements[topic.id]], judgements


def unanswered() -> tuple[list[Topic], Judgements]:
    """Return a query per question and language, of those that it does not answer."""
    topics, judgements = _judged(QUESTIONS, "question")
    return [topic for topic in topics if not judgements[topic.id]], {}


def names() -> tuple[list[Topic], Judgements]:
    """Return a query per name and language of the sample; nothing in that language is found."""
    topics, judgements = _judged(NAMES, "name")
    articles = {one["id"]: one for one in _sample()}
    spelt: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for topic in topics:
        word = topic.query
        spelt[_row(topic)][topic.lang] = word[:-ENDING] if len(word) > SHORTEST_NAME else word
    for topic in topics:
        forms = spelt[_row(topic)]
        having = [one for one, about in articles.items() if forms[about["lang"]] in about["text"]]
        judgements[topic.id] |= dict.fromkeys(having, 1)
    return in_other_languages(topics, judgements)


@cache
def events_of_names() -> Mapping[str, str]:
    """Return, by id of a query for a name, the first article on a subject that its event is of."""
    _, named = _judged(NAMES, "name")
    _, of_subjects = subjects()
    return {
        one: min(min(every) for every in of_subjects.values() if right.keys() <= every.keys())
        for one, right in named.items()
    }


def in_other_languages(
    topics: Sequence[Topic], judgements: Judgements
) -> tuple[list[Topic], Judgements]:
    """Leave out the articles of the sample in the language of each query."""
    own: defaultdict[str, set[str]] = defaultdict(set)
    for one in _sample():
        own[one["lang"]].add(one["id"])
    return (
        [replace(topic, exclude_ids=frozenset(own[str(topic.lang)])) for topic in topics],
        {
            topic.id: {
                one: grade
                for one, grade in judgements[topic.id].items()
                if one not in own[str(topic.lang)]
            }
            for topic in topics
        },
    )


def _row(topic: Topic) -> str:
    return topic.id.partition(".")[0]


def _sample() -> list[dict[str, Any]]:
    """Return of each article its id, language, all its text, and what `meta` says."""
    lines = (SAMPLE / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    read = map(json.loads, lines)
    return [
        one["meta"]
        | {"id": one["id"], "lang": one["lang"]}
        | {"text": " ".join([one["title"], *one.get("paragraphs", ()), one.get("text", "")])}
        for one in read
    ]


def _judged(path: Path, name: str) -> tuple[list[Topic], dict[str, dict[str, int]]]:
    """Read queries by language, and the events that are right."""
    articles = _sample()
    topics: list[Topic] = []
    judgements: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t")):
            events = set(row.pop("events", "").split())
            right = {
                one["id"]: 1
                for one in articles
                if one.get("event") in events or events.intersection(one.get("background", ()))
            }
            for lang, query in row.items():
                topics.append(Topic(f"{name}-{number}.{lang}", query, lang))
                judgements[topics[-1].id] = right
    return topics, judgements


def rarest_words(path: Path, every: int) -> tuple[list[Topic], Judgements]:
    """Return the rarest word, and the two rarest, of the headlines of every nth story.

    Left out are headlines without a word that no other story in their language has.
    """
    topics: list[Topic] = []
    judgements: dict[str, dict[str, int]] = {}
    for headline in _headlines(path, every):
        rarest = headline.words[:2]
        for words in {tuple(rarest[:1]), tuple(sorted(rarest, key=headline.title.find))}:
            topics.append(Topic(f"{headline.id} {len(words)}", " ".join(words), headline.lang))
            judgements[topics[-1].id] = dict.fromkeys(headline.versions, 1)
    return topics, judgements


def named_subjects(path: Path, every: int) -> tuple[list[Topic], Judgements]:
    """Return the rarest word with the most frequent, of the same headlines as `rarest_words`.

    Left out are those whose most frequent word fewer than `FREQUENT` stories have.
    """
    topics: list[Topic] = []
    judgements: dict[str, dict[str, int]] = {}
    for headline in _headlines(path, every):
        if headline.most < FREQUENT:
            continue
        words = sorted({headline.words[0], headline.words[-1]}, key=headline.title.find)
        topics.append(Topic(f"{headline.id} named", " ".join(words), headline.lang))
        judgements[topics[-1].id] = dict.fromkeys(headline.versions, 1)
    return topics, judgements


@dataclass(frozen=True, slots=True)
class _Headline:
    """Of the article `id`: its words, the rarest first, and how many stories have the last."""

    id: str
    lang: str
    title: str
    words: list[str]
    most: int
    versions: list[str]


def _headlines(path: Path, every: int) -> Iterator[_Headline]:
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
    for name in sorted(stories)[::every]:
        versions = [article["id"] for article in stories[name]]
        for article in stories[name]:
            lang, title = article["lang"], article["title"]
            rarity = {word: len(having[stem(word, lang)]) for word in cut(title, lang)}
            words = sorted(rarity, key=rarity.__getitem__)
            if words and rarity[words[0]] == 1:
                yield _Headline(article["id"], lang, title, words, rarity[words[-1]], versions)


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
