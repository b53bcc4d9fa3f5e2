"""What writing, deleting, and reading back by id guarantee."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from search.index.analysed import analysed
from search.index.filters import Filters
from search.index.legs import VectorLeg
from search.index.model import ArticleState, EmbeddedArticle, Outcome, Passage, WriteReport
from search.index.port import SearchIndex
from tests.contract.place import EVERYTHING, OnePlace, ask, found, near, texts
from tests.support.newsroom import (
    NEWSROOM,
    article_ids,
    edited,
    on,
    story,
    topic_vector,
    topic_vectors,
)

OLD, NEW = on(2025, 5, 1), on(2025, 5, 2)
LONG = story("a", "Headline one", *(f"First draft number {n}" for n in range(1, 8)), updated=OLD)
SHORT = story("a", "Headline two", "Second draft", updated=NEW)
OTHER = story("b", "Headline three", "Third draft")


def outcomes(report: WriteReport) -> list[tuple[str, Outcome]]:
    return [(result.article_id, result.outcome) for result in report.results]


def bad_articles() -> list[Any]:
    """Make one article for each thing that cannot be kept."""
    good = story("bad", "A headline", "A paragraph")
    passages = good.article.passages
    vectors = good.vectors

    def with_vectors(changed: Any) -> EmbeddedArticle:
        return EmbeddedArticle(good.article, changed)

    infinite, zero = vectors.copy(), vectors.copy()
    infinite[1, 0], zero[1] = np.inf, 0
    repeated = (passages[0], replace(passages[1], position=passages[0].position))
    broken = (passages[0], Passage(1, "half a pair: \ud83d"))
    naive = on(2025, 5, 1).replace(tzinfo=None)
    return [
        pytest.param(with_vectors(vectors[:, :-1]), id="another dimension"),
        pytest.param(with_vectors(infinite), id="infinite vector"),
        pytest.param(with_vectors(zero), id="zero vector"),
        pytest.param(story("bad", ""), id="no passages"),
        pytest.param(edited(good, passages=repeated), id="a position twice"),
        pytest.param(edited(good, passages=broken), id="half a surrogate pair"),
        pytest.param(edited(good, published=naive), id="date without time zone"),
        pytest.param(edited(good, meta={"set": {1, 2}}), id="meta is not JSON"),
        pytest.param(edited(good, id=""), id="empty id"),
    ]


class Writing(OnePlace):
    """`write`, `delete`, `states` and `get`."""

    def test_new_articles_are_added_in_the_order_of_the_batch(self, index: SearchIndex) -> None:
        report = index.write(NEWSROOM)
        assert outcomes(report) == [(i, Outcome.ADDED) for i in article_ids(NEWSROOM)]

    def test_an_empty_batch_is_an_empty_report(self, index: SearchIndex) -> None:
        assert index.write([]).results == ()

    def test_the_same_again_is_unchanged(self, newsroom: SearchIndex) -> None:
        before = newsroom.stats().passages
        report = newsroom.write(NEWSROOM)
        self.settle(newsroom)
        assert {result.outcome for result in report.results} == {Outcome.UNCHANGED}
        assert newsroom.stats().passages == before

    def test_a_newer_version_replaces_every_passage(self, index: SearchIndex) -> None:
        self.put(index, LONG)
        report = index.write([SHORT])
        self.settle(index)
        assert outcomes(report) == [("a", Outcome.UPDATED)]
        assert index.get(["a"])["a"].article == SHORT.article
        assert found(ask(index, "first")) == []
        assert found(ask(index, "second")) == ["a"]
        (hit,) = near(index, "defence", passages=50).hits
        assert sorted(texts(hit)) == ["Headline two", "Second draft"]
        assert (index.stats().articles, index.stats().passages) == (1, 2)

    def test_other_content_of_the_same_version_replaces(self, index: SearchIndex) -> None:
        self.put(index, story("a", "One", "Text"))
        assert outcomes(index.write([story("a", "Two", "Text")])) == [("a", Outcome.UPDATED)]

    def test_a_change_of_metadata_alone_replaces(self, index: SearchIndex) -> None:
        self.put(index, LONG)
        assert outcomes(index.write([edited(LONG, section="sport")])) == [("a", Outcome.UPDATED)]
        self.settle(index)
        assert found(ask(index, "draft", Filters(sections=frozenset({"sport"})))) == ["a"]

    def test_an_older_version_is_stale_and_changes_nothing(self, index: SearchIndex) -> None:
        self.put(index, SHORT)
        assert outcomes(index.write([LONG])) == [("a", Outcome.STALE)]
        self.settle(index)
        assert index.get(["a"])["a"].article == SHORT.article

    def test_when_it_was_published_never_keeps_a_correction_out(self, index: SearchIndex) -> None:
        self.put(index, story("a", "One", "Text", published=NEW))
        for earlier in (OLD, None):
            correction = story("a", f"After {earlier}", "Text", published=earlier)
            assert outcomes(index.write([correction])) == [("a", Outcome.UPDATED)]

    @pytest.mark.parametrize("mistaken", [on(2062, 1, 1), on(1970, 1, 1), on(1, 1, 1)])
    def test_a_suspicious_date_of_an_edit_decides_nothing(
        self, index: SearchIndex, mistaken: datetime
    ) -> None:
        self.put(index, story("a", "One", "Text", updated=mistaken))
        for number, updated in enumerate((NEW, mistaken, NEW, None, mistaken)):
            written = story("a", f"Two {number}", "Text", updated=updated)
            assert outcomes(index.write([written])) == [("a", Outcome.UPDATED)]
        assert index.get(["a"])["a"].article.updated == mistaken

    def test_a_version_without_a_date_replaces_one_with_a_date(self, index: SearchIndex) -> None:
        self.put(index, SHORT)
        assert outcomes(index.write([story("a", "One", "Text")])) == [("a", Outcome.UPDATED)]

    def test_version_numbers_decide_where_nothing_was_updated(self, index: SearchIndex) -> None:
        self.put(index, story("a", "Two", "Text", meta={"version": 2}))
        first = story("a", "One", "Text", meta={"version": "1"})
        assert outcomes(index.write([first])) == [("a", Outcome.STALE)]
        for meta in ({"version": "3"}, {"version": "3b"}, {"version": True}, {}):
            later = story("a", f"With {meta}", "Text", meta=meta)
            assert outcomes(index.write([later])) == [("a", Outcome.UPDATED)]
        assert outcomes(index.write([LONG])) == [("a", Outcome.UPDATED)]

    def test_equal_ids_in_a_batch_are_taken_one_after_the_other(self, index: SearchIndex) -> None:
        other = story("b", "Other", "Text")
        report = index.write([LONG, other, SHORT, SHORT, LONG])
        self.settle(index)
        assert outcomes(report) == [
            ("a", Outcome.ADDED),
            ("b", Outcome.ADDED),
            ("a", Outcome.UPDATED),
            ("a", Outcome.UNCHANGED),
            ("a", Outcome.STALE),
        ]
        assert index.get(["a"])["a"].article == SHORT.article
        assert (index.stats().articles, index.stats().passages) == (2, 4)

    @pytest.mark.parametrize("bad", bad_articles())
    def test_a_bad_article_is_rejected_and_stops_no_other(
        self, index: SearchIndex, bad: EmbeddedArticle
    ) -> None:
        report = index.write([NEWSROOM[0], bad, NEWSROOM[1]])
        self.settle(index)
        expected = [Outcome.ADDED, Outcome.REJECTED, Outcome.ADDED]
        assert [result.outcome for result in report.results] == expected
        assert report.results[1].article_id == bad.article.id
        assert report.results[1].reason
        assert set(index.get([*article_ids(NEWSROOM), "bad"])) == {
            "en-defence",
            "de-defence",
        }

    def test_a_rejected_version_leaves_the_old_one(self, index: SearchIndex) -> None:
        self.put(index, LONG)
        bad = EmbeddedArticle(SHORT.article, SHORT.vectors[:, :3])
        assert outcomes(index.write([bad])) == [("a", Outcome.REJECTED)]
        assert index.get(["a"])["a"].article == LONG.article

    def test_awkward_ids_and_texts_come_back_as_they_were(self, index: SearchIndex) -> None:
        articles = [
            story('it\'s; DROP TABLE "x" -- %_*?', "O'Reilly's \"quote\"", "100 % \\ back"),
            story(
                "https://example.org/a?b=c&d=ü#f",
                "Zeile\neins\ttab",
                "emoji 👩‍👩‍👧 and \u200b zero",
            ),
            story("статья/1", "Ελλάδα", "नमस्ते दुनिया"),
            story("UPPER", "Case", "counts"),
            story("upper", "Case", "counts too"),
        ]
        self.put(index, *articles)
        ids = article_ids(articles)
        kept = index.get(ids)
        assert {i: kept[i].article for i in ids} == {a.article.id: a.article for a in articles}
        assert index.delete(ids[:1]) == 1
        self.settle(index)
        assert set(index.get(ids)) == set(ids[1:])

    def test_delete_counts_what_was_there(self, newsroom: SearchIndex) -> None:
        assert newsroom.delete(["de-defence", "nowhere", "ru-storm", "de-defence"]) == 2
        self.settle(newsroom)
        assert newsroom.get(["de-defence", "ru-storm"]) == {}
        assert "de-defence" not in found(ask(newsroom, "polywire"))
        assert "de-defence" not in found(near(newsroom, "defence"))
        assert newsroom.stats().articles == len(NEWSROOM) - 2
        assert newsroom.delete(["de-defence"]) == 0
        assert newsroom.delete([]) == 0

    def test_a_deleted_article_can_come_back(self, newsroom: SearchIndex) -> None:
        newsroom.delete(["de-defence"])
        report = newsroom.write([NEWSROOM[1]])
        assert outcomes(report) == [("de-defence", Outcome.ADDED)]
        self.settle(newsroom)
        assert "de-defence" in found(ask(newsroom, "polywire"))

    def test_states_tell_hash_and_version(self, newsroom: SearchIndex) -> None:
        ids = article_ids(NEWSROOM)
        states = newsroom.states([*ids, "nowhere"])
        assert states == {
            embedded.article.id: ArticleState(
                embedded.article.content_hash, embedded.article.version
            )
            for embedded in NEWSROOM
        }
        assert newsroom.states([]) == {}
        sources = {one.article.id: one.article.source for one in NEWSROOM}
        assert {name: state.source for name, state in states.items()} == sources

    def test_a_draft_hash_is_stored_beside_the_content(self, index: SearchIndex) -> None:
        german = replace(edited(LONG, lang="de"), draft_hash="d1")
        self.put(index, german, OTHER)
        states = index.states(["a", "b"])
        assert (states["a"].lang, states["a"].draft_hash) == ("de", "d1")
        assert (states["b"].lang, states["b"].draft_hash) == ("en", None)
        stored = index.get(["a", "b"])
        assert (stored["a"].draft_hash, stored["b"].draft_hash) == ("d1", None)
        assert stored["a"].article == german.article
        assert [version.content_hash for version in index.history(["a"])["a"]] == [
            german.article.content_hash
        ]

    def test_a_draft_hash_alone_is_no_change(self, index: SearchIndex) -> None:
        self.put(index, replace(LONG, draft_hash="d1"))
        report = index.write([replace(LONG, draft_hash="d2")])
        assert outcomes(report) == [("a", Outcome.UNCHANGED)]
        assert index.states(["a"])["a"].draft_hash == "d1"

    def test_a_version_that_replaces_another_has_its_own_draft_hash_or_none(
        self, index: SearchIndex
    ) -> None:
        self.put(index, replace(LONG, draft_hash="d1"))
        self.put(index, replace(SHORT, draft_hash="d2"))
        assert index.states(["a"])["a"].draft_hash == "d2"
        self.put(index, edited(SHORT, section="local"))
        assert index.states(["a"])["a"].draft_hash is None

    def test_get_returns_everything_that_was_written(self, newsroom: SearchIndex) -> None:
        kept = newsroom.get([*article_ids(NEWSROOM), "nowhere"])
        assert len(kept) == len(NEWSROOM)
        for written in NEWSROOM:
            read = kept[written.article.id]
            assert read.article == written.article
            assert read.article.content_hash == written.article.content_hash
            assert read.vectors.dtype == np.float32
            cosines = np.sum(read.vectors * written.vectors, axis=1)
            norms = np.linalg.norm(read.vectors, axis=1) * np.linalg.norm(written.vectors, axis=1)
            assert np.all(cosines / norms > 0.999)
        assert newsroom.get([]) == {}

    def test_what_articles_were_analysed_to_may_come_with_them(self, newsroom: SearchIndex) -> None:
        changed = story("de-defence", "Neue Überschrift", "COVID-19 in Łódź", "...", lang="de")
        written = {one.article.id: one for one in (*NEWSROOM, changed)}
        self.put(newsroom, changed)
        read = newsroom.get(list(written), analysed=True)
        assert {name: one.article for name, one in read.items()} == {
            name: one.article for name, one in written.items()
        }
        for name, one in read.items():
            assert one.made_by(analysed) == analysed(written[name])
        assert newsroom.get(["de-defence"])["de-defence"].made == {}

    def test_many_passages_stay_in_order(self, index: SearchIndex) -> None:
        long = story("long", "Long read", *(f"Paragraph {n}" for n in range(1, 301)))
        self.put(index, long)
        kept = index.get(["long"])["long"]
        assert kept.article.passages == long.article.passages
        assert np.allclose(kept.vectors, long.vectors, atol=0.02)

    def test_what_was_written_is_there_when_opened_again(
        self, location: Any, index: SearchIndex
    ) -> None:
        self.put(index, *NEWSROOM)
        again = location.open()
        try:
            assert set(again.get(article_ids(NEWSROOM))) == set(article_ids(NEWSROOM))
            assert again.identity == index.identity
        finally:
            again.close()

    def test_no_reader_sees_half_an_article(self, index: SearchIndex) -> None:
        """A writer swaps two versions of other lengths; each look must show one of them."""
        versions = [
            story("a", f"Version {n}", *(f"v{n} part {p}" for p in range(1, size)))
            for n, size in ((1, 9), (2, 4))
        ]
        whole = {v.article.title: v.article for v in versions}
        self.put(index, versions[0])
        done = threading.Event()
        torn: list[str] = []

        def read() -> None:
            while not done.is_set():
                article = index.get(["a"])["a"].article
                if whole.get(article.title) != article:
                    torn.append(f"get saw {article}")
                legs = [VectorLeg(topic_vector("defence"))]
                found = index.retrieve(legs, EVERYTHING, 5).fetch({"a": range(50)})
                for shown in found.values():
                    seen = {p.text for p in shown.passages}
                    if seen not in [{p.text for p in v.article.passages} for v in versions]:
                        torn.append(f"retrieve saw {seen}")

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            for round_ in range(12):
                index.write([versions[(round_ + 1) % 2]])
                self.settle(index)
        finally:
            done.set()
            for reader in readers:
                reader.join()
        assert torn == []
        assert index.stats().articles == 1

    def test_writers_at_once_lose_and_double_nothing(self, index: SearchIndex) -> None:
        """Four threads write their own articles and, all of them, one that they share."""
        failures: list[Exception] = []

        def write(writer: int) -> None:
            try:
                for n in range(5):
                    own = story(f"w{writer}-{n}", "Headline", f"text {writer} {n}")
                    shared = story(
                        "shared", f"By {writer}", *["same"] * (writer + 1), updated=on(2025, 1, 1)
                    )
                    index.write([own, shared])
            except Exception as error:  # the assertion below shows it
                failures.append(error)

        writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.settle(index)
        assert failures == []
        assert index.stats().articles == 21
        shared = index.get(["shared"])["shared"].article
        assert len(shared.passages) == int(shared.title.removeprefix("By ")) + 2

    def test_vectors_of_a_replaced_article_are_the_new_ones(self, index: SearchIndex) -> None:
        moved = EmbeddedArticle(
            SHORT.article, topic_vectors("wine", [p.text for p in SHORT.article.passages])
        )
        other = story("b", "Other", "Text", topic="storm")
        self.put(index, LONG, other)
        self.put(index, moved)
        assert found(near(index, "wine"))[0] == "a"
        assert near(index, "defence").hits[0].score < 0.9
