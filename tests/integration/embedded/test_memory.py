"""Passages in memory: the same answers as from the files, whatever is written meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from search.index.clauses import Match, Phrase
from search.index.embedded.index import EmbeddedIndex
from search.index.embedded.location import FolderLocation
from search.index.embedded.matching import Selection
from search.index.embedded.memory import Holding, Memory
from search.index.embedded.resident import Resident
from search.index.embedded.retrieval import View, retrieve
from search.index.embedded.table import Dataset
from search.index.filters import Filters
from search.index.legs import Leg, LexicalLeg, VectorLeg
from search.index.model import EmbeddedArticle
from tests.support.newsroom import DIMENSION, IDENTITY, TOPICS, on, story, topic_vector

ROOM = 2**30

FILTERS = (
    Filters(),
    Filters(langs=frozenset({"de"})),
    Filters(exclude_langs=frozenset({"de"}), after=on(2025, 3, 1)),
    Filters(sources=frozenset({"herald"}), exclude_tags=frozenset({"nato"})),
    Filters(tags=frozenset({"nato", "art"}), exclude_ids=frozenset({"a03", "a04"})),
    Filters(excluding=(Phrase("second version"),)),
    Filters(langs=frozenset({"xx"})),
)

LEGS: tuple[Leg, ...] = (
    *(VectorLeg(topic_vector(topic)) for topic in TOPICS[:3]),
    VectorLeg(-topic_vector(TOPICS[0])),
    LexicalLeg(Match("words version")),
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
        check(dataset, resident)
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
    assert second.blocks[0].vectors is first.blocks[0].vectors
    assert first.blocks[0].alive.all()
    assert len(second.blocks) == 2
    assert not second.blocks[0].alive.all()


def test_an_article_that_a_file_ends_in_the_middle_of(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(6)])
    dataset = index._table.latest()
    whole = Resident.read(dataset, None, ROOM)
    (block,) = whole.blocks
    cut = int(block.starts[2]) + 1
    halves = tuple(
        replace(
            block,
            vectors=block.vectors[part],
            shown=block.shown.slice(part.start, part.stop - part.start),
            row_ids=block.row_ids[part],
            order=np.argsort(block.row_ids[part]),
            starts=np.unique(np.clip(block.starts - part.start, 0, None))
            if part.start
            else block.starts[block.starts < cut],
            alive=block.alive[part],
        )
        for part in (slice(0, cut), slice(cut, len(block.row_ids)))
    )
    names = whole.names.to_pylist()
    codes = tuple(
        np.array([names.index(name) for name in half.names().to_pylist()], dtype=np.int32)
        for half in halves
    )
    check(dataset, Resident(whole.version, halves, whole.names, codes))


def test_the_first_search_of_a_process_does_without(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(5)])
    dataset = index._table.latest()
    memory = Memory(Holding())
    assert memory.of(dataset, by_vector=False) is None
    assert memory.of(dataset, by_vector=True) is None
    held = memory.of(dataset, by_vector=True)
    assert held is not None
    assert memory.of(dataset, by_vector=False) is held
    index.delete(["a01"])
    assert memory.of(index._table.latest(), by_vector=False) is None
    newer = memory.of(index._table.latest(), by_vector=True)
    assert newer is not None
    assert newer.version > held.version
    assert memory.of(dataset, by_vector=True) is None


@pytest.mark.parametrize("most_bytes", [0, 8 * DIMENSION * 4, 15 * DIMENSION * 4 + 100])
def test_what_does_not_fit_is_not_held(index: EmbeddedIndex, most_bytes: int) -> None:
    index.write([made(n, "de", 1) for n in range(5)])
    memory = Memory(Holding(most_bytes, after=0))
    dataset = index._table.latest()
    assert memory.of(dataset, by_vector=True) is None
    assert memory.of(dataset, by_vector=True) is None


def test_it_is_held_again_when_it_has_shrunk(index: EmbeddedIndex) -> None:
    index.write([made(n, "de", 1) for n in range(5)])
    all_bytes = sum(b.nbytes for b in Resident.read(index._table.latest(), None, ROOM).blocks)
    index.write([made(n, "de", 1) for n in range(5, 10)])
    memory = Memory(Holding(all_bytes + 200, after=0))
    assert memory.of(index._table.latest(), by_vector=True) is None
    index.delete([f"a{n:02}" for n in range(5, 10)])
    assert memory.of(index._table.latest(), by_vector=True) is not None


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
        f"Headline {n}",
        "some words",
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


def check(dataset: Dataset, resident: Resident, among: Sequence[Filters] = FILTERS) -> None:
    """Compare what is found in memory with what is found in the files, to the last digit."""
    for filters in among:
        selection = Selection.of(dataset, filters)
        for leg, (limit, shown) in zip(LEGS, cycle(((3, 1), (7, 3), (100, 2)))):
            without = retrieve(View(dataset), leg, selection, limit, shown)
            held = retrieve(View(dataset, resident), leg, selection, limit, shown)
            assert held == without, (filters, leg, limit)
