"""Judged news as alerts and arriving articles: what is said of each pair, and what is right."""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.retrieval import SHARED
from search.alerts.backgrounds import FEWEST, SAMPLED, upper_end
from search.alerts.batch import Batch
from search.alerts.evidence import nearness, shares
from search.alerts.texts import Text
from search.alerts.words import Words, telling
from search.calibration.logistic import Numbers
from search.embedding.port import Embedder
from search.evaluation.judgements import read_judgements
from search.evaluation.topics import read_topics
from search.index.model import Article, EmbeddedArticle, Passage
from search.query.options import Defaults, Options, request_of

NEWS = SHARED / "news" / "wmt-news.jsonl.xz"
SAMPLE = Path(__file__).parents[2] / "indexer" / "sample"

FEWEST_ARTICLES = 60
"""Languages with fewer are left out."""

SHORT = 4
"""Words of a short alert; every other headline is cut to as many."""

NEAREST = 0.04
"""Share of all pairs that are looked at: the nearest. The others are far below all thresholds."""

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """An alert: its query, its language, and the story that it is about."""

    query: str
    lang: str
    story: str


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """An alert and an article each: arrays of one length; `features` as `evidence.FEATURES`.

    `by_words` says which an alert tells by words and names, whatever their meaning; `pair` numbers
    the `pairs` of languages.
    """

    features: Numbers
    right: Flags
    by_words: Flags
    alert: Codes
    article: Codes
    pair: Codes
    lang: npt.NDArray[np.str_]
    story: Codes
    pairs: tuple[str, ...]

    def only(self, at: Flags) -> Examples:
        """Return some of them."""
        return Examples(
            self.features[at],
            self.right[at],
            self.by_words[at],
            self.alert[at],
            self.article[at],
            self.pair[at],
            self.lang[at],
            self.story[at],
            self.pairs,
        )


def news() -> tuple[list[Article], list[str], list[Asked]]:
    """Return the articles of the WMT test sets, the story of each, and an alert for each."""
    with lzma.open(NEWS, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    langs = [one["lang"] for one in found]
    common = [one for one in found if langs.count(one["lang"]) >= FEWEST_ARTICLES]
    asked = []
    for n, one in enumerate(common):
        words = telling(_plain(one["title"]))
        query = _plain(one["title"]) if n % 2 else " ".join(words[:SHORT])
        asked.append(Asked(query, one["lang"], one["story"]))
    return [_article(one) for one in common], [one["story"] for one in common], asked


def sample() -> tuple[list[Article], Mapping[int, set[str]], list[Asked]]:
    """Return the articles of the sample in the order of publication, and its topics as alerts.

    The second value has the ids of the articles that are right for each alert.
    """
    with (SAMPLE / "articles.jsonl").open(encoding="utf-8") as lines:
        found = sorted(map(json.loads, lines), key=lambda one: one["published"])
    topics = read_topics(SAMPLE / "topics.jsonl")
    grades = read_judgements(SAMPLE / "qrels.txt")
    asked = [Asked(_plain(one.query), one.lang or "", one.id) for one in topics]
    right = {n: {k for k, v in grades[one.story].items() if v > 0} for n, one in enumerate(asked)}
    return [_article(one) for one in found], right, asked


def _plain(query: str) -> str:
    """Leave out what the query language reads as a sign."""
    return "".join(c if c.isalnum() or c in "-'.’" or ord(c) > 767 else " " for c in query) or "x"


def _article(one: Mapping[str, Any]) -> Article:
    lang, body = one["lang"], [text for text in one["paragraphs"] if text.strip()]
    passages = [Passage(n, text, lang) for n, text in enumerate(body, start=1)]
    if one["title"].strip():
        passages.insert(0, Passage(0, one["title"], lang))
    published = one.get("published")
    return Article(
        one["id"],
        one["title"],
        tuple(passages),
        lang=lang,
        published=None if published is None else datetime.fromisoformat(published),
    )


def examples_of(
    articles: Sequence[Article],
    asked: Sequence[Asked],
    right: Flags,
    model: Embedder,
    typical: float | None = None,
) -> tuple[Examples, float]:
    """Compare alerts with articles; also returns the mean background.

    `right` has shape (alerts, articles). Of the pairs the nearest are compared, and the right ones;
    with a `typical` background, which languages with few articles have then as in use, all are.
    """
    texts = [passage.text for one in articles for passage in one.passages]
    vectors = np.split(
        model.embed_paragraphs(texts), np.cumsum([len(one.passages) for one in articles])[:-1]
    )
    near = nearness(model.embed_queries([one.query for one in asked]), vectors)
    lang = np.asarray([one.lang for one in articles])
    drawn = np.random.default_rng(0)
    background = {
        str(code): upper_end(near[:, drawn.permutation(np.flatnonzero(lang == code))[:SAMPLED], 0])
        for code in np.unique(lang)
    }
    few = [code for code in background if np.count_nonzero(lang == code) < FEWEST]
    if typical is not None:
        background |= {code: np.full(len(asked), typical) for code in few}
    cut = np.quantile(near[:, :, 0], 0.0 if typical is not None else 1 - NEAREST)
    batch = Batch([Text(EmbeddedArticle(*one)) for one in zip(articles, vectors, strict=True)])
    parts: list[tuple[Any, ...]] = []
    stories = sorted({one.story for one in asked})
    now = datetime.now(UTC)
    for row, one in enumerate(asked):
        words = Words(request_of(one.query, Options(), now, Defaults()))
        at = np.flatnonzero((near[row, :, 0] >= cut) | right[row])
        own = [background[code][row] for code in lang[at]]
        features = np.column_stack([near[row, at], own, shares(words, batch, at.tolist())])
        likely = words.candidates(batch)
        by_words = [bool(likely >> n & 1) and words.match(batch.texts[n]) for n in at.tolist()]
        story = np.full(len(at), stories.index(one.story))
        pair = [f"{one.lang}>{code}" for code in lang[at]]
        parts.append((features, right[row, at], by_words, np.full(len(at), row), at, pair, story))
    columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    features, told, by_words, alert, article, pair, story = columns
    names, codes = np.unique(pair, return_inverse=True)
    pairs, langs = tuple(names.tolist()), lang[article]
    found = Examples(features, told, by_words, alert, article, codes, langs, story, pairs)
    return found, float(np.mean([value.mean() for value in background.values()]))


def same_story(stories: Sequence[str], asked: Sequence[Asked]) -> Flags:
    """Tell which articles are right for which alert: all of its story but the one it is made of."""
    own = np.asarray([one.story for one in asked])
    right: Flags = own[:, None] == np.asarray(stories)[None, :]
    np.fill_diagonal(right, val=False)
    return right
