"""Reindexing: under load, resumed, undone; to be inherited by a test class of each engine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from indexer.migration.difference import difference
from indexer.migration.migrate import Migration, prune, replaced, unfinished
from indexer.migration.overlap import compare
from search.embedding.port import Vectors
from search.index.clauses import Match
from search.index.errors import IndexMismatch, IndexMissing, SearchIndexError
from search.index.filters import Filters
from search.index.legs import LexicalLeg, VectorLeg
from search.index.model import EmbeddedArticle, IndexIdentity, Outcome
from search.index.port import IndexLocation
from tests.contract.place import run
from tests.support.newsroom import on, story

EVERYTHING = Filters()


class WordModel:
    """A small real embedder: each word has a direction of its own, a text the sum of its words."""

    def __init__(self, name: str, dimension: int) -> None:
        self.name = name
        self.dimension = dimension
        self.fingerprint = hashlib.sha256(f"{name}{dimension}".encode()).hexdigest()[:16]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed_paragraphs(texts)

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        zero = np.zeros(self.dimension)
        rows = np.stack([sum(map(self._word, text.split()), zero) for text in texts])
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit

    def _word(self, word: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        seed = int.from_bytes(hashlib.sha256(f"{self.name}{word}".encode()).digest()[:8], "big")
        return np.random.default_rng(seed).normal(size=self.dimension)

    @property
    def identity(self) -> IndexIdentity:
        return IndexIdentity(self.name, self.fingerprint, self.dimension)

    def article(self, number: int, edition: int = 1) -> EmbeddedArticle:
        bare = story(
            f"a{number:05}",
            f"Headline number{number} of topic{number % 50}",
            f"Paragraph on topic{number % 50} and place{number % 7} in edition{edition}",
            f"Closing words of author{number % 13}",
            updated=on(2025, 1, edition),
        ).article
        vectors = self.embed_paragraphs([p.text for p in bare.passages])
        return EmbeddedArticle(bare, vectors, draft_hash=f"{number} {edition}")


SMALL, LARGE = WordModel("small", 32), WordModel("large", 64)


def filled(location: IndexLocation, model: WordModel, count: int) -> None:
    index = location.create(model.identity)
    index.write([model.article(n) for n in range(count)])
    index.refresh()
    index.close()


def broken_off(location: IndexLocation) -> str:
    """Break a migration off while it copies; returns the generation that it was filling."""

    class PowerCutError(Exception):
        pass

    def cut(_done: int, _total: int) -> None:
        raise PowerCutError

    before = location.generations()
    with pytest.raises(PowerCutError):
        Migration(location, LARGE, cut).run()
    (begun,) = set(location.generations()) - set(before)
    return begun


@contextmanager
def running(*jobs: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run jobs beside the block; they are told when it ends, and their errors are raised."""
    over = threading.Event()
    errors: list[BaseException] = []

    def guarded(job: Callable[[threading.Event], None]) -> None:
        try:
            job(over)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]


