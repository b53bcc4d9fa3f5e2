"""An index in a folder: damage is found and mended, backups are whole, left-overs are deleted."""

from __future__ import annotations

import json
import random
import shutil
import threading
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from search.index.embedded.driver import lance
from search.index.embedded.location import FolderLocation
from search.index.embedded.safekeeping.keeper import FolderSafekeeping
from search.index.embedded.state import FILE
from search.index.errors import IndexDamaged, IndexExists, IndexMismatch, SearchIndexError
from search.index.filters import Filters
from search.index.model import SCHEMA_VERSION
from search.index.port import IndexLocation
from search.index.safekeeping import Cleaning, Damage, Harm, Mending, Safekeeping
from search.index.state import Change
from tests.contract.safekeeping import Safe, fill, stored
from tests.support.newsroom import IDENTITY, NEWSROOM, article_ids, on, story

MARKER = "qzxvkrwmjpt"


class TestFolder(Safe):
    """The contract, in fresh folders."""

    @pytest.fixture
    def location(self, tmp_path: Path) -> FolderLocation:
        return FolderLocation(tmp_path / "index")

    @pytest.fixture
    def new_place(self, tmp_path: Path) -> Callable[[], IndexLocation]:
        return lambda: FolderLocation(tmp_path / "another")

    @pytest.fixture
    def target(self, tmp_path: Path) -> str:
        return str(tmp_path / "backup")

    def keeper(self, location: IndexLocation) -> Safekeeping:
        return keeper(Path(location.uri))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index with articles added, corrected and deleted, notes, and two generations."""
    folder = tmp_path_factory.mktemp("grown") / "index"
    location = FolderLocation(folder)
    fill(location)
    index = location.open()
    for number in range(3):
        index.write([story(f"n{number}-{n}", f"Number {n}", "Some text. " * 9) for n in range(8)])
        index.refresh()
    index.write([story("n0-1", "Corrected", "Another text.")])
    index.delete(["n1-2", *article_ids(NEWSROOM[:1])])
    index.annotate("offsets", {"de": 1})
    index.close()
    name, index = location.begin(IDENTITY)
    index.write([story("copy", "In the second generation")])
    index.close()
    location.promote(name)
    location.promote(location.former()[0])
    return folder


@pytest.fixture
def folder(grown: Path, tmp_path: Path) -> Path:
    """Return a copy of `grown` for one test."""
    return Path(shutil.copytree(grown, tmp_path / "index"))


def test_no_flipped_bit_is_silent(folder: Path) -> None:
    chosen = random.Random(18)  # noqa: S311 - any bits will do, but the same every time
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]
    of_each = [*files, *chosen.choices(files, k=60)]
    for path in of_each:
        before = path.read_bytes()
        flip(path, chosen.randrange(len(before)), chosen.randrange(8))
        damage = keeper(folder).verify().damage
        assert path.relative_to(folder).as_posix() in {one.file for one in damage}
        path.write_bytes(before)
    assert keeper(folder).verify().whole


def test_files_that_are_cut_off_or_missing_are_named(folder: Path) -> None:
    file = folder / damaged(folder, "data").file
    flip(file, file.stat().st_size // 2, 4)
    assert keeper(folder).verify().whole
    content = file.read_bytes()
    file.write_bytes(content[:-7])
    (damage,) = keeper(folder).verify().damage
    assert f"it has {len(content) - 7} bytes instead of {len(content)}" in damage.what
    file.unlink()
    (damage,) = keeper(folder).verify().damage
    assert (damage.file, damage.what) == (file.relative_to(folder).as_posix(), "is missing")
    assert damage.articles


def test_the_articles_of_a_damaged_file_are_named_and_can_be_ingested_again(folder: Path) -> None:
    before = stored(FolderLocation(folder))
    damage = damaged(folder, "data")
    assert damage.harm is Harm.ARTICLES
    assert 0 < len(damage.articles) < len(before)
    still = keeper(folder).mend(Mending())
    assert [one.file for one in still.damage] == [damage.file]
    mended = keeper(folder).mend(Mending(remove_damaged=True))
    assert mended.whole
    left = stored(FolderLocation(folder))
    assert before.keys() - left.keys() == set(damage.articles)
    assert all(before[name] == article for name, article in left.items())
    index = FolderLocation(folder).open()
    again = index.write([story(name, "Written again") for name in damage.articles])
    assert {result.outcome for result in again.results} == {"added"}
    index.close()


def test_damaged_files_are_taken_from_a_backup(folder: Path, tmp_path: Path) -> None:
    backup = str(tmp_path / "backup")
    keeper(folder).backup(backup)
    before = stored(FolderLocation(folder))
    for kind in ("data", "_deletions", "_indices", "_versions"):
        damaged(folder, kind)
    mended = keeper(folder).mend(Mending(source=backup))
    assert mended.whole
    assert stored(FolderLocation(folder)) == before


def test_damaged_state_is_found_and_taken_from_a_backup(folder: Path, tmp_path: Path) -> None:
    with closing(FolderLocation(folder).state()) as state:
        state.write([Change("desks", f"{n:03}", {"text": MARKER * 9}) for n in range(200)])
    keeper(folder).backup(str(tmp_path / "backup"))
    whole = (folder / FILE).read_bytes()
    flipped = bytearray(whole)
    flipped[whole.index(MARKER.encode())] ^= 1
    for content in (bytes(flipped), whole[: len(whole) // 2], b"no database" * 99):
        (folder / FILE).write_bytes(content)
        (damage,) = keeper(folder).verify().damage
        assert (damage.file, damage.harm) == (FILE, Harm.STATE)
        mended = keeper(folder).mend(Mending(source=str(tmp_path / "backup")))
        assert mended.whole
        with closing(FolderLocation(folder).state()) as state:
            assert state.count("desks") == 200
    (folder / FILE).write_bytes(b"no database" * 99)
    with closing(FolderLocation(folder).state()) as state:
        with pytest.raises(IndexDamaged, match="--remove-damaged"):
            state.count("desks")
        assert keeper(folder).mend(Mending(remove_damaged=True)).whole
        assert state.count("desks") == 0


def test_indexes_are_built_anew(folder: Path) -> None:
    before = stored(FolderLocation(folder))
    for path in folder.glob(f"generations/{live(folder)}.lance/_indices/*/*"):
        if path.is_file():
            flip(path, 5, 3)
    assert not keeper(folder).verify().whole
    assert keeper(folder).mend(Mending()).whole
    assert stored(FolderLocation(folder)) == before
    index = FolderLocation(folder).open()
    assert index.delete(["n0-1"]) == 1
    index.close()


def test_behind_a_damaged_newest_version_is_a_whole_one(folder: Path) -> None:
    index = FolderLocation(folder).open()
    index.write([story("last", "Written last")])
    index.close()
    damage = damaged(folder, "_versions")
    assert damage.harm is Harm.VERSION
    assert "last" in damage.articles
    mended = keeper(folder).mend(Mending())
    assert mended.whole
    assert "last" not in stored(FolderLocation(folder))
    index = FolderLocation(folder).open()
    assert index.write([story("last", "Written last")]).results[0].outcome == "added"
    index.close()


@pytest.mark.parametrize("lost", ["missing", "cut", "flipped"])
def test_a_lost_manifest_is_made_anew_and_nothing_is_begun_beside_it(
    folder: Path, lost: str
) -> None:
    location = FolderLocation(folder)
    before, names, former = stored(location), location.generations(), location.former()
    path = folder / "polywire.json"
    if lost == "missing":
        path.unlink()
    elif lost == "cut":
        path.write_bytes(path.read_bytes()[:40])
    else:
        flip(path, 130, 0)
    for action in (location.open, location.generations, lambda: location.create(IDENTITY)):
        with pytest.raises(IndexDamaged, match="polywire verify --mend"):
            action()
    (damage,) = keeper(folder).verify().damage
    assert damage.file == "polywire.json"
    assert keeper(folder).mend(Mending()).whole
    assert (location.generations(), location.former()) == (names, former)
    assert stored(location) == before


def test_an_index_of_an_earlier_program_needs_the_model_named(folder: Path) -> None:
    location = FolderLocation(folder)
    before = stored(location)
    keeper(folder).clean(Cleaning(former=True))
    (folder / "polywire.json").unlink()
    for path in folder.glob("generations/*.identity.json"):
        path.unlink()
    with pytest.raises(SearchIndexError, match="--model NAME"):
        keeper(folder).mend(Mending())
    other = replace(IDENTITY, dimension=IDENTITY.dimension + 1)
    with pytest.raises(SearchIndexError, match="--model NAME"):
        keeper(folder).mend(Mending(identity=other))
    assert keeper(folder).mend(Mending(identity=IDENTITY)).whole
    # Whoever says nothing is older than the files that say it.
    with pytest.raises(IndexMismatch, match="schema version 3"):
        location.open()
    index = location.open_generation(location.generations()[0])
    assert {article.id: article for article in index.scan(Filters())} == before
    index.close()


def test_an_index_of_an_earlier_schema_is_backed_up_and_restored(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "index")
    index = location.create(replace(IDENTITY, schema_version=SCHEMA_VERSION - 1))
    index.write(NEWSROOM)
    index.close()
    copied = keeper(tmp_path / "index").backup(str(tmp_path / "backup"))
    assert copied.articles == len(NEWSROOM)
    place = FolderLocation(tmp_path / "another")
    keeper(tmp_path / "another").restore(str(tmp_path / "backup"))
    with pytest.raises(IndexMismatch, match="polywire reindex"):
        place.open()
    assert keeper(tmp_path / "another").verify().articles == len(NEWSROOM)


def test_a_killed_first_ingest_is_begun_anew(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "index")
    location.create(IDENTITY).close()
    (tmp_path / "index" / "polywire.json").unlink()
    fill(location)
    assert len(location.generations()) == 1
    cleaned = keeper(tmp_path / "index").clean(Cleaning())
    assert any("which nothing mentions" in what for what in cleaned.removed)
    assert cleaned.freed_bytes > 0
    assert len(stored(location)) == len(NEWSROOM)


def test_left_overs_are_deleted(folder: Path) -> None:
    location = FolderLocation(folder)
    before = stored(location)
    generations = folder / "generations"
    orphan = generations / "20200101T000000-00000000.lance"
    shutil.copytree(generations / f"{live(folder)}.lance", orphan)
    (generations / f"{live(folder)}.lance" / "data" / "stray.lance").write_bytes(b"x" * 1000)
    part = folder / "polywire.json.abcd.part"
    part.write_bytes(b"half")
    found = keeper(folder).verify()
    assert any(name.endswith("stray.lance") for name in found.left_over)
    assert any(orphan.name in name for name in found.left_over)
    size = sum(path.stat().st_size for path in orphan.rglob("*") if path.is_file())
    cleaned = keeper(folder).clean(Cleaning())
    assert cleaned.freed_bytes >= size + 1000
    assert not orphan.exists()
    assert not part.exists()
    assert keeper(folder).verify().left_over == ()
    assert stored(location) == before


def test_what_is_being_filled_is_not_deleted(folder: Path) -> None:
    location = FolderLocation(folder)
    name, index = location.begin(IDENTITY)
    cleaned = keeper(folder).clean(Cleaning(unfinished=True))
    assert any("is being filled" in sentence for sentence in cleaned.kept)
    index.write([story("copy", "Written while it was cleaned")])
    index.close()
    assert name in location.generations()
    again = location.open_generation(name)
    keeper(folder).clean(Cleaning(unfinished=True))
    assert name in location.generations()
    again.close()
    keeper(folder).clean(Cleaning(unfinished=True))
    assert name not in location.generations()


def test_damage_is_not_copied_to_a_new_generation(folder: Path) -> None:
    damaged(folder, "data")
    location = FolderLocation(folder)
    before = location.generations()
    with pytest.raises(IndexDamaged, match="polywire verify"):
        location.begin(IDENTITY)
    assert location.generations() == before


def test_cleaning_and_promoting_do_not_wait_for_each_other(folder: Path) -> None:
    location = FolderLocation(folder)
    first, second = location.generations()
    errors: list[BaseException] = []

    def clean() -> None:
        try:
            for _ in range(5):
                keeper(folder).clean(Cleaning())
                keeper(folder).mend(Mending())
        except BaseException as error:
            errors.append(error)

    cleaner = threading.Thread(target=clean)
    cleaner.start()
    for _ in range(10):
        location.promote(second)
        location.promote(first)
    cleaner.join()
    assert errors == []


def test_a_backup_under_writers_is_one_moment(folder: Path, tmp_path: Path) -> None:
    over = threading.Event()
    errors: list[BaseException] = []

    def write() -> None:
        try:
            index = FolderLocation(folder).open()
            number = 0
            while not over.is_set():
                index.write([story(f"w{number}", "First"), story(f"x{number}", "Second")])
                number += 1
            index.close()
        except BaseException as error:
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            keeper(folder).backup(str(tmp_path / "backup"))
            assert keeper(folder).verify().whole
            place = FolderLocation(tmp_path / f"restored{number}")
            keeper(Path(place.uri)).restore(str(tmp_path / "backup"))
            written = [name for name in stored(place) if name[0] in "wx" and name[1:].isdigit()]
            assert {f"x{name[1:]}" for name in written if name[0] == "w"} == {
                name for name in written if name[0] == "x"
            }
    finally:
        over.set()
        writer.join()
    assert errors == []


def test_what_does_not_verify_is_neither_backed_up_nor_restored(
    folder: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    keeper(folder).backup(str(backup))
    damaged(backup, "data")
    with pytest.raises(IndexDamaged, match="Nothing was restored"):
        keeper(tmp_path / "new").restore(str(backup))
    assert not (tmp_path / "new").exists()
    damaged(folder, "data")
    with pytest.raises(IndexDamaged, match="not as it was written"):
        keeper(folder).backup(str(tmp_path / "second"))


@pytest.mark.parametrize("name", ["copies", "generations/copies", "."])
def test_a_backup_goes_nowhere_inside_of_the_index(folder: Path, name: str) -> None:
    before = sorted(folder.rglob("*"))
    with pytest.raises(IndexExists, match="the index itself"):
        keeper(folder).backup(str(folder / name))
    assert sorted(folder.rglob("*")) == before


def test_a_backup_goes_into_no_folder_with_something_else(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "letters.txt").write_text("mine")
    with pytest.raises(IndexExists, match="holds no backup"):
        keeper(folder).backup(str(other))
    with pytest.raises(IndexExists, match="the index itself"):
        keeper(folder).backup(str(folder))
    fill(FolderLocation(tmp_path / "second"))
    with pytest.raises(IndexExists, match="holds no backup"):
        keeper(folder).backup(str(tmp_path / "second"))
    keeper(tmp_path / "second").backup(str(tmp_path / "backup"))
    with pytest.raises(IndexExists, match="of another index"):
        keeper(folder).backup(str(tmp_path / "backup"))


def test_damage_is_not_merged_into_new_files(folder: Path) -> None:
    damaged(folder, "data")
    index = FolderLocation(folder).open()
    with pytest.raises(IndexDamaged, match="polywire verify"):
        index.optimize()
    index.close()


def test_damaged_notes_do_not_open_an_index_that_was_served_with_keys(folder: Path) -> None:
    index = FolderLocation(folder).open()
    index.annotate("api_keys", {"folder": "keys"})
    index.close()
    notes = folder / "generations" / f"{live(folder)}.notes.json"
    flip(notes, notes.read_bytes().index(b"api_keys") + 2, 1)
    (damage,) = keeper(folder).verify().damage
    assert damage.harm is Harm.NOTES
    assert keeper(folder).mend(Mending()).whole
    index = FolderLocation(folder).open()
    assert set(index.notes()) == {"api_keys"}
    index.close()


def test_nothing_is_left_of_what_was_purged(folder: Path) -> None:
    location = FolderLocation(folder)
    index = location.open()
    index.write([story("doomed", f"Headline {MARKER}", f"Text with {MARKER} in it")])
    index.refresh()
    index.write([story("doomed", "Headline", "Corrected", updated=on(2027, 1, 1))])
    index.close()
    copied = location.open_generation(location.generations()[1])
    copied.write([story("doomed", "Headline", f"Text with {MARKER} in it")])
    copied.close()
    assert places_of(folder, MARKER)
    index = location.open()
    assert index.delete(["doomed"]) == 1
    assert places_of(folder, MARKER)
    assert keeper(folder).erase(["doomed"]) == 1
    keeper(folder).clean(Cleaning(purge=True))
    assert places_of(folder, MARKER) == []
    assert b"doomed" not in b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    assert keeper(folder).verify().whole
    assert keeper(folder).verify().unchecked == ()
    assert index.write([story("doomed", "Written anew")]).results[0].outcome == "added"
    index.close()


def places_of(folder: Path, word: str) -> list[str]:
    """Return where a word stands: in files as they are, and decoded in every column of each."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        if word.encode() in path.read_bytes():
            found.append(str(path))
        if path.suffix == ".lance":
            found += [f"{path}: {name}" for name in columns_with(path, word)]
    return found


