"""A story may go on for weeks: the window slides with it. An anniversary is another story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import featured
from search.coverage.stories.odds import TEMPLATE, moved, slid
from search.coverage.stories.placing import place
from search.index.model import EmbeddedArticle
from tests.support.newsroom import DIMENSION, story

FIRST = datetime(2026, 5, 4, 9, tzinfo=UTC)

NEWS = {
    0: "Twenty-three miners are trapped at the Orlava pit of Karvion.",
    2: "Knocking is heard from the Orlava pit, says Petra Halvik.",
    4: "A probe reaches the miners at Orlava; Petra Halvik speaks of a miracle.",
    7: "A wider shaft is drilled at Orlava by Karvion.",
    9: "The drill breaks at Orlava, says Karvion.",
    12: "Investigators search the offices of Karvion for warnings about Orlava.",
    14: "The shaft at Orlava passes 400 metres, says Petra Halvik.",
    17: "The first miners are raised at Orlava, says Petra Halvik.",
    20: "The head of Karvion resigns over Orlava.",
}


def _news(day: int, text: str = "") -> EmbeddedArticle:
    published = FIRST + timedelta(days=day)
    return story(f"d{day}", "Orlava mine", text or NEWS[day], topic="railway", published=published)


def _placed(*articles: EmbeddedArticle) -> Clustering:
    clustering = Clustering(DIMENSION)
    for one in articles:
        place(clustering, [(one.article.id, featured(one))])
    return clustering


def test_a_story_of_three_weeks_is_one() -> None:
    clustering = _placed(*map(_news, NEWS))
    assert len(clustering.groups) == 1


@pytest.mark.parametrize("gone", [4, 9, 17])
def test_it_stays_one_when_an_article_of_it_goes(gone: int) -> None:
    clustering = _placed(*map(_news, NEWS))
    clustering.remove(f"d{gone}")
    assert len(clustering.groups) == 1


def test_an_anniversary_is_another_story() -> None:
    year = _news(365, "A year ago miners were trapped at the Orlava pit of Karvion.")
    clustering = _placed(*map(_news, NEWS), year)
    assert sorted(len(one.articles) for one in clustering.groups.values()) == [1, len(NEWS)]


def test_of_silence_two_days_count_where_four_articles_told_of_a_story() -> None:
    odds = np.asarray([0.5, 0.5, 0.5, 0.5], np.float32)
    silent = np.full(4, 9, np.int32)
    assert np.array_equal(slid(odds, silent), moved(odds, silent, 2))
    assert np.array_equal(slid(odds[:3], silent[:3]), odds[:3])
    month = np.full(4, 30, np.int32)
    assert np.array_equal(slid(odds, month), moved(odds, month, 18))


def test_an_article_between_two_stories_leads_from_one_to_the_other() -> None:
    odds = np.asarray([[0.5, 0.5], [0.5, 0.5]], np.float32)
    apart, bridge = np.full((2, 2), 12, np.int32), np.full((1, 2), 5, np.int32)
    among = np.concatenate([apart, bridge])
    assert np.array_equal(slid(odds, apart, among), moved(odds, apart, 5))
    clustering = _placed(_news(0), _news(2), _news(14), _news(9))
    first, last = clustering.story["d2"], clustering.story["d14"]
    before = clustering.between(first, last).mean()
    clustering.put("d9", first)
    assert clustering.between(first, last, without="d9").mean() > before


def test_what_counts_is_the_time_since_the_story_was_last_told_of() -> None:
    odds = np.asarray([-2.0, -2.0, TEMPLATE, 1.0], np.float32)
    apart = np.asarray([20, 5, 20, -1], np.int32)
    near, rested = slid(odds[:2], apart[:2]), slid(odds, apart)
    assert near[0] > near[1] > -2  # the further apart, the more time alone spoke against
    assert rested[2] == np.float32(TEMPLATE)  # another edition stays one, whenever it came
    assert rested[3] == 1  # without a date, time tells nothing
    assert np.array_equal(slid(odds, np.full(4, -1, np.int32)), odds)
    assert np.array_equal(moved(odds, apart, 99), odds)