class Reindexing:
    """`indexer.migration.migrate` at a place without an index; override `location`."""

    @pytest.fixture
    def location(self) -> IndexLocation:
        """Return a fresh, empty place for each test."""
        raise NotImplementedError("override the fixture `location`")

    def test_a_new_mapping_under_load_loses_no_write_and_no_search(
        self, location: IndexLocation
    ) -> None:
        """Writers and readers that were open before go on over the swap without an error."""
        filled(location, SMALL, 1500)
        written: dict[str, EmbeddedArticle | None] = {}
        going: set[str] = set()
        searches: list[int] = []

        def write(over: threading.Event) -> None:
            index = location.open()
            number = 0
            # No article is edited that was deleted before, however long all this takes.
            while number < 700 and not over.is_set():
                new, edited = SMALL.article(5000 + number), SMALL.article(number, edition=2)
                report = index.write([new, edited])
                assert [r.outcome for r in report.results] == [Outcome.ADDED, Outcome.UPDATED]
                going.add(f"a{700 + number:05}")
                assert index.delete([f"a{700 + number:05}"]) == 1
                written[new.article.id], written[edited.article.id] = new, edited
                written[f"a{700 + number:05}"] = None
                number += 1
            index.close()

        def search(over: threading.Event) -> None:
            index = location.open()
            while not over.is_set():
                legs = (LexicalLeg(Match("topic1")), VectorLeg(SMALL.embed_queries(["topic1"])[0]))
                found = index.retrieve(legs, EVERYTHING, 10)
                for result in found.results:
                    ids = [one.id for one in result.candidates]
                    # What is deleted between a leg and its texts is left out, see `Retrieved`.
                    there = set(found.fetch({one: [0] for one in ids}))
                    assert set(ids) - going <= there <= set(ids)
                    searches.append(len(ids))
            index.close()

        with running(write, search):
            report = Migration(location, SMALL).run()

        assert report.promoted
        assert report.reembedded == 0
        assert report.rejected == ()
        assert location.generations()[0] == report.generation != report.former
        assert report.overlap is not None
        # Writers go on while the two are asked, however slow that is; and the headlines of a topic
        # are all alike, so that many articles tie for the ten places.
        assert report.overlap.lexical > 0.5
        assert report.overlap.vector > 0.5
        assert min(searches) == 10
        assert len(written) > 10
        index = location.open()
        index.refresh()
        kept = index.get(list(written))
        for article_id, embedded in written.items():
            if embedded is None:
                assert article_id not in kept
            else:
                assert kept[article_id].article == embedded.article
                assert kept[article_id].draft_hash == embedded.draft_hash
        assert index.stats().articles == 1500 + sum(
            1 if i >= "a05000" else -1 for i in written if i >= "a00700"
        )
        index.close()

    def test_another_model_takes_over_and_writers_with_the_old_one_are_told(
        self,
        location: IndexLocation,
    ) -> None:
        filled(location, SMALL, 300)
        old = location.open()
        report = Migration(location, LARGE).run()
        assert (report.articles_before, report.articles_after) == (300, 300)
        assert report.reembedded == 900
        assert report.overlap is not None
        assert report.overlap.lexical == pytest.approx(1)
        index = location.open()
        assert index.identity == LARGE.identity
        asked = VectorLeg(LARGE.embed_queries(["Headline number7 of topic7"])[0])
        (found,) = run(index, [asked], EVERYTHING, 1)
        assert found.hits[0].article.id == "a00007"
        assert index.states(["a00007"])["a00007"].draft_hash == "7 1"
        assert run(old, [VectorLeg(SMALL.embed_queries(["topic3"])[0])], EVERYTHING, 5)[0].hits
        with pytest.raises(IndexMismatch, match="large"):
            old.write([SMALL.article(9999)])
        old.close()
        index.close()

    def test_undone_with_what_was_written_since(self, location: IndexLocation) -> None:
        filled(location, SMALL, 50)
        report = Migration(location, LARGE).run()
        index = location.open()
        index.write([LARGE.article(50), LARGE.article(3, edition=2)])
        index.delete(["a00001"])
        index.close()
        back = Migration(location, SMALL).run(into=report.former)
        assert back.generation == report.former == location.generations()[0]
        assert (back.copied, back.removed, back.articles_after) == (2, 1, 50)
        index = location.open()
        assert index.identity == SMALL.identity
        assert index.get(["a00003"])["a00003"].article == SMALL.article(3, edition=2).article
        assert index.write([SMALL.article(51)]).count(Outcome.ADDED) == 1
        index.close()

    def test_resumed_where_it_broke_off(self, location: IndexLocation) -> None:
        filled(location, SMALL, 600)

        class PowerCutError(Exception):
            pass

        def cut(done: int, _total: int) -> None:
            if done >= 256:
                raise PowerCutError

        with pytest.raises(PowerCutError):
            Migration(location, LARGE, cut).run()
        live, begun = location.generations()
        assert unfinished(location) == begun
        assert location.open().identity == SMALL.identity
        report = Migration(location, LARGE).run(into=begun)
        assert report.copied == 600 - 256
        assert (report.former, report.generation) == (live, begun)

    def test_what_a_broken_off_run_left_is_never_what_one_goes_back_to(
        self, location: IndexLocation
    ) -> None:
        filled(location, SMALL, 20)
        assert (replaced(location), unfinished(location)) == (None, None)
        first, left = location.generations()[0], broken_off(location)
        assert (replaced(location), unfinished(location)) == (None, left)
        second = Migration(location, LARGE).run().generation
        assert location.former() == (first,)
        again = broken_off(location)
        assert (replaced(location), unfinished(location)) == (first, again)
        assert Migration(location, SMALL).run(into=first).promoted
        assert location.former() == (second,)
        assert prune(location, keep=1, begun=False) == ()
        assert Migration(location, LARGE).run(into=second).promoted
        assert location.generations()[0] == second
        assert location.former() == (first,)

    def test_a_left_over_is_deleted_before_what_was_live(self, location: IndexLocation) -> None:
        filled(location, SMALL, 20)
        first, left = location.generations()[0], broken_off(location)
        second = Migration(location, LARGE).run().generation
        assert prune(location) == (left,)
        third = Migration(location, LARGE).run().generation
        assert location.former() == (second, first)
        assert prune(location) == (first,)
        assert location.generations() == (third, second)

    def test_a_writer_waits_while_frozen_and_a_broken_off_swap_is_repaired(
        self,
        location: IndexLocation,
    ) -> None:
        filled(location, SMALL, 20)
        (live,) = location.generations()
        location.freeze(live)
        outcomes: list[Outcome] = []

        def write(_over: threading.Event) -> None:
            index = location.open()
            outcomes.extend(r.outcome for r in index.write([SMALL.article(20)]).results)
            index.close()

        with running(write):
            assert Migration(location, SMALL).run().articles_after >= 20
        assert outcomes == [Outcome.ADDED]
        index = location.open()
        assert set(index.get(["a00020"])) == {"a00020"}
        index.close()

    def test_not_promoted_on_request_then_compared_and_dropped(
        self, location: IndexLocation
    ) -> None:
        filled(location, SMALL, 30)
        report = Migration(location, LARGE).run(promote=False)
        live, begun = location.generations()
        assert (report.former, report.generation, report.promoted) == (live, begun, False)
        before, after = location.open(), location.open_generation(begun)
        assert difference(before, after).ids() == ()
        assert compare(before, after).queries == 30
        before.close()
        after.close()
        assert prune(location, keep=0) == (begun,)
        assert location.generations() == (live,)

    def test_refusals(self, location: IndexLocation) -> None:
        with pytest.raises(IndexMissing):
            Migration(location, SMALL).run()
        filled(location, SMALL, 1)
        with pytest.raises(SearchIndexError, match="no generation"):
            Migration(location, SMALL).run(into="nothing")
        name, index = location.begin(LARGE.identity)
        index.close()
        with pytest.raises(IndexMismatch, match="large"):
            Migration(location, SMALL).run(into=name)
        stranger = replace(SMALL.identity, model_name="renamed")
        name, index = location.begin(stranger)
        index.close()
        assert Migration(location, SMALL).run(into=name).articles_after == 1

    def test_versions_move_along(self, location: IndexLocation) -> None:
        filled(location, SMALL, 3)
        index = location.open()
        index.write([SMALL.article(1, edition=2)])
        index.write([SMALL.article(1, edition=3)])
        names = [SMALL.article(n).article.id for n in range(3)]
        before = index.history(names)
        index.close()
        Migration(location, LARGE).run()
        index = location.open()
        after = index.history(names)
        assert [version.number for version in after[names[1]]] == [3, 2, 1]
        assert after == before
        index.write([LARGE.article(1, edition=4)])
        assert [version.number for version in index.history(names)[names[1]]] == [4, 3, 2, 1]
        index.close()

    def test_notes_move_along_with_the_same_model_only(self, location: IndexLocation) -> None:
        filled(location, SMALL, 3)
        index = location.open()
        index.annotate("kept", {"n": 1})
        index.close()
        first = Migration(location, SMALL).run()
        index = location.open()
        assert index.notes() == {"kept": {"n": 1}}
        assert first.left_behind == ()
        index.annotate("kept", {"n": 2})
        index.annotate("new", {"n": 3})
        index.close()
        moved = Migration(location, LARGE).run()
        assert moved.left_behind == ("kept", "new")
        index = location.open()
        assert index.notes() == {}
        index.close()
        Migration(location, SMALL).run(into=moved.former)
        index = location.open()
        assert index.notes() == {"kept": {"n": 2}, "new": {"n": 3}}
        index.annotate("new", None)
        index.close()
        Migration(location, SMALL).run(into=first.former)
        index = location.open()
        assert index.notes() == {"kept": {"n": 2}}
        index.close()
