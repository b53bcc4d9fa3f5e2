"""What a person names an article by."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.article.identity import article_id
from search.commands.naming import meant, named, no_article
from search.index.embedded.location import FolderLocation
from search.index.port import SearchIndex
from tests.support.newsroom import IDENTITY
from tests.support.reprints import article

ADDRESS = "https://bote.example/2026/dam"
MADE = article_id(None, ADDRESS, "", "", None)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = FolderLocation(tmp_path_factory.mktemp("named") / "news").create(IDENTITY)
    made.write([article(name, "x") for name in ("w-1", MADE, "https://bote.example/guid/7")])
    yield made
    made.close()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("w-1", "w-1"),
        (" w-1\n", "w-1"),
        (ADDRESS, MADE),
        ("http://BOTE.example/2026/dam?utm_source=feed#top ", MADE),
        ("https://bote.example/guid/7", "https://bote.example/guid/7"),
        ("https://bote.example/2026/other", "https://bote.example/2026/other"),
        ("https://", "https://"),
        ("w-2", "w-2"),
        ("", ""),
    ],
)
def test_an_id_or_the_address_that_it_was_made_of(
    index: SearchIndex, written: str, meant: str
) -> None:
    assert named(index, written) == meant


def test_what_is_said_where_there_is_none() -> None:
    assert no_article("news", "w-2") == "No article in news has the id w-2."
    assert no_article("news", " ") == "The id is empty."
    assert "made of this address" in no_article("news", ADDRESS)


def test_what_an_address_may_mean_is_looked_up_of_withdrawn_articles_too() -> None:
    assert meant(f"{ADDRESS}?utm_source=feed ")[-1] == MADE
    assert meant("w-1") == ("w-1",)
