"""Everything at once on one index: no operation breaks another one, and nothing is left over."""

from __future__ import annotations

import itertools
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from search.index.clauses import Match
from search.index.embedded.cleaning import old_versions
from search.index.embedded.index import EmbeddedIndex
from search.index.embedded.location import FolderLocation
from search.index.embedded.upkeep import Policy
from search.index.filters import Filters
from search.index.legs import LexicalLeg
from search.index.model import EmbeddedArticle
from tests.contract.place import EVERYTHING, ask
from tests.support.newsroom import IDENTITY, story

ROUNDS = 12
BUSY = Policy(unindexed_rows=80, small_files=4, kept=timedelta(seconds=5))
STABLE = 20
"""Articles that nobody changes: whoever looks finds all of them, always."""


def article(name: str, version: int = 1) -> EmbeddedArticle:
    texts = [f"harbour words {version} of passage {n}" for n in range(1 + version % 4)]
    return story(name, f"Headline {version}", *texts)


def write(index: EmbeddedIndex, n: int) -> None:
    index.write([article(f"w{n}-{k}") for k in range(3)])


def correct(index: EmbeddedIndex, n: int) -> None:
    index.write([article("changing", n)])


def delete(index: EmbeddedIndex, n: int) -> None:
    index.write([article(f"doomed-{n}")])
    assert index.delete([f"doomed-{n}"]) == 1


def search(index: EmbeddedIndex, _: int) -> None:
    hits = ask(index, "harbour", limit=500).hits
    assert sum(hit.article.id.startswith("stable") for hit in hits) == STABLE


def export(index: EmbeddedIndex, _: int) -> None:
    names = [one.id for one in index.scan(EVERYTHING)]
    assert sum(name.startswith("stable") for name in names) == STABLE
    assert names == sorted(set(names))


def list_all(index: EmbeddedIndex, _: int) -> None:
    found = list(index.matches(LexicalLeg(Match("harbour")), EVERYTHING))
    assert sum(hit.article.id.startswith("stable") for hit in found) == STABLE


def abandon(index: EmbeddedIndex, _: int) -> None:
    """Begin three readings and leave them, one way or another."""
    next(iter(index.scan(EVERYTHING)))
    states = index.scan_states()
    next(states)
    del states
    kept = index.matches(LexicalLeg(Match("harbour")), EVERYTHING)
    next(kept)
    kept.close()  # type: ignore[attr-defined]


def look(index: EmbeddedIndex, n: int) -> None:
    assert index.get(["stable-0"]).keys() == index.states(["stable-0"]).keys() == {"stable-0"}
    assert index.history(["stable-0"])
    assert index.stats().articles >= STABLE
    assert index.facets(["lang"], Filters())
    index.annotate("seen", {"round": n})
    assert index.notes()


def tidy(index: EmbeddedIndex, n: int) -> None:
    index.refresh()
    if n % 4 == 0:
        index.optimize()


OPERATIONS: tuple[Callable[[EmbeddedIndex, int], None], ...] = (
    *(write, correct, delete, search, search, export, export, list_all, abandon, look, tidy),
)


@pytest.mark.slow
def test_all_operations_at_once(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "index", BUSY)
    index = location.create(IDENTITY)
    index.write([article(f"stable-{n}", n) for n in range(STABLE)])
    failed: list[BaseException] = []

    def repeat(operation: Callable[[EmbeddedIndex, int], None]) -> None:
        for n in range(ROUNDS):
            try:
                operation(index, n)
            except BaseException as error:
                error.add_note(f"{operation.__name__}, round {n}")
                failed.append(error)
                return

    threads = [threading.Thread(target=repeat, args=(one,)) for one in OPERATIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    index.close()
    written = {f"w{n}-{k}" for n, k in itertools.product(range(ROUNDS), range(3))}
    assert index.get(sorted(written)).keys() == written
    assert index.get(["changing"])["changing"].article.title == f"Headline {ROUNDS - 1}"
    assert not index.get([f"doomed-{n}" for n in range(ROUNDS)])
    assert not left(index)


def left(index: EmbeddedIndex) -> list[int]:
    """Clean, as an ingest does at its end, and return what old versions are left."""
    index.write([article("last", index.stats().articles)])
    index.refresh()
    return old_versions(index._table.path, timedelta(0))


def test_a_version_stays_as_long_as_it_is_read(tmp_path: Path) -> None:
    index = FolderLocation(tmp_path / "index").create(IDENTITY)
    index.write([article(f"stable-{n}", n) for n in range(STABLE)])
    assert not left(index)
    begun = index.scan(EVERYTHING)
    next(begun)
    version = index._table.latest().version
    assert left(index) == [version]
    index.optimize()
    assert len(list(begun)) == STABLE
    assert not left(index)
    abandon(index, 0)
    assert not left(index)
    index.close()


READER = """
    import sys
    from pathlib import Path
    from search.index.embedded.location import FolderLocation
    from search.index.filters import Filters

    begun = FolderLocation(Path(sys.argv[1])).open().scan(Filters())
    next(begun)
    print("reading", flush=True)
    sys.stdin.readline()
    print(1 + len(list(begun)), flush=True)
"""


def test_other_processes_hold_versions_until_they_end(tmp_path: Path) -> None:
    index = FolderLocation(tmp_path / "index").create(IDENTITY)
    index.write([article(f"stable-{n}", n) for n in range(STABLE)])
    command = [sys.executable, "-c", textwrap.dedent(READER), str(tmp_path / "index")]
    readers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
    assert len(left(index)) == 1
    readers[0].kill()
    readers[0].communicate()
    assert len(left(index)) == 1
    out, _ = readers[1].communicate("\n")
    assert int(out) == STABLE
    assert not left(index)
    index.close()
