"""Notes: small documents that are kept with a generation, beside its articles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.index.errors import IndexMismatch
from search.index.port import IndexLocation, SearchIndex
from tests.contract.place import EVERYTHING, OnePlace
from tests.support.newsroom import IDENTITY, NEWSROOM

OTHER_MODEL = replace(IDENTITY, model_name="other", model_fingerprint="00000000000000dd")

NOTE = {"version": 1, "words": ["Größe", "東京", ""], "deep": {"half": 0.5, "none": None}}


class Notes(OnePlace):
    """`SearchIndex.notes` and `SearchIndex.annotate`."""

    def test_none_at_first(self, index: SearchIndex) -> None:
        assert index.notes() == {}
        index.annotate("never", None)
        assert index.notes() == {}

    def test_kept_replaced_and_removed(self, index: SearchIndex, location: IndexLocation) -> None:
        index.annotate("first", NOTE)
        index.annotate("second", {"n": 2})
        beside = location.open()
        assert index.notes() == beside.notes() == {"first": NOTE, "second": {"n": 2}}
        index.annotate("first", {"n": 1})
        assert beside.notes() == {"first": {"n": 1}, "second": {"n": 2}}
        beside.annotate("first", None)
        assert index.notes() == {"second": {"n": 2}}
        beside.annotate("second", None)
        assert index.notes() == {}
        beside.close()

    def test_as_large_as_the_offsets_of_many_languages(self, index: SearchIndex) -> None:
        large = {"vectors": {f"l{n}": "A" * 3000 for n in range(100)}}
        index.annotate("large", large)
        assert index.notes() == {"large": large}

    def test_what_the_index_is_does_not_change(
        self, newsroom: SearchIndex, location: IndexLocation
    ) -> None:
        before = newsroom.stats()
        newsroom.annotate("first", NOTE)
        opened = location.open()
        assert opened.identity == newsroom.identity == IDENTITY
        assert opened.stats().articles == before.articles
        assert len(list(opened.scan(EVERYTHING))) == len(NEWSROOM)
        opened.annotate("first", None)
        assert location.open().identity == IDENTITY
        opened.close()

    def test_a_write_leaves_them_alone(self, index: SearchIndex) -> None:
        index.annotate("first", NOTE)
        self.put(index, *NEWSROOM)
        index.optimize()
        assert index.notes() == {"first": NOTE}

    def test_they_belong_to_their_generation(self, location: IndexLocation) -> None:
        live = location.create(IDENTITY)
        live.annotate("first", NOTE)
        (first,) = location.generations()
        name, shadow = location.begin(IDENTITY)
        assert shadow.notes() == {}
        shadow.annotate("first", {"of": "the second"})
        assert live.notes() == {"first": NOTE}
        shadow.close()
        location.promote(name)
        now = location.open()
        assert now.notes() == {"first": {"of": "the second"}}
        former = location.open_generation(first)
        assert former.notes() == {"first": NOTE}
        for index in (live, now, former):
            index.close()
        location.drop(first)
        again, fresh = location.begin(IDENTITY)
        assert fresh.notes() == {}
        fresh.close()
        location.drop(again)

    def test_an_open_index_does_not_annotate_another_model(self, location: IndexLocation) -> None:
        index = location.create(IDENTITY)
        name, shadow = location.begin(OTHER_MODEL)
        shadow.close()
        location.promote(name)
        with pytest.raises(IndexMismatch, match="other"):
            index.annotate("first", NOTE)
        opened = location.open()
        assert opened.notes() == {}
        opened.close()
        index.close()
