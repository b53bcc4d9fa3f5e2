"""How stories, and the articles in them, stand in the state of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import Features
from search.coverage.stories.group import Fit, Group
from search.coverage.stories.model import Member, stored_member
from search.coverage.stories.packing import packed, unpacked
from search.index.model import Article
from search.index.state import Value

MOST_TITLE = 300
"""Characters of a headline that a story stores."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is remembered of an article besides its features."""

    title: str
    lang: str
    source: str | None
    published: datetime | None
    content_hash: str
    number: int
    """Its place in the order of arrival."""
    embargo: datetime | None = None


def known(article: Article, number: int) -> Known:
    """Return what is remembered of an article."""
    title = article.title or (article.passages[0].text if article.passages else "")
    return Known(
        title[:MOST_TITLE], article.lang, article.source, article.published,
        article.content_hash, number, article.embargo,
    )  # fmt: skip


def article_value(one: Known, features: Features, story: str, fit: Fit) -> dict[str, Any]:
    """Return an article as the state stores it."""
    return {
        "story": story,
        "hash": one.content_hash,
        "title": one.title,
        "lang": one.lang,
        "source": one.source,
        "published": one.published.isoformat() if one.published else None,
        "number": one.number,
        "embargo": one.embargo.isoformat() if one.embargo else None,
        "fit": [round(fit.sum, 5), fit.pairs],
        "features": packed(features),
    }


def read_article(value: Value) -> tuple[Known, Features, str, Fit]:
    """Read what `article_value` returned."""
    published = datetime.fromisoformat(value["published"]) if value["published"] else None
    embargo = datetime.fromisoformat(value["embargo"]) if value["embargo"] else None
    one = Known(
        value["title"], value["lang"], value["source"], published, value["hash"],
        int(value["number"]), embargo,
    )  # fmt: skip
    day = published.toordinal() if published else 0
    features = unpacked(value["features"], one.lang, day)
    return one, features, value["story"], Fit(float(value["fit"][0]), int(value["fit"][1]))


def story_value(group: Group, clustering: Clustering, articles: Mapping[str, Known]) -> Value:
    """Return a story as the state stores it."""
    by_hand = clustering.pinned.keys() - clustering.kept
    members = [
        stored_member(
            Member(
                name, one.title, one.lang, one.source, one.published,
                clustering.fits.get(name, Fit()).certainty, name in by_hand, one.embargo,
            )
        )
        for name in group.articles
        for one in (articles[name],)
    ]  # fmt: skip
    return {
        "members": members,
        "cohesion": round(group.likelihoods / group.pairs, 4) if group.pairs else 1.0,
        "likelihoods": round(group.likelihoods, 5),
        "pairs": group.pairs,
    }
