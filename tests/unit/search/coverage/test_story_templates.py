"""What fills a template on another day is another story; an update of an event is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import featured
from search.coverage.stories.placing import place
from search.index.model import EmbeddedArticle
from tests.support.newsroom import DIMENSION, story

DAY = datetime(2026, 5, 4, 11, tzinfo=UTC)


def _rates(day: int, *, lang: str, at: timedelta) -> EmbeddedArticle:
    euro, dollar, franc = 4.21 + day / 97, 3.92 + day / 71, 4.43 + day / 53
    texts = {
        "en": ("Official exchange rates", "The bank set: euro {} zloty, dollar {}, franc {}."),
        "pl": ("Kursy walut", "Bank ustalił następujące kursy: euro {} zł, dolar {}, frank {}."),
        "ja": ("公定為替レート", "銀行のレート。ユーロは {} 、ドルは {} 、フランは {} 。"),
    }  # fmt: skip
    title, text = texts[lang]
    written = text.format(f"{euro:.4f}", f"{dollar:.4f}", f"{franc:.4f}")
    return story(f"{lang}{day}", title, written, topic="budget", lang=lang, published=DAY + at)


def _stories(*articles: EmbeddedArticle) -> set[tuple[str, ...]]:
    clustering = Clustering(DIMENSION)
    for one in articles:
        place(clustering, [(one.article.id, featured(one))])
    return {tuple(sorted(group.articles)) for group in clustering.groups.values()}


@pytest.mark.parametrize("lang", ["en", "pl", "ja"])
def test_rates_of_another_day_are_another_story(lang: str) -> None:
    days = [_rates(n, lang=lang, at=timedelta(days=n)) for n in range(3)]
    assert _stories(*days) == {(f"{lang}{n}",) for n in range(3)}


def test_an_update_with_other_figures_is_the_same_story() -> None:
    text = (
        "A night train with 240 passengers left the rails near Ostvik at 03:15. At least {} people "
        "died and {} were injured on the line of 1968."
    )
    first, later = (
        story(f"u{n}", "Train derails near Ostvik", text.format(*figures), topic="railway",
              published=DAY + timedelta(days=n))
        for n, figures in enumerate([(11, 45), (19, 62)])
    )  # fmt: skip
    assert _stories(first, later) == {("u0", "u1")}


def test_the_same_rates_in_another_paper_are_the_same_story() -> None:
    one = _rates(1, lang="en", at=timedelta())
    other = story(
        "reprint", one.article.title, one.article.passages[1].text, topic="budget",
        published=DAY + timedelta(days=1),
    )  # fmt: skip
    assert _stories(one, other) == {("en1", "reprint")}
