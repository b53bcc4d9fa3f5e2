"""Names that occur in real news, and the coverage in other languages that each should find.

A name is taken where the text itself shows that it is one, without any help of what is measured:

* in scripts with capitals, one to three capitalised words in a row that do not begin a sentence,
  none of which the corpus has in lower case in this language; where every noun is capitalised
  (German), such a sequence must stand letter by letter in a version of the story in another
  language;
* in Japanese katakana, in Chinese any characters, that a middle dot parts (ボリス・ジョンソン).

A name counts if it stands in at least two passages of an article, or in its headline, and if no
more than `MOST_STORIES` stories have it. What should be found are the versions in other
languages of these stories; those in the own language are left out of the search. Of each
language's names the first `OF_A_LANGUAGE` by the SHA-256 of their spelling are queries.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.evaluation.judgements import Judgements
from search.evaluation.topics import Topic

MOST_STORIES = 3
OF_A_LANGUAGE = 30

_CASED = frozenset({"en", "fr", "de", "cs", "hr", "is", "ha", "es", "ru", "uk"})
_NOUNS_CAPITALISED = frozenset({"de"})
_CAPITALISED = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄҐ][\w’'-]*[\w]"
_SEQUENCE = re.compile(rf"(?<=[a-zà-öø-ÿā-žа-яёіїєґ,] ){_CAPITALISED}(?: {_CAPITALISED}){{0,2}}")
_DOTTED = {
    "ja": re.compile(r"[ァ-ヺー]{2,}(?:・[ァ-ヺー]{2,}){1,2}"),
    "zh": re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{2,5}){1,2}"),
}


@dataclass(frozen=True, slots=True)
class NameTopic:
    """A name to search for; `half` is 0 for the stories that are tuned on, 1 for the others."""

    topic: Topic
    half: int


def read_stories(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the articles of each story."""
    stories: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            stories[article["story"]].append(article)
    return dict(stories)


def name_topics(
    stories: Mapping[str, Sequence[Mapping[str, Any]]],
) -> tuple[list[NameTopic], Judgements]:
    """Return the names, and the ids of the articles that each should find."""
    lowered = _words_in_lower_case(stories)
    having: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for story, articles in stories.items():
        for article in articles:
            for name in _prominent(article, lowered[article["lang"]]):
                if article["lang"] not in _NOUNS_CAPITALISED or _is_shared(name, article, articles):
                    having[article["lang"], name].add(story)
    topics: list[NameTopic] = []
    judgements: dict[str, dict[str, int]] = {}
    for lang, name in _chosen(having):
        named = [article for story in sorted(having[lang, name]) for article in stories[story]]
        right = {article["id"]: 1 for article in named if article["lang"] != lang}
        if not right:
            continue
        identifier = f"{lang}:{name}"
        own = frozenset(article["id"] for article in named if article["lang"] == lang)
        half = _digest(min(having[lang, name])) % 2
        topics.append(NameTopic(Topic(identifier, name, lang, own), half))
        judgements[identifier] = right
    return topics, judgements


def _chosen(having: Mapping[tuple[str, str], set[str]]) -> Iterator[tuple[str, str]]:
    taken: Counter[str] = Counter()
    for lang, name in sorted(having, key=lambda pair: _digest(pair[1])):
        if len(having[lang, name]) <= MOST_STORIES and taken[lang] < OF_A_LANGUAGE:
            taken[lang] += 1
            yield lang, name


def _prominent(article: Mapping[str, Any], lowered: set[str]) -> set[str]:
    """Names in the headline, or in two passages."""
    lang = article["lang"]
    found: Counter[str] = Counter()
    for text in article["paragraphs"]:
        found.update(set(_names_in(text, lang, lowered)))
    headline = set(_names_in(article["title"], lang, lowered))
    return {name for name, times in found.items() if times > 1 or name in headline}


def _names_in(text: str, lang: str, lowered: set[str]) -> Iterator[str]:
    if lang in _DOTTED:
        yield from _DOTTED[lang].findall(text)
    elif lang in _CASED:
        for name in _SEQUENCE.findall(text):
            if len(name) > 3 and not any(word.lower() in lowered for word in name.split()):
                yield name


def _is_shared(
    name: str, article: Mapping[str, Any], articles: Sequence[Mapping[str, Any]]
) -> bool:
    whole = re.compile(rf"\b{re.escape(name)}\b")
    return any(
        whole.search(text)
        for other in articles
        if other["lang"] != article["lang"]
        for text in other["paragraphs"]
    )


def _words_in_lower_case(
    stories: Mapping[str, Sequence[Mapping[str, Any]]],
) -> defaultdict[str, set[str]]:
    lowered: defaultdict[str, set[str]] = defaultdict(set)
    for articles in stories.values():
        for article in articles:
            for text in article["paragraphs"]:
                lowered[article["lang"]].update(w for w in re.findall(r"\w+", text) if w.islower())
    return lowered


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
