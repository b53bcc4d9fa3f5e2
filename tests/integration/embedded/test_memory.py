"""Passages in memory: the same answers as from the files, whatever is written meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from search.index.clauses import AllOf, AnyOf, InArticle, Match, Phrase, Prefix, Scope
from search.index.embedded import counting
from search.index.embedded.articles import COLUMNS
from search.index.embedded.driver import lance
from search.index.embedded.in_memory import InMemory
from search.index.embedded.index import EmbeddedIndex
from search.index.embedded.location import FolderLocation
from search.index.embedded.matching import Selection
from search.index.embedded.memory import POSTINGS_AFTER, Holding, Memory
from search.index.embedded.on_disk import OnDisk
from search.index.embedded.postings import TOKEN_BYTES, Postings
from search.index.embedded.resident import EXACT_SHARE, Resident
from search.index.embedded.retrieval import hits, rank, result_of
from search.index.embedded.retrieved import EmbeddedRetrieved
from search.index.embedded.rows import table_of
from search.index.embedded.table import Dataset, add_languages
from search.index.embedded.view import View
from search.index.filters import Filters
from search.index.legs import LatestLeg, Leg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import EmbeddedArticle, IndexIdentity
from search.index.port import FacetField
from tests.support.newsroom import DIMENSION, IDENTITY, TOPICS, on, story, topic_vector

ROOM = 2**30

FIELDS: tuple[FacetField, ...] = get_args(FacetField)

FILTERS = (
    Filters(),
    Filters(langs=frozenset({"de"})),
    Filters(exclude_langs=frozenset({"de"}), after=on(2025, 3, 1)),
    Filters(sources=frozenset({"herald"}), exclude_tags=frozenset({"nato"})),
    Filters(tags=frozenset({"nato", "art"}), exclude_ids=frozenset({"a03", "a04"})),
    Filters(excluding=(Phrase("second version"),), before=on(2025, 6, 1)),
    Filters(langs=frozenset({"xx"})),
)

LEGS: tuple[Leg, ...] = (
    *(VectorLeg(topic_vector(topic)) for topic in TOPICS[:3]),
    VectorLeg(-topic_vector(TOPICS[0])),
    LexicalLeg(Match("words version")),
    LexicalLeg(InArticle((Match("headline", Scope.TITLE), Match("second")), (Match("some"),))),
    LexicalLeg(AnyOf((Prefix("ver"), AllOf((Match("some"), Match("words")))))),
    NamesLeg(("strsbrg", "mrkl")),
    LatestLeg(),
    LatestLeg(Match("version")),
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    index = FolderLocation(tmp_path / "index").create(IDENTITY)
    yield index
    index.close()


def test_the_same_answers_after_every_kind_of_change(index: EmbeddedIndex) -> None:
    chance = np.random.default_rng(7)
    resident = None
    for step in range(20):
        change(index, chance, step)
        dataset = index._table.latest()
        resident = Resident.read(dataset, resident, ROOM)
        some = [*FILTERS[step % len(FILTERS) :], *FILTERS][:3]
        check(dataset, resident, some)
        check(dataset, without_exact(resident), some)
        less = Resident.read(dataset, resident, ROOM, with_vectors=False)
        check(dataset, less, FILTERS[step % len(FILTERS) :][:1])
    assert resident is not None
    assert len(resident.blocks) < 20


def test_the_same_answers_while_others_write(index: EmbeddedIndex) -> None:
    change(index, np.random.default_rng(0), 0)
    over = threading.Event()

    def write() -> None:
        chance = np.random.default_rng(11)
        for step in range(60):
            change(index, chance, step)
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    resident, versions = None, set()
    while not over.is_set():
        dataset = index._table.latest()
        resident = Resident.read(dataset, resident, ROOM)
        check(dataset, resident, FILTERS[1:2])
        versions.add(resident.version)
    writer.join()
    assert len(versions) > 1


def test_only_new_files_are_read(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(10)])
    first = Resident.read(index._table.latest(), None, ROOM)
    index.write([made(n, "en", 1) for n in range(10, 14)])
    index.delete(["a03"])
    second = Resident.read(index._table.latest(), first, ROOM)
    assert second.blocks[0].codes is first.blocks[0].codes
    assert len(first) == 30
    assert [len(block) for block in second.blocks] == [27, 12]


def test_rows_have_the_numbers_that_the_table_gives_them(index: EmbeddedIndex) -> None:
    chance = np.random.default_rng(3)
    for step in range(9):
        change(index, chance, step)
        dataset = index._table.latest()
        resident = Resident.read(dataset, None, ROOM)
        backwards = np.arange(len(resident))[::-1]
        taken = dataset.take(backwards.tolist(), columns=["article_id", "position", "vector"])
        view = InMemory(resident, dataset, Filters())
        assert view.ids(view.articles(backwards)).to_pylist() == taken["article_id"].to_pylist()
        assert view.positions(backwards).tolist() == taken["position"].to_pylist()
        stored = np.stack(taken["vector"].to_numpy())
        for held in (resident, without_exact(resident)):
            assert np.array_equal(held.vectors(backwards[::-1], dataset), stored[::-1])


def test_an_article_that_a_file_ends_in_the_middle_of(index: EmbeddedIndex) -> None:
    rows = table_of([made(n, "de", 1) for n in range(12)], DIMENSION)
    add_languages(index._table.for_writing(), ["de"])
    index._table.commit(
        lambda dataset: lance.write_dataset(rows, dataset, mode="append", max_rows_per_file=7)
    )
    dataset = index._table.latest()
    resident = Resident.read(dataset, None, ROOM)
    assert [len(block) for block in resident.blocks] == [7, 7, 7, 7, 7, 1]
    assert len(resident.articles) == 12
    check(dataset, resident)
    # Whatever the order of the files (vectors are read by the numbers that this one gives).
    other = Resident.joined(resident.version, resident.blocks[::-1], resident.articles.known)
    assert len(other.articles) == 12
    for leg in LEGS[4:]:
        here, there = (
            answers(InMemory(held, dataset, Filters()), Filters(), leg, 4, 3)[:6]
            for held in (resident, other)
        )
        assert here == there, leg


def test_vectors_are_read_from_where_they_stand(tmp_path: Path) -> None:
    """Of the width of a real model, in files with deleted rows, and of whatever width they are."""
    for width, stands in ((256, True), (8, False)):
        identity = IndexIdentity("handmade", "00000000000000bb", width)
        index = FolderLocation(tmp_path / str(width)).create(identity)
        chance = np.random.default_rng(5)
        for start in (0, 40):
            articles = [made(n, "de", 1) for n in range(start, start + 40)]
            index.write(
                [
                    replace(one, vectors=chance.normal(size=(3, width)).astype(np.float32))
                    for one in articles
                ]
            )
        first = Resident.read(index._table.latest(), None, ROOM)
        index.delete(["a02", "a03", "a41", "a79"])
        dataset = index._table.latest()
        for former in (None, first):
            resident = without_exact(Resident.read(dataset, former, ROOM))
            assert [block.file is not None for block in resident.blocks] == [stands] * 2
            rows = np.sort(chance.choice(len(resident), 100, replace=False))
            taken = dataset.take(rows.tolist(), columns=["vector"])["vector"].to_numpy()
            assert np.array_equal(resident.vectors(rows, dataset), np.stack(taken))
            question = chance.normal(size=width).astype(np.float32)
            for filters in FILTERS[:3]:
                held, without = (
                    answers(view, filters, VectorLeg(question), 10, 2)
                    for view in (InMemory(resident, dataset, filters), OnDisk(dataset, filters))
                )
                assert held == without
        index.close()


def test_the_first_search_of_a_process_does_without(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(5)])
    dataset = index._table.latest()
    memory = Memory(Holding())
    assert memory.of(dataset, search=False) is None
    assert memory.of(dataset, search=True) is None
    held = memory.of(dataset, search=True)
    assert held is not None
    assert memory.of(dataset, search=False) is held
    index.delete(["a01"])
    assert memory.of(index._table.latest(), search=False) is None
    newer = memory.of(index._table.latest(), search=True)
    assert newer is not None
    assert newer.version > held.version
    assert memory.of(dataset, search=True) is None


def without_exact(resident: Resident) -> Resident:
    return replace(resident, blocks=tuple(block.without_exact() for block in resident.blocks))


def cached(dataset: Dataset) -> int:
    size: int = dataset.session().index_cache_size_bytes()
    return size


def test_lists_of_words_are_read_once_that_pays(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(40)])
    index.optimize()
    dataset = index._table.latest()
    memory = Memory(Holding(after=0))
    for _ in range(POSTINGS_AFTER):
        memory.of(dataset, search=True)
    before = cached(dataset)
    memory.of(dataset, search=False)
    assert cached(dataset) == before
    memory.of(dataset, search=True)
    assert cached(dataset) > before


def test_lists_are_read_as_far_as_there_is_room_and_anew_with_new_segments(
    index: EmbeddedIndex,
) -> None:
    index.write([made(n, "de", 1) for n in range(40)])
    index.optimize()
    dataset = index._table.latest()
    Postings(0).read(dataset)
    without = cached(dataset)
    postings = Postings(ROOM)
    postings.read(dataset)
    full = cached(dataset)
    assert full > without + TOKEN_BYTES
    postings.read(dataset)
    assert cached(dataset) == full
    index.write([made(n, "en", 1) for n in range(40, 80)])
    index.optimize()
    postings.read(index._table.latest())
    assert cached(dataset) > full


def test_lists_are_read_again_by_a_cache_that_was_begun_anew(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(40)])
    index.optimize()
    postings = Postings(ROOM)
    postings.read(index._table.latest())
    anew = lance.dataset(index._table.latest().uri)
    before = cached(anew)
    postings.read(anew)
    assert cached(anew) > before


def test_what_fits_is_held(index: EmbeddedIndex) -> None:
    """First without the vectors, then not at all."""
    index.write([made(n, "de", 1) for n in range(50)])
    dataset = index._table.latest()
    for with_vectors in (True, False):
        resident = Resident.read(dataset, None, ROOM, with_vectors=with_vectors)
        room = nbytes(without_exact(resident))
        held = Memory(Holding(room, after=0)).of(dataset, search=True)
        assert held is not None
        assert held.with_vectors is with_vectors
        check(dataset, held, FILTERS[:2])
        memory = Memory(Holding(room - 1, after=0))
        for _ in range(2):
            less = memory.of(dataset, search=True)
            assert less is None if not with_vectors else less is not None and not less.with_vectors


def test_vectors_are_held_as_they_are_while_they_take_a_small_share(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(20)])
    few = Resident.read(index._table.latest(), None, ROOM)
    assert few.with_exact
    bytes_of_few = sum(one.exact.nbytes for one in few.blocks if one.exact is not None)
    assert bytes_of_few == len(few) * DIMENSION * 2
    room = int(bytes_of_few / EXACT_SHARE)
    assert Resident.read(index._table.latest(), few, room).with_exact
    index.write([made(n, "de", 1) for n in range(20, 24)])
    dataset = index._table.latest()
    more = Resident.read(dataset, few, room)
    assert not more.with_exact
    assert nbytes(more) == nbytes(without_exact(more))
    check(dataset, more, FILTERS[:2])
    index.delete([f"a{n:02}" for n in range(20, 24)])
    fewer = Resident.read(index._table.latest(), more, room)
    check(index._table.latest(), fewer, FILTERS[:2])


def test_nothing_is_held_where_nothing_may_be(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(5)])
    memory = Memory(Holding(0, after=0))
    assert memory.of(index._table.latest(), search=True) is None


def test_more_is_held_again_when_it_has_shrunk(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(10)])
    room = nbytes(Resident.read(index._table.latest(), None, ROOM, with_vectors=False))
    memory = Memory(Holding(room, after=0))

    def with_vectors() -> bool | None:
        held = memory.of(index._table.latest(), search=True)
        if held is not None:
            check(index._table.latest(), held, FILTERS[:1])
        return None if held is None else held.with_vectors

    assert with_vectors() is False
    index.delete([f"a{n:02}" for n in range(5, 10)])
    index.optimize()
    assert with_vectors() is True
    index.write([made(n, "de", 1) for n in range(10, 90)])
    assert with_vectors() is None
    index.delete([f"a{n:02}" for n in range(10, 90)])
    assert with_vectors() is True


def test_nothing_in_it(index: EmbeddedIndex) -> None:
    dataset = index._table.latest()
    check(dataset, Resident.read(dataset, None, ROOM))


def change(index: EmbeddedIndex, chance: np.random.Generator, step: int) -> None:
    """Write new articles and new versions, delete some, or tidy."""
    numbers = chance.choice(40, 6, replace=False).tolist()
    match step % 5:
        case 3:
            index.delete([f"a{n:02}" for n in numbers[:2]])
        case 4 if step % 10 == 9:
            index.optimize()
        case _:
            lang = str(chance.choice(("de", "en", "fr")))
            index.write([made(n, lang, step) for n in numbers])


def made(n: int, lang: str, version: int) -> EmbeddedArticle:
    """Every other article has vectors that others have too, so that scores are equal."""
    topic = TOPICS[n % 3]
    article = story(
        f"a{n:02}",
        f"Headline {n} of Strasbourg",
        "some words by Angela Merkel" if n % 3 else "some words",
        "second version" if version % 2 else f"version {version}",
        topic=topic,
        lang=lang,
        source="herald" if n % 2 else None,
        tags=("nato",) if n % 3 else ("art", "nato"),
        published=on(2025, 1 + n % 6, 1) if n % 4 else None,
        updated=on(2025, 7, 1 + version % 28),
    )
    if n % 2:
        return article
    return replace(article, vectors=np.stack([topic_vector(topic)] * len(article.vectors)))


def nbytes(resident: Resident) -> int:
    return sum(block.nbytes for block in resident.blocks)


def check(dataset: Dataset, resident: Resident, among: Sequence[Filters] = FILTERS) -> None:
    """Compare what is found in memory with what is found in the files, to the last digit."""
    for filters in among:
        for leg, (limit, shown) in zip(LEGS, cycle(((3, 1), (7, 3), (100, 2)))):
            columns = ["published"] if isinstance(leg, LatestLeg) else []
            views = InMemory(resident, dataset, filters), OnDisk(dataset, filters, columns)
            held, without = (answers(view, filters, leg, limit, shown) for view in views)
            assert held == without, (filters, leg, limit)
        held, without = (
            everything(view, filters)
            for view in (
                InMemory(resident, dataset, filters),
                OnDisk(dataset, filters, [*COLUMNS.values(), "published"]),
            )
        )
        assert held == without, filters


def answers(view: View, filters: Filters, leg: Leg, limit: int, shown: int) -> list[object]:
    """Return all that one may want to know of what a leg finds."""
    ranking = rank(Selection.of(view, filters), leg, limit, shown)
    result = result_of(leg, ranking, shown)
    retrieved = EmbeddedRetrieved(view, (result,), [ranking], shown, nullcontext)
    ids = [one.id for one in result.candidates]
    (best,) = retrieved.best_passages(ids)
    near = leg.vector if isinstance(leg, VectorLeg) else topic_vector(TOPICS[1])
    both = np.stack([near, -near])
    some = {one: (best[one][-1].position, 2, 99) for one in ids[::2]}
    return [
        result,
        retrieved.langs([*ids, "stranger"]),
        retrieved.published(ids),
        retrieved.facets(FIELDS, ids[1:]),
        retrieved.histogram("month", ids[1:]),
        best,
        retrieved.likeness(dict.fromkeys(ids, 0), ids),
        retrieved.nearness(both, ids[1:]),
        retrieved.fetch(some),
        list(hits(view, ranking)),
    ]


def everything(view: View, filters: Filters) -> list[object]:
    """Return what is counted of all that passes."""
    selection = Selection.of(view, filters)
    return [
        sorted(view.ids(selection.passing()).to_pylist()),
        counting.facets(selection, FIELDS, None),
        counting.facets(selection, FIELDS, Match("second")),
        counting.histogram(selection, "day", None),
        counting.histogram(selection, "month", Match("second")),
    ]