def columns_with(path: Path, word: str) -> list[str]:
    table = lance.file.LanceFileReader(str(path)).read_all().to_table()
    return [
        name
        for name in table.column_names
        if any(word.encode() in _bytes(value) for value in table[name].to_pylist())
    ]


def _bytes(value: object) -> bytes:
    """Return what a value holds; former versions are compressed."""
    if isinstance(value, bytes):
        try:
            return zlib.decompress(value)
        except zlib.error:
            return value
    return str(value).encode()


def keeper(folder: Path) -> FolderSafekeeping:
    return FolderSafekeeping(FolderLocation(folder))


def live(folder: Path) -> str:
    return str(json.loads((folder / "polywire.json").read_text())["live"])


def flip(path: Path, at: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1 << bit
    path.write_bytes(content)


def damaged(folder: Path, kind: str) -> Damage:
    """Flip a bit in a file of the live generation that is in use; returns how it is reported."""
    dataset = folder / "generations" / f"{live(folder)}.lance"
    for path in sorted((dataset / kind).rglob("*")):
        if not path.is_file() or path.suffix == ".json":
            continue
        before = path.read_bytes()
        flip(path, len(before) // 2, 4)
        name = path.relative_to(folder).as_posix()
        for one in keeper(folder).verify().damage:
            if one.file == name and one.harm is not Harm.FORMER:
                return one
        path.write_bytes(before)
    raise AssertionError(f"no file of {kind} is in use")
