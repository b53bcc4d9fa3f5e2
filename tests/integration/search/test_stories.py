"""`polywire stories` through the installed command, on the sample."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from tests.support.command import Run, runner, with_sample


def lines(polywire: Run, *options: str) -> list[dict[str, Any]]:
    done = polywire("stories", "--jsonl", *options)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_sample_is_grouped_by_event(polywire: Run) -> None:
    found = lines(polywire)
    assert set(found[0]) == {
        "id", "headline", "size", "languages", "sources", "first", "last", "cohesion", "articles",
    }  # fmt: skip
    assert sum(story["size"] for story in found) == 106
    assert [one["size"] for one in found] == sorted((o["size"] for o in found), reverse=True)
    pure = sum(
        story["size"]
        for story in found
        if len({name.partition(".")[0] for name in story["articles"]}) == 1
    )
    assert pure > 85
    assert sum(story["size"] > 4 for story in found) > 8


def test_stories_are_chosen_and_sorted(polywire: Run) -> None:
    korean = lines(polywire, "--lang", "ko", "--min-sources", "4", "--sort", "languages")
    assert korean
    assert all("ko" in story["languages"] and len(story["sources"]) > 3 for story in korean)
    wide = [len(story["languages"]) for story in korean]
    assert wide == sorted(wide, reverse=True)
    late = lines(polywire, "--after", "2026-10-20", "--sort", "new")
    assert all(story["last"] >= "2026-10-20" for story in late)
    assert [s["last"] for s in late] == sorted((s["last"] for s in late), reverse=True)


def test_a_list_without_stories_says_so(polywire: Run) -> None:
    done = polywire("stories", "--source", "No Such Paper")
    assert (done.returncode, done.stdout) == (0, "")
    assert "No story is like that. Leave out a filter" in done.stderr


def test_a_story_in_queries_answers_and_articles(polywire: Run) -> None:
    largest = lines(polywire, "--limit", "1")[0]
    inside = json.loads(polywire("search", f"story:{largest['id']}", "--json", "-n", "50").stdout)
    assert {hit["id"] for hit in inside["hits"]} == set(largest["articles"])
    one = largest["articles"][0]
    shown = json.loads(polywire("show", one, "--json").stdout)
    assert shown["story"]["id"] == largest["id"]
    assert largest["id"] in polywire("show", one).stdout
    grouped = json.loads(polywire("search", "Lumenta", "--by-story", "--json").stdout)
    assert sum(len(story["hits"]) for story in grouped["stories"]) == len(grouped["hits"])
    assert grouped["hits"][0]["story"] == grouped["stories"][0]["id"]
    why = json.loads(polywire("stories", "explain", largest["id"], one, "--json").stdout)
    assert why["in_story"]
    assert why["members"][0]["names"]
    assert "cohesion" in polywire("stories", "show", largest["id"]).stdout


def test_files_have_their_method(polywire: Run, tmp_path: Path) -> None:
    file = tmp_path / "stories.csv"
    assert polywire("stories", "--min-sources", "3", "--output", file).returncode == 0
    with file.open(encoding="utf-8", newline="") as written:
        rows = list(csv.DictReader(written))
    method = json.loads(Path(f"{file}.method.json").read_text(encoding="utf-8"))
    assert method["result"]["stories"] == len(rows) > 5
    assert method["stories"]["min_sources"] == 3


def test_corrections_last(tmp_path: Path) -> None:
    polywire = runner(with_sample(tmp_path))
    before = lines(polywire)
    moved, target = before[0]["articles"][0], before[1]["id"]
    done = polywire("stories", "move", moved, target, "--reason", "by hand", "--json")
    assert moved in json.loads(done.stdout)["articles"]
    assert polywire("stories", "rebuild").returncode == 0
    after = {story["id"]: story["articles"] for story in lines(polywire)}
    assert moved in after[target]
    parted = json.loads(polywire("stories", "split", target, moved, "--json").stdout)
    assert parted["articles"] == [moved]
    joined = json.loads(polywire("stories", "merge", target, parted["id"], "--json").stdout)
    assert joined["size"] == len(after[target])
    kept = joined["id"]
    explained = polywire("stories", "explain", kept, moved, "--json")
    assert json.loads(explained.stdout)["correction"]["story"] == kept
    article = polywire("stories", "show", moved)
    assert (article.returncode, f"polywire stories show {kept}" in article.stderr) == (2, True)
    wrong = polywire("stories", "move", "nothing", target)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
