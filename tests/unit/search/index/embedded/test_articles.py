"""Articles as flat arrays: what passes the filters, and what is counted."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.embedded.articles import EVERY, Articles, columns_of, vocabularies
from search.index.embedded.rows import moment, table_of
from search.index.filters import Filters
from search.index.model import Article
from search.index.port import FacetField
from tests.support.newsroom import DIMENSION, NEWSROOM, on

ARTICLES = [embedded.article for embedded in NEWSROOM]
TABLE = table_of(NEWSROOM, DIMENSION)
LEADS = TABLE.filter(TABLE["lead"])


def some(values: set[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(values | {"nowhere"})), max_size=3)


LANGS = some({article.lang for article in ARTICLES})
SOURCES = some({article.source for article in ARTICLES if article.source})
SECTIONS = some({article.section for article in ARTICLES if article.section})
TAGS = some({tag for article in ARTICLES for tag in article.tags})
DATES = st.sampled_from([None, *(a.published for a in ARTICLES if a.published), on(2025, 3, 1)])

FILTERS = st.builds(
    Filters,
    langs=LANGS,
    sources=SOURCES,
    sections=SECTIONS,
    tags=TAGS,
    after=DATES,
    before=DATES,
    exclude_ids=some({article.id for article in ARTICLES}),
    exclude_langs=LANGS,
    exclude_sources=SOURCES,
    exclude_sections=SECTIONS,
    exclude_tags=TAGS,
)


def joined() -> Articles:
    """Two parts, as files of a table would have them."""
    known = vocabularies()
    parts = [Articles.of(part, known) for part in (LEADS.slice(0, 4), LEADS.slice(4))]
    return Articles.joined(parts, known)


@given(FILTERS)
def test_what_passes_is_what_the_filters_admit(filters: Filters) -> None:
    mask = joined().admitted(filters)
    assert mask.tolist() == [filters.admits(article) for article in ARTICLES]


@given(FILTERS)
def test_the_columns_of_the_filters_are_enough(filters: Filters) -> None:
    few = Articles.of(LEADS.select(["article_id", *columns_of(filters)]), vocabularies())
    assert few.admitted(filters).tolist() == joined().admitted(filters).tolist()


@given(st.sets(st.integers(0, len(ARTICLES) - 1)))
def test_what_is_taken(numbers: set[int]) -> None:
    taken = joined().take(np.array(sorted(numbers), np.int64))
    chosen = [ARTICLES[number] for number in sorted(numbers)]
    assert taken.ids.to_pylist() == [article.id for article in chosen]
    for place, article in enumerate(chosen):
        check_row(taken.row(place), article)
    for field in get_args(FacetField):
        assert dict(taken.counts(field, np.ones(len(taken), bool))) == counted(chosen, field)


def check_row(row: dict[str, object], article: Article) -> None:
    published = row.pop("published")
    assert published is None or isinstance(published, int)
    assert moment(published) == article.published
    assert row == {
        "article_id": article.id,
        "lang": article.lang,
        "source": article.source,
        "section": article.section,
        "tags": list(article.tags),
    }


def counted(articles: list[Article], field: FacetField) -> Counter[str]:
    if field == "tag":
        return Counter(tag for article in articles for tag in set(article.tags))
    values = (getattr(article, field) for article in articles)
    return Counter(value for value in values if value is not None)


def test_the_most_frequent_value_comes_first() -> None:
    found = joined().counts("lang", np.ones(len(ARTICLES), bool))
    assert list(found) == sorted(found, key=lambda pair: (-pair[1], pair[0]))


def test_no_articles() -> None:
    nothing = Articles.joined([], vocabularies())
    assert len(nothing) == 0
    assert nothing.admitted(Filters(tags=frozenset({"nato"}))).tolist() == []
    assert nothing.counts("tag", np.empty(0, bool)) == ()


def test_what_was_not_read_is_not_taken_for_nothing() -> None:
    few = Articles.of(LEADS.select(["article_id", "lang"]), vocabularies())
    with pytest.raises(KeyError):
        few.admitted(Filters(sources=frozenset({"herald"})))
    assert set(EVERY) <= set(LEADS.column_names)
