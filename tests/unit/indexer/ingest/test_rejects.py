"""Whose rejects file is whose: nothing else is ever overwritten or removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.article.draft import Origin, Reject
from indexer.errors import RejectsUnwritable
from indexer.ingest.rejects import RejectsFile, default_path


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*inputs: str, rejected: str | None = None, path: Path | None = None) -> Path:
    """What a whole ingest of these inputs does to its rejects file."""
    with RejectsFile(path or default_path(inputs), inputs) as file:
        if rejected:
            file.write(Reject(Origin(rejected, 1), f"Why {rejected}."))
        file.settle()
    return file.path


def listed(path: Path) -> list[str]:
    return [json.loads(line)["input"] for line in path.read_text().splitlines()]


def test_inputs_of_the_same_name_have_files_of_their_own() -> None:
    first = run("a/feed.jsonl", rejected="a/feed.jsonl")
    second = run("b/feed.jsonl", rejected="b/feed.jsonl")
    third = run("feed.txt", rejected="feed.txt")
    assert [path.name for path in (first, second, third)] == [
        "feed.rejects.jsonl",
        "feed-2.rejects.jsonl",
        "feed-3.rejects.jsonl",
    ]
    assert [listed(path) for path in (first, second, third)] == [
        ["a/feed.jsonl"],
        ["b/feed.jsonl"],
        ["feed.txt"],
    ]
    assert run("b/feed.jsonl", rejected="b/feed.jsonl") == second


def test_a_run_without_rejects_removes_the_list_of_the_one_before() -> None:
    left = run("a/feed.jsonl", rejected="a/feed.jsonl")
    other = run("b/feed.jsonl", rejected="b/feed.jsonl")
    assert run("a/feed.jsonl") == left
    assert not left.exists()
    assert other.exists()
    chosen = run("feeds", rejected="feeds/one.txt", path=Path("why.jsonl"))
    run("feeds", path=chosen)
    assert not chosen.exists()


def test_the_list_of_several_inputs_is_renewed_for_those_that_are_read_again() -> None:
    path = Path("a.rejects.jsonl")
    with RejectsFile(path, ["x/a.jsonl", "y/a.jsonl"]) as file:
        for name in ("x/a.jsonl", "y/a.jsonl", "x/a.jsonl"):
            file.write(Reject(Origin(name, 1), "It is empty."))
    with path.open("a") as cut:
        cut.write('{"input": "y/')  # what a crash left
    assert run("x/a.jsonl", rejected="x/a.jsonl") == path
    assert listed(path) == ["y/a.jsonl", "x/a.jsonl"]
    assert run("x/a.jsonl") == path
    assert listed(path) == ["y/a.jsonl"]
    assert run("y/a.jsonl") == path
    assert not path.exists()


def test_the_same_input_named_another_way_is_the_same(tmp_path: Path) -> None:
    left = run("feeds/today.jsonl", rejected="feeds/today.jsonl")
    assert default_path([str(tmp_path / "feeds" / "today.jsonl")]) == left
    assert default_path(["./feeds/today.jsonl"]) == left


def test_no_link_is_followed() -> None:
    Path("mine.txt").write_text("what I wrote")
    Path("feed.rejects.jsonl").symlink_to("mine.txt")
    assert run("feed.jsonl", rejected="feed.jsonl").name == "feed-2.rejects.jsonl"
    with pytest.raises(RejectsUnwritable, match="symbolic link"):
        run("feed.jsonl", rejected="feed.jsonl", path=Path("feed.rejects.jsonl"))
    run("feed.jsonl", path=Path("feed.rejects.jsonl"))
    assert Path("mine.txt").read_text() == "what I wrote"
    assert Path("feed.rejects.jsonl").is_symlink()


@pytest.mark.parametrize("content", ["an article", '{"text": "One."}\n', "[" * 200_000])
def test_what_is_no_list_of_rejects_is_not_overwritten(content: str) -> None:
    Path("feed.rejects.jsonl").write_text(content)
    assert run("feed.jsonl", rejected="feed.jsonl").name == "feed-2.rejects.jsonl"
    with pytest.raises(RejectsUnwritable, match="no list of rejects"):
        run("feed.jsonl", rejected="feed.jsonl", path=Path("feed.rejects.jsonl"))
    run("feed.jsonl", path=Path("feed.rejects.jsonl"))
    assert Path("feed.rejects.jsonl").read_text() == content
