"""Former versions of articles: what is kept of them, for how long, and that nothing finds them."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from search.index.clauses import Phrase
from search.index.filters import Filters
from search.index.history import ArticleVersion
from search.index.model import EmbeddedArticle, Outcome
from search.index.port import IndexLocation, SearchIndex
from tests.contract.place import EVERYTHING, OnePlace, ask, found, near
from tests.support.newsroom import IDENTITY, NEWSROOM, edited, on, story

KEPT_HERE = 3
"""Former versions that `History.bounded` keeps."""


def draft(n: int, *paragraphs: str, name: str = "a") -> EmbeddedArticle:
    """Return the n-th version of an article."""
    return story(name, f"Headline {n}", *(paragraphs or (f"Draft {n}",)), updated=on(2025, 5, n))


def numbers(versions: tuple[ArticleVersion, ...]) -> list[int]:
    return [version.number for version in versions]


class History(OnePlace):
    """`SearchIndex.history`."""

    @pytest.fixture
    def bounded(self) -> IndexLocation:
        """Return a place of the same kind that keeps `KEPT_HERE` former versions."""
        pytest.skip("this engine has no place that keeps few versions")

    def versions(self, index: SearchIndex, name: str = "a") -> tuple[ArticleVersion, ...]:
        """Return what is kept of one article; () if it is not there."""
        return index.history([name]).get(name, ())

    def test_an_article_that_never_changed(self, index: SearchIndex) -> None:
        began = datetime.now(UTC).replace(microsecond=0)
        self.put(index, draft(1))
        (only,) = self.versions(index)
        article = draft(1).article
        assert (only.number, only.replaced) == (1, None)
        assert (only.content_hash, only.version) == (article.content_hash, article.version)
        assert (only.title, only.passages) == (article.title, article.passages)
        assert only.updated == article.updated
        assert only.seen is not None
        assert began <= only.seen <= datetime.now(UTC)

    def test_what_was_replaced_is_kept(self, index: SearchIndex) -> None:
        self.put(index, draft(1, "The bridge has 12 arches.", "It is closed."))
        (before,) = self.versions(index)
        self.put(index, draft(2, "The bridge has 11 arches.", "It is closed."))
        now, former = self.versions(index)
        assert former == replace(before, replaced=now.seen)
        assert former.passages[1].text == "The bridge has 12 arches."
        assert now.passages[1].text == "The bridge has 11 arches."
        assert (now.number, now.replaced, former.number) == (2, None, 1)

    def test_of_what_is_not_there(self, newsroom: SearchIndex) -> None:
        assert newsroom.history([]) == {}
        there = NEWSROOM[0].article.id
        assert set(newsroom.history(["nobody", there, "", "x" * 600])) == {there}

    def test_of_many_at_once(self, newsroom: SearchIndex) -> None:
        every = newsroom.history([embedded.article.id for embedded in NEWSROOM])
        assert {name: len(versions) for name, versions in every.items()} == {
            embedded.article.id: 1 for embedded in NEWSROOM
        }
        for embedded in NEWSROOM:
            assert every[embedded.article.id][0].passages == embedded.article.passages

    def test_what_changes_nothing_makes_no_version(self, index: SearchIndex) -> None:
        self.put(index, draft(2))
        (before,) = self.versions(index)
        assert index.write([draft(2)]).results[0].outcome is Outcome.UNCHANGED
        assert index.write([draft(1)]).results[0].outcome is Outcome.STALE
        assert self.versions(index) == (before,)

    def test_a_change_of_metadata_is_a_version(self, index: SearchIndex) -> None:
        self.put(index, draft(1))
        self.put(index, edited(draft(1), section="sport"))
        now, former = self.versions(index)
        assert now.passages == former.passages
        assert now.content_hash != former.content_hash

    def test_back_and_forth_is_four_versions(self, index: SearchIndex) -> None:
        one, other = story("a", "One", "text"), story("a", "Other", "text")
        for version in (one, other, one, other):
            self.put(index, version)
        versions = self.versions(index)
        assert [version.title for version in versions] == ["Other", "One", "Other", "One"]
        assert numbers(versions) == [4, 3, 2, 1]

    def test_versions_of_one_batch(self, index: SearchIndex) -> None:
        """However articles are cut into batches, the same versions are kept."""
        self.put(index, draft(1))
        index.write([draft(2), draft(3), draft(2, name="b"), draft(1, name="b"), draft(4)])
        self.settle(index)
        assert [v.title for v in self.versions(index)] == [f"Headline {n}" for n in (4, 3, 2, 1)]
        assert numbers(self.versions(index)) == [4, 3, 2, 1]
        assert numbers(self.versions(index, "b")) == [1]

    def test_delete_means_delete(self, index: SearchIndex) -> None:
        self.put(index, draft(1), draft(1, name="b"))
        self.put(index, draft(2), draft(2, name="b"))
        index.delete(["a"])
        self.settle(index)
        assert self.versions(index) == ()
        assert len(self.versions(index, "b")) == 2
        self.put(index, draft(1))
        (only,) = self.versions(index)
        assert only.number == 1

    def test_no_search_finds_a_former_version(self, index: SearchIndex) -> None:
        self.put(index, draft(1, "A quokka was seen."))
        self.put(index, draft(2, "A wombat was seen."))
        assert found(ask(index, "quokka")) == []
        assert found(ask(index, "wombat")) == ["a"]
        assert [hit.article.title for hit in near(index, "defence").hits] == ["Headline 2"]
        assert [a.title for a in index.scan(EVERYTHING)] == ["Headline 2"]
        assert found(ask(index, "wombat", Filters(excluding=(Phrase("quokka"),)))) == ["a"]
        assert index.stats().articles == 1
        assert index.stats().passages == 2
        assert index.get(["a"])["a"].article == draft(2, "A wombat was seen.").article

    def test_only_so_many_are_kept(self, bounded: IndexLocation) -> None:
        index = bounded.create(IDENTITY)
        for n in range(1, 8):
            self.put(index, draft(n))
        assert numbers(self.versions(index)) == [7, 6, 5, 4]
        index.close()

    def test_everything_of_any_text_comes_back(self, index: SearchIndex) -> None:
        odd = story(
            "a", "Überschrift „Ümläut“ 東京", "\u200fעברית", 'quote " \\ \n tab\t', "🌊" * 50
        )
        self.put(index, odd)
        self.put(index, draft(9))
        _, former = self.versions(index)
        assert (former.title, former.passages) == (odd.article.title, odd.article.passages)

    def test_a_copy_takes_its_past_along(self, index: SearchIndex) -> None:
        for n in (1, 2, 3):
            self.put(index, draft(n))
        versions = self.versions(index)
        past = [replace(version, number=version.number + 4) for version in versions]
        copy = replace(draft(3), article=replace(draft(3).article, id="copy"))
        index.write([copy, draft(1, name="fresh")], copied={"copy": past})
        self.settle(index)
        kept = self.versions(index, "copy")
        assert numbers(kept) == [7, 6, 5]
        assert kept[1:] == tuple(past[1:])
        assert kept[0].seen == versions[0].seen
        assert numbers(self.versions(index, "fresh")) == [1]

    def test_many_writers_lose_no_version(self, index: SearchIndex) -> None:
        def write(first: int) -> None:
            for n in range(first, first + 4):
                index.write([edited(draft(1, f"Text {n}"), updated=None)])

        writers = [threading.Thread(target=write, args=(first,)) for first in (10, 20, 30)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.settle(index)
        versions = self.versions(index)
        assert numbers(versions) == list(range(12, 0, -1))
        assert len({version.content_hash for version in versions}) == 12
