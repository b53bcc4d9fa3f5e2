"""The sample corpus is well formed, varied, fully judged, and in the languages it claims."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest

SAMPLE = files("indexer") / "sample"
ARTICLE_KEYS = {
    "id",
    "url",
    "title",
    "paragraphs",
    "lang",
    "source",
    "authors",
    "published",
    "section",
    "tags",
    "meta",
}
SCRIPTS = {
    "ar": ("ARABIC",),
    "hi": ("DEVANAGARI",),
    "ja": ("HIRAGANA", "KATAKANA", "CJK"),
    "ko": ("HANGUL",),
    "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",),
    "zh": ("CJK",),
}
FUNCTION_WORDS = {
    "de": "der die und das von den dem nicht mit ist im ein eine sich auf zu hat",
    "en": "the of and to in that is was for on with have has by from at its",
    "es": "el los las y del que una por con en se su al lo más",
    "fr": "le les et des du une est dans qui au aux sur pour par ses",
    "pl": "w z na się i do nie jest od po że tym przez o proc za",
    "tr": "bir ve bu da için ile en yüzde iki ise olan kadar çok göre sonra",
    "vi": "của và là có được cho không người các một những với trong",
}
LETTERS_ONLY_OF = {"ru": "ыэёъ", "uk": "іїєґ"}


def rows(name: str) -> list[dict[str, Any]]:
    lines = (SAMPLE / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def judgements() -> list[tuple[str, str, int]]:
    lines = (SAMPLE / "qrels.txt").read_text(encoding="utf-8").splitlines()
    fields = [line.split() for line in lines]
    assert all(len(row) == 4 and row[1] == "0" for row in fields)
    return [(topic, article, int(relevance)) for topic, _, article, relevance in fields]


ARTICLES = rows("articles.jsonl")
CORRECTIONS = rows("corrections.jsonl")
TOPICS = rows("topics.jsonl")
JUDGEMENTS = judgements()


def text_of(article: dict[str, Any]) -> str:
    return "\n".join([article["title"], *article["paragraphs"]])


def languages_of_events() -> dict[str, set[str]]:
    languages: dict[str, set[str]] = defaultdict(set)
    for article in ARTICLES:
        if event := article["meta"].get("event"):
            languages[event].add(article["lang"])
    return languages


def script_share(text: str, scripts: tuple[str, ...]) -> float:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(unicodedata.name(letter).startswith(scripts) for letter in letters) / len(letters)


def most_likely_language(text: str) -> str:
    words = Counter(re.findall(r"\w+", text.lower()))
    scores = {
        lang: sum(words[word] for word in listed.split()) for lang, listed in FUNCTION_WORDS.items()
    }
    return max(scores, key=lambda lang: scores[lang])


def test_the_corpus_is_large_and_varied_enough_to_measure_with() -> None:
    assert len(ARTICLES) >= 84
    assert len({article["lang"] for article in ARTICLES}) == 14
    assert len({article["source"] for article in ARTICLES}) >= 28
    assert len(languages_of_events()) >= 14
    data_files = ("articles.jsonl", "corrections.jsonl", "topics.jsonl", "qrels.txt")
    assert sum(len((SAMPLE / name).read_bytes()) for name in data_files) < 300_000


def test_every_article_has_all_keys_and_an_id_and_address_of_its_own() -> None:
    assert all(set(article) == ARTICLE_KEYS for article in ARTICLES)
    assert len({article["id"] for article in ARTICLES}) == len(ARTICLES)
    assert len({article["url"] for article in ARTICLES}) == len(ARTICLES)
    assert len({article["title"] for article in ARTICLES}) == len(ARTICLES)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["id"])
def test_an_article_is_whole(article: dict[str, Any]) -> None:
    assert re.fullmatch(r"https://[a-z-]+\.example/2026/\d\d/\d\d/\d+", article["url"])
    assert 3 <= len(article["paragraphs"]) <= 5
    assert all(article[key] for key in ARTICLE_KEYS)
    assert all(text == text.strip() and len(text) >= 20 for text in article["paragraphs"])
    assert unicodedata.normalize("NFC", text_of(article)) == text_of(article)
    published = datetime.fromisoformat(article["published"])
    assert published.tzinfo is not None
    assert datetime(2026, 8, 1).date() <= published.date() <= datetime(2026, 11, 10).date()


@pytest.mark.parametrize("article", ARTICLES + CORRECTIONS, ids=lambda article: article["id"])
def test_an_article_is_written_in_the_language_it_claims(article: dict[str, Any]) -> None:
    text, lang = text_of(article), article["lang"]
    if lang in FUNCTION_WORDS:
        assert script_share(text, ("LATIN",)) == 1
        assert most_likely_language(text) == lang
    else:
        assert script_share(text, SCRIPTS[lang]) > 0.9
    if lang in LETTERS_ONLY_OF:
        other = next(letters for key, letters in LETTERS_ONLY_OF.items() if key != lang)
        assert not set(other) & set(text.lower())
        assert set(LETTERS_ONLY_OF[lang]) & set(text.lower())
    kana = script_share(text, ("HIRAGANA", "KATAKANA"))
    assert (kana > 0.2) == (lang == "ja")


def test_every_event_is_covered_in_several_languages_but_not_in_all() -> None:
    for event, languages in languages_of_events().items():
        assert 4 <= len(languages) <= 9, event


def test_background_features_name_events_that_exist() -> None:
    events = set(languages_of_events())
    features = [article["meta"] for article in ARTICLES if "event" not in article["meta"]]
    assert features
    assert all(set(meta["background"]) <= events for meta in features)


def test_corrections_are_later_versions_of_articles_with_other_text() -> None:
    articles = {article["id"]: article for article in ARTICLES}
    assert 3 <= len(CORRECTIONS) <= 5
    for corrected in CORRECTIONS:
        first = articles[corrected["id"]]
        assert set(corrected) == ARTICLE_KEYS | {"updated"}
        updated = datetime.fromisoformat(corrected["updated"])
        assert updated > datetime.fromisoformat(first["published"])
        assert text_of(corrected) != text_of(first)
        same = ARTICLE_KEYS - {"title", "paragraphs"}
        assert {key: corrected[key] for key in same} == {key: first[key] for key in same}


def test_every_question_is_judged_and_every_judged_article_exists() -> None:
    topic_ids = [topic["id"] for topic in TOPICS]
    assert len(TOPICS) >= 40
    assert len(set(topic_ids)) == len(TOPICS)
    assert all(set(topic) == {"id", "query", "lang"} and topic["query"] for topic in TOPICS)
    assert {topic for topic, _, relevance in JUDGEMENTS if relevance == 2} == set(topic_ids)
    assert {topic for topic, _, _ in JUDGEMENTS} == set(topic_ids)
    assert {article for _, article, _ in JUDGEMENTS} <= {article["id"] for article in ARTICLES}
    assert {relevance for _, _, relevance in JUDGEMENTS} == {1, 2}
    assert len({(topic, article) for topic, article, _ in JUDGEMENTS}) == len(JUDGEMENTS)


def test_judgements_agree_with_the_events_that_articles_name() -> None:
    covers = {(topic, article) for topic, article, relevance in JUDGEMENTS if relevance == 2}
    expected = {
        (topic["id"], article["id"])
        for topic in TOPICS
        for article in ARTICLES
        if article["meta"].get("event") == topic["id"].split(".")[0]
    }
    assert covers == expected


def test_every_event_is_asked_about_also_in_a_language_that_did_not_cover_it() -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    for topic in TOPICS:
        asked[topic["id"].split(".")[0]].add(topic["lang"])
    covered = languages_of_events()
    assert set(asked) == set(covered)
    assert all(len(languages) >= 2 for languages in asked.values())
    without_coverage = {event for event in asked if asked[event] - covered[event]}
    assert without_coverage == set(covered)
