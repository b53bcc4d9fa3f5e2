"""Articles of any size made of those of the sample corpus."""

from __future__ import annotations

import gzip
import itertools
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scale_articles import FIRST, SAMPLE, SOURCES, documents, headlines, read

PASSAGES = 5000


@pytest.fixture(scope="module")
def made() -> list[dict[str, Any]]:
    return list(documents(read(SAMPLE), PASSAGES))


def test_the_real_articles_come_first_word_for_word(made: list[dict[str, Any]]) -> None:
    with SAMPLE.open(encoding="utf-8") as lines:
        real = [json.loads(line) for line in lines]
    for one, other in zip(real, made, strict=False):
        assert (one["id"], one["title"], one["lang"]) == (
            other["id"],
            other["title"],
            other["lang"],
        )
        joined = [[*map(str.split, article["paragraphs"])] for article in (one, other)]
        assert joined[0] == joined[1]


def test_as_many_passages_as_asked_for_and_each_id_once(made: list[dict[str, Any]]) -> None:
    passages = [len(one["paragraphs"]) + bool(one["title"]) for one in made]
    assert sum(passages[:-1]) < PASSAGES <= sum(passages)
    assert len({one["id"] for one in made}) == len(made)


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(made: list[dict[str, Any]]) -> None:
    smaller = list(documents(read(SAMPLE), 1000))
    assert smaller == made[: len(smaller)]
    assert list(itertools.islice(documents(read(SAMPLE), 5000, seed=1), 200)) != made[:200]


def test_all_text_of_an_article_is_in_its_language(made: list[dict[str, Any]]) -> None:
    """Characters of every article are those of the real articles of its language."""
    letters: dict[str, set[str]] = {}
    for article in read(SAMPLE):
        texts = [article.title, *(s for paragraph in article.paragraphs for s in paragraph)]
        letters.setdefault(article.lang, set(" 0123456789")).update(*texts)
    for one in made:
        text = "".join([one["title"], *one["paragraphs"]])
        assert set(text) <= letters[one["lang"]], one["id"]


def test_few_paragraphs_stand_twice(made: list[dict[str, Any]]) -> None:
    times = Counter(paragraph for article in made for paragraph in article["paragraphs"])
    assert sum(count - 1 for count in times.values()) < 0.1 * sum(times.values())


def test_dates_spread_over_years_and_few_sources_have_most(made: list[dict[str, Any]]) -> None:
    years = Counter(datetime.fromisoformat(one["published"]).year for one in made)
    assert sorted(years) == list(range(FIRST.year, FIRST.year + 10))
    assert max(years.values()) < 3 * min(years.values())
    english = Counter(one["source"] for one in made if one["lang"] == "en")
    assert len(english) <= SOURCES + 10
    assert english.most_common(1)[0][1] > 5 * sorted(english.values())[len(english) // 2]


def test_headlines_are_spread_over_the_ids() -> None:
    found = headlines(read(SAMPLE), 10)
    assert len(set(found)) == 10
    assert set(found) <= {article.title for article in read(SAMPLE)}


def test_plain_text_compressed_and_without_language_is_read(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl.gz"
    article = {"text": "First sentence here. Second, with a clause.\nThird one, of another kind."}
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps(article) + "\n" + json.dumps({"id": "empty", "text": ""}) + "\n")
    (real,) = read(path)
    assert real.paragraphs == (
        ("First sentence here.", "Second, with a clause."),
        ("Third one, of another kind.",),
    )
    made = list(documents([real], 20))
    assert {one["lang"] for one in made} == {"und"}
    assert len(made) > 5
