"""`polywire coverage` through the installed command, on the sample and on a day of reprints."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run, runner
from tests.support.reprints import BEGINS, edited, text

SUBJECT = "flood-lerna.en"


def coverage(polywire: Run, *arguments: str | Path) -> dict[str, Any]:
    done = polywire("coverage", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_event_of_an_article_by_source_and_language(polywire: Run) -> None:
    document = coverage(polywire, SUBJECT)
    ids = [one["id"] for one in document["timeline"]]
    assert SUBJECT in ids
    assert sum(name.startswith("flood-lerna") for name in ids) >= 5
    assert len(document["languages"]) >= 4
    first = document["sources"][0]
    assert (first["rank"], first["delay_s"]) == (1, 0)
    covering = {one["source"] for one in document["sources"]}
    assert not covering & {one["source"] for one in document["silent"]}
    assert document["first"]["id"] == ids[0]


def test_an_article_stands_for_its_story(polywire: Run) -> None:
    story = json.loads(polywire("show", SUBJECT, "--json").stdout)["story"]["id"]
    of_article, of_story = coverage(polywire, SUBJECT), coverage(polywire, story)
    assert of_article["story"] == of_story["story"] == story
    assert of_article["timeline"] == of_story["timeline"]
    assert 0 < of_article["cohesion"] <= 1


def test_a_query_and_a_file(polywire: Run, tmp_path: Path) -> None:
    by_query = coverage(polywire, "flood", "Lerna", "dam")
    assert any(one["id"].startswith("flood-lerna") for one in by_query["timeline"])
    copy = tmp_path / "copy.txt"
    copy.write_text("Flood in Lerna\n\nThe river Lerna flooded the town and its old bridge.\n")
    assert coverage(polywire, copy)["subject"] == "Flood in Lerna"
    german = coverage(polywire, "flood Lerna", "--lang", "de")
    assert german["languages"] == ["de"]


def test_a_wrong_date_makes_nobody_the_first_and_no_century_of_days(tmp_path: Path) -> None:
    polywire = runner(tmp_path)
    rows = [
        {
            "id": f"weir-{n}",
            "title": "The weir at Ostend failed",
            "text": f"{text} The weir at Ostend failed, and the meadows are under water.",
            "lang": "en",
            "source": f"paper {n}",
            "published": when,
        }
        for n, (when, text) in enumerate(
            {
                "1970-01-01": "No boat was out.",
                "2026-03-01": "Two farms lost hay.",
                "2026-03-02": "A school is shut.",
                "2999-12-31": "The dike holds so far.",
            }.items()
        )
    ]
    (tmp_path / "weir.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert polywire("ingest", "weir.jsonl").returncode == 0
    document = coverage(polywire, "weir", "--mode", "lexical")
    assert document["window"]["start"].startswith("2026-03-01")
    assert document["window"]["end"].startswith("2026-03-04")
    assert document["first"]["id"] == "weir-1"
    told = {one["id"]: (one["published"], one["suspicious_date"]) for one in document["timeline"]}
    assert told["weir-0"] == (None, "1970-01-01T00:00:00Z")
    assert told["weir-3"][0] is None
    assert told["weir-2"][1] is None
    (note,) = (one for one in document["notes"] if "undated" in one)
    assert "weir-0 (1970-01-01), weir-3 (2999-12-31)" in note


def test_what_a_search_notes_is_noted_here_too(polywire: Run) -> None:
    asked = ("flood", "zwyxquor", '"Lerna', "--source", "no-such-paper")
    searched = json.loads(polywire("search", *asked, "--json").stdout)
    covered = polywire("coverage", *asked, "--json")
    notes = json.loads(covered.stdout)["notes"]
    assert notes == searched["notes"]
    for said in ("No article has the word zwyxquor", "read as text", "source:no-such-paper"):
        assert any(said in note for note in notes)
        assert said in " ".join(covered.stderr.split())


def test_what_is_only_nearest_in_meaning_is_no_coverage(polywire: Run) -> None:
    done = polywire("coverage", "sourdough bread recipe", "--json")
    document = json.loads(done.stdout)
    assert (document["articles"], document["sources"]) == (0, [])
    assert any("only articles with words or names" in note for note in document["notes"])
    done = polywire("coverage", "sourdough bread recipe")
    assert "Nothing found" in done.stdout


def test_files_and_pictures(polywire: Run, tmp_path: Path) -> None:
    done = polywire("coverage", SUBJECT, "--csv", "--plot", tmp_path / "a.svg")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert rows[0]["rank"] == "1"
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    done = polywire("coverage", SUBJECT, "--output", tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["sources"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--plot", "a.gif", "flood"], "end it in .svg or .png"),
        (["--output", "a.jsonl", "flood"], "written as JSON or CSV"),
        ([], 'polywire coverage "flood damage"'),
        ([" "], 'polywire coverage "flood damage"'),
    ],
)
def test_what_cannot_be_done_is_said(polywire: Run, arguments: list[str], said: str) -> None:
    done = polywire("coverage", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_who_carries_the_same_text(tmp_path: Path) -> None:
    """From an ingest to one article per text, who carries it, and what a deletion leaves."""
    polywire = runner(tmp_path)
    records = [
        {"id": "w1", "source": "Wire", "title": "One", "text": text(1)},
        {"id": "p1", "source": "Post", "title": "Two", "text": edited(text(1), 0.1)},
        {"id": "h1", "source": "Herald", "title": "Three", "text": text(1)},
        {"id": "o1", "source": "Other", "title": "Four", "text": text(2)},
    ]
    for hour, record in enumerate(records):
        record["published"] = BEGINS.replace(hour=9 + hour).isoformat()
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "day.jsonl").write_text(lines)
    assert polywire("ingest", "day.jsonl").returncode == 0
    query = " ".join(text(1).split()[:8])
    document = json.loads(polywire("search", query, "--json").stdout)
    hit = document["hits"][0]
    assert (hit["id"], hit["duplicates"]) == ("w1", 2)
    assert [one["id"] for one in hit["copies"]] == ["p1", "h1"]
    assert "3 sources carry the same text: Wire" in polywire("search", query).stdout
    every = json.loads(polywire("search", query, "--copies", "--json").stdout)
    assert {one["id"] for one in every["hits"]} >= {"w1", "p1", "h1"}
    shown = json.loads(polywire("show", "p1", "--json").stdout)
    assert [one["id"] for one in shown["copies"]] == ["w1", "h1"]
    found = coverage(polywire, query, "--mode", "lexical")
    wordings = {one["source"]: one["wording"] for one in found["sources"]}
    assert wordings["Wire"] == "first"
    assert wordings["Post"] == wordings["Herald"] == "carried"
    assert polywire("delete", "w1", "p1", "--yes").returncode == 0
    assert json.loads(polywire("show", "h1", "--json").stdout)["copies"] == []


def test_in_a_small_index_not_everything_is_near_the_subject(tmp_path: Path) -> None:
    """All articles are candidates there; a paper without any on such subjects has none of them."""
    polywire = runner(tmp_path)
    told = [
        ("Post", "Dam bursts in Valdoria", "The Karmen dam in Valdoria burst on Friday."),
        ("Times", "Valdoria: dam burst drowns fields", "The dam at Karmen burst after rain."),
        *(("Village", f"Bakery {n} opens", f"Ruth bakes {n} loaves every day.") for n in range(20)),
    ]
    lines = (
        json.dumps(
            {
                "id": f"a{n}",
                "source": source,
                "language": "en",
                "title": title,
                "text": body,
                "published": (BEGINS + timedelta(minutes=n)).isoformat(),
            }
        )
        for n, (source, title, body) in enumerate(told)
    )
    (tmp_path / "small.jsonl").write_text("\n".join(lines))
    assert polywire("ingest", "small.jsonl").returncode == 0
    (silent,) = coverage(polywire, "dam burst Valdoria")["silent"]
    assert silent["source"] == "Village"
    assert silent["evidence"]["published_in_all"] == 20
    assert silent["evidence"]["related"] <= 3


def test_who_told_of_it_in_other_words_is_not_silent(tmp_path: Path) -> None:
    """The query finds some of a story; the source of another member has not been silent."""
    polywire = runner(tmp_path)
    banks = (
        "The Karm broke its banks at Valdoria on Friday. Mayor Ruth Amsel had 3,000 people moved."
    )
    homes = "About 3,000 people left Valdoria after the flood of the Karm, mayor Ruth Amsel said."
    told = [
        ("Post", "River Karm bursts its banks at Valdoria", banks),
        ("Times", "Thousands flee as Karm floods Valdoria", homes),
        ("Bakers", "Prize for rye bread", "Bakers of the county chose the best rye bread."),
    ]
    lines = [
        json.dumps(
            {
                "id": f"k{n}",
                "source": source,
                "lang": "en",
                "title": title,
                "text": body,
                "published": (BEGINS + timedelta(minutes=9 - n)).isoformat(),
            }
        )
        for n, (source, title, body) in enumerate(told)
    ]
    (tmp_path / "karm.jsonl").write_text("\n".join(lines))
    assert polywire("ingest", "karm.jsonl").returncode == 0
    assert len(coverage(polywire, "k0")["timeline"]) == 2
    days = ("--after", f"{BEGINS:%Y-%m-%d}", "--before", f"{BEGINS + timedelta(days=2):%Y-%m-%d}")
    found = coverage(polywire, "flood", "--mode", "lexical", *days)
    assert [one["source"] for one in found["sources"]] == ["Times"]
    assert [one["source"] for one in found["silent"]] == ["Bakers"]
