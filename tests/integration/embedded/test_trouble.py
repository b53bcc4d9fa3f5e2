"""Full disks, forbidden folders, damaged files: one clear sentence, and nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.index.embedded.location import FolderLocation
from search.index.errors import (
    IndexDamaged,
    IndexMissing,
    SearchIndexError,
    StorageFull,
)
from tests.contract.place import EVERYTHING, ask, found
from tests.support.newsroom import IDENTITY, NEWSROOM, article_ids, story

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits and modes")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("mounting a small disk needs root")
    command = [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this system does not let root mount a small disk")
    yield folder
    # Lazily: the thread that writes checksums may have a file open for a moment.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_stops_the_write_and_loses_nothing(small_disk: Path) -> None:
    location = FolderLocation(small_disk / "news")
    index = location.create(IDENTITY)
    kept: list[str] = []

    def fill() -> None:
        for n in range(1000):
            articles = [story(f"a{n}-{i}", "Headline", "text " * 200) for i in range(20)]
            index.write(articles)
            kept.extend(article_ids(articles))

    with pytest.raises(StorageFull, match=r"disk is full.*Free some space"):
        fill()
    assert kept
    index.close()
    index = location.open()
    assert sorted(article.id for article in index.scan(EVERYTHING)) == sorted(kept)
    assert ask(index, "headline", limit=1).total == len(kept)
    with pytest.raises(StorageFull):
        FolderLocation(small_disk / "second").create(IDENTITY)
    index.close()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from search.index.embedded.location import FolderLocation
from search.index.errors import StorageFull
from tests.support.newsroom import story

index = FolderLocation(Path(sys.argv[1])).open()
index.write([story("before", "Headline", "text")])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    index.write([story(f"a{n}", "Headline", f"text {n} " * 500) for n in range(100)])
except StorageFull as error:
    sys.stdout.write(f"{error}")
"""
"""A process that may write no file of more than 50 kB."""


def test_a_file_that_cannot_grow_is_a_full_disk(tmp_path: Path) -> None:
    location = FolderLocation(tmp_path / "news")
    location.create(IDENTITY).close()
    command = [sys.executable, "-c", LIMITED, location.uri]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("The disk is full")
    index = location.open()
    assert [article.id for article in index.scan(EVERYTHING)] == ["before"]
    index.close()


FORBIDDEN = """
import os, sys
from pathlib import Path
import filelock, filelock._unix, pyarrow.compute, search.analysis.query_terms
from search.analysis.analyzer import analyze
from search.index.embedded.location import FolderLocation
from search.index.errors import AccessDenied
from search.index.clauses import Match
from search.index.filters import Filters
from search.index.legs import LexicalLeg
from tests.support.newsroom import IDENTITY, NEWSROOM, story

for embedded in NEWSROOM:
    analyze("loaded before the rights are gone", embedded.article.lang)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
readable, hidden = (FolderLocation(Path(path)) for path in sys.argv[1:])

def attempt(action):
    try:
        action()
        sys.stdout.write("it was let through\\n")
    except AccessDenied as error:
        sys.stdout.write(f"{error}\\n")

index = readable.open()
(result,) = index.retrieve([LexicalLeg(Match("Ukraine"))], Filters(), 10).results
sys.stdout.write(f"{len(result.candidates)} hits, {len(list(index.scan(Filters())))} articles\\n")
index.refresh()
attempt(lambda: index.write([story("new", "Headline", "text")]))
attempt(lambda: index.delete(["en-defence"]))
attempt(lambda: index.optimize())
attempt(lambda: readable.begin(IDENTITY))
attempt(lambda: hidden.open())
attempt(lambda: FolderLocation(Path(sys.argv[1]).parent / "new").create(IDENTITY))
"""
"""A process without rights: it may read the first index, and not even look into the second."""


def test_folders_without_permission() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        readable, hidden = FolderLocation(root / "readable"), FolderLocation(root / "hidden")
        index = readable.create(IDENTITY)
        index.write(NEWSROOM)
        index.close()
        hidden.create(IDENTITY).close()
        for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
            folder.chmod(0o555)
        (root / "hidden").chmod(0o000)
        command = [sys.executable, "-c", FORBIDDEN, readable.uri, hidden.uri]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
            folder.chmod(0o755)
    assert done.stderr == ""
    first, *sentences = done.stdout.splitlines()
    assert first == f"2 hits, {len(NEWSROOM)} articles"
    assert len(sentences) == 6
    assert all("permission denied" in sentence for sentence in sentences)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    location = FolderLocation(tmp_path)
    for action in (location.open, location.generations, lambda: location.create(IDENTITY)):
        with pytest.raises(IndexDamaged, match="holds no Polywire index"):
            action()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    place = tmp_path / "news"
    place.write_text("not a folder", encoding="utf-8")
    with pytest.raises(IndexDamaged, match="no Polywire index"):
        FolderLocation(place).create(IDENTITY)


def test_a_creation_that_was_killed_can_be_made_again(tmp_path: Path) -> None:
    """What a crash before the manifest leaves behind is no index yet."""
    location = FolderLocation(tmp_path / "news")
    location.create(IDENTITY).close()
    (tmp_path / "news" / "polywire.json").unlink()
    with pytest.raises(IndexMissing, match="polywire ingest"):
        location.open()
    index = location.create(IDENTITY)
    index.write(NEWSROOM)
    assert index.stats().articles == len(NEWSROOM)
    index.close()


def files(folder: Path, kind: str) -> list[Path]:
    return [path for path in folder.glob(f"generations/*/{kind}/**/*") if path.is_file()]


@pytest.mark.parametrize("kind", ["data", "_indices", "_versions"])
@pytest.mark.parametrize("how", ["gone", "empty", "cut", "garbage"])
def test_damaged_files_are_one_clear_sentence(tmp_path: Path, kind: str, how: str) -> None:
    location = FolderLocation(tmp_path / "news")
    index = location.create(IDENTITY)
    index.write(NEWSROOM)
    index.refresh()
    index.close()
    for path in files(tmp_path / "news", kind):
        content = path.read_bytes()
        match how:
            case "gone":
                path.unlink()
            case "empty":
                path.write_bytes(b"")
            case "cut":
                path.write_bytes(content[: len(content) // 2])
            case "garbage":
                path.write_bytes(b"\x5a" * len(content))

    def use() -> None:
        damaged = location.open()
        found(ask(damaged, "Ukraine"))
        list(damaged.scan(EVERYTHING))

    with pytest.raises(SearchIndexError) as raised:
        use()
    assert isinstance(raised.value, IndexDamaged)
    assert str(tmp_path / "news") in str(raised.value)
    assert "ingest" in str(raised.value)
