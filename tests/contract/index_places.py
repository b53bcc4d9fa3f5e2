"""Locations: missing, existing, foreign and damaged indexes, and generations."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from search.index.errors import (
    IndexDamaged,
    IndexExists,
    IndexMismatch,
    IndexMissing,
    SearchIndexError,
)
from search.index.model import SCHEMA_VERSION, IndexIdentity
from search.index.port import IndexLocation, SearchIndex
from tests.contract.place import EVERYTHING, OnePlace
from tests.support.newsroom import IDENTITY, NEWSROOM, article_ids

OTHER_MODEL = replace(IDENTITY, model_name="other", model_fingerprint="00000000000000cc")


class Places(OnePlace):
    """`IndexLocation`."""

    def damage(self, location: IndexLocation) -> None:
        """Replace what lies at the place by something that is no index of ours."""
        pytest.skip(f"no way is known to damage an index at {location.uri}")

    def test_nothing_there(self, location: IndexLocation) -> None:
        with pytest.raises(IndexMissing):
            location.open()
        assert location.generations() == ()
        assert location.uri

    def test_created_once(self, location: IndexLocation) -> None:
        location.create(IDENTITY).close()
        with pytest.raises(IndexExists):
            location.create(IDENTITY)
        index = location.open()
        assert index.identity == IDENTITY
        assert len(location.generations()) == 1
        index.close()

    def test_of_several_at_once_one_creates_and_the_others_are_told(
        self, location: IndexLocation
    ) -> None:
        ready = threading.Barrier(4)
        outcomes: list[type[BaseException] | None] = []

        def create(identity: IndexIdentity) -> None:
            ready.wait()
            try:
                location.create(identity).close()
            except Exception as error:
                outcomes.append(type(error))
            else:
                outcomes.append(None)

        threads = [
            threading.Thread(target=create, args=(identity,))
            for identity in (IDENTITY, OTHER_MODEL, IDENTITY, OTHER_MODEL)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes.count(None) == 1
        assert outcomes.count(IndexExists) == 3, outcomes
        assert len(location.generations()) == 1
        location.open().close()

    def test_another_schema_version_is_refused(self, location: IndexLocation) -> None:
        location.create(replace(IDENTITY, schema_version=SCHEMA_VERSION + 1)).close()
        with pytest.raises(IndexMismatch, match=str(SCHEMA_VERSION + 1)) as refusal:
            location.open()
        assert "polywire reindex" in str(refusal.value)

    def test_a_generation_of_another_schema_is_opened_to_be_copied(
        self, location: IndexLocation
    ) -> None:
        old = location.create(replace(IDENTITY, schema_version=SCHEMA_VERSION - 1))
        self.put_one(old, 0)
        old.close()
        (generation,) = location.generations()
        opened = location.open_generation(generation)
        assert opened.identity.schema_version == SCHEMA_VERSION - 1
        assert [article.id for article in opened.scan(EVERYTHING)] == article_ids(NEWSROOM[:1])
        opened.close()
        with pytest.raises(SearchIndexError):
            location.open_generation("nowhere")

    def test_a_damaged_index_is_refused(self, location: IndexLocation) -> None:
        location.create(IDENTITY).close()
        self.damage(location)
        with pytest.raises(IndexDamaged):
            location.open()

    def test_a_generation_beside_the_live_one(self, location: IndexLocation) -> None:
        live = location.create(IDENTITY)
        self.put_one(live, 0)
        (first,) = location.generations()
        name, shadow = location.begin(OTHER_MODEL)
        assert location.generations() == (first, name)
        assert shadow.identity == OTHER_MODEL
        self.put_one(shadow, 1)
        assert [a.id for a in live.scan(EVERYTHING)] == article_ids(NEWSROOM[:1])
        reopened = location.open()
        assert reopened.identity == IDENTITY
        assert [a.id for a in reopened.scan(EVERYTHING)] == article_ids(NEWSROOM[:1])
        for index in (live, shadow, reopened):
            index.close()

    def test_promoting_makes_it_live_and_keeps_the_former(self, location: IndexLocation) -> None:
        live = location.create(IDENTITY)
        self.put_one(live, 0)
        (first,) = location.generations()
        name, shadow = location.begin(OTHER_MODEL)
        self.put_one(shadow, 1)
        shadow.close()
        location.promote(name)
        assert location.generations() == (name, first)
        index = location.open()
        assert index.identity == OTHER_MODEL
        assert [a.id for a in index.scan(EVERYTHING)] == article_ids(NEWSROOM[1:2])
        index.close()
        location.promote(first)
        back = location.open()
        assert back.identity == IDENTITY
        assert [a.id for a in back.scan(EVERYTHING)] == article_ids(NEWSROOM[:1])
        back.close()
        live.close()

    def test_others_are_listed_newest_first(self, location: IndexLocation) -> None:
        location.create(IDENTITY).close()
        (first,) = location.generations()
        names = []
        for _ in range(3):
            name, index = location.begin(OTHER_MODEL)
            index.close()
            names.append(name)
        assert location.generations() == (first, *reversed(names))

    def test_dropping(self, location: IndexLocation) -> None:
        location.create(IDENTITY).close()
        (first,) = location.generations()
        name, shadow = location.begin(OTHER_MODEL)
        shadow.close()
        with pytest.raises(SearchIndexError, match="live"):
            location.drop(first)
        location.drop(name)
        assert location.generations() == (first,)
        location.open().close()

    def test_unknown_generations_are_refused(self, location: IndexLocation) -> None:
        location.create(IDENTITY).close()
        before = location.generations()
        with pytest.raises(SearchIndexError, match="no-such-generation"):
            location.promote("no-such-generation")
        with pytest.raises(SearchIndexError, match="no-such-generation"):
            location.drop("no-such-generation")
        assert location.generations() == before

    def test_begin_needs_a_live_one(self, location: IndexLocation) -> None:
        with pytest.raises(IndexMissing):
            location.begin(IDENTITY)

    def test_a_generation_opened_by_name_stays_with_it(self, location: IndexLocation) -> None:
        live = location.create(IDENTITY)
        self.put_one(live, 0)
        (first,) = location.generations()
        name, shadow = location.begin(IDENTITY)
        self.put_one(shadow, 1)
        former, other = location.open_generation(first), location.open_generation(name)
        location.promote(name)
        assert set(former.get(article_ids(NEWSROOM[:2]))) == set(article_ids(NEWSROOM[:1]))
        assert set(other.get(article_ids(NEWSROOM[:2]))) == set(article_ids(NEWSROOM[1:2]))
        for index in (live, shadow, former, other):
            index.close()
        with pytest.raises(SearchIndexError, match="no generation"):
            location.open_generation("no-such-generation")

    def test_an_open_index_writes_to_what_took_over(self, location: IndexLocation) -> None:
        index = location.create(IDENTITY)
        self.put_one(index, 0)
        name, shadow = location.begin(IDENTITY)
        self.put_one(shadow, 1)
        shadow.close()
        location.promote(name)
        self.put_one(index, 2)
        now = location.open()
        assert [a.id for a in now.scan(EVERYTHING)] == sorted(article_ids(NEWSROOM[1:3]))
        assert index.delete(article_ids(NEWSROOM[1:2])) == 1
        assert set(now.states(article_ids(NEWSROOM[:3]))) == set(article_ids(NEWSROOM[2:3]))
        now.close()
        index.close()

    def test_an_open_index_does_not_write_with_another_model(self, location: IndexLocation) -> None:
        index = location.create(IDENTITY)
        self.put_one(index, 0)
        name, shadow = location.begin(OTHER_MODEL)
        shadow.close()
        location.promote(name)
        with pytest.raises(IndexMismatch, match="other"):
            index.write([NEWSROOM[1]])
        assert [a.id for a in index.scan(EVERYTHING)] == article_ids(NEWSROOM[:1])
        index.close()

    def test_writers_wait_while_frozen(self, location: IndexLocation) -> None:
        index = location.create(IDENTITY)
        (live,) = location.generations()
        location.thaw(live)
        location.freeze(live)
        location.freeze(live)
        writer = threading.Thread(target=index.write, args=([NEWSROOM[0]],))
        writer.start()
        writer.join(0.5)
        assert writer.is_alive()
        assert index.get(article_ids(NEWSROOM[:1])) == {}
        location.thaw(live)
        writer.join(60)
        assert set(index.get(article_ids(NEWSROOM[:1]))) == set(article_ids(NEWSROOM[:1]))
        index.close()

    def put_one(self, index: SearchIndex, n: int) -> None:
        self.put(index, NEWSROOM[n])
