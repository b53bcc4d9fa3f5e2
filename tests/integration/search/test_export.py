"""Exports and method files through the installed command, on the sample."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search.results.export import columns
from tests.support.command import Run, runner

Found = Callable[..., dict[str, Any]]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_json_lines(polywire: Run, found: Found) -> None:
    done = polywire("search", "flood", "--jsonl", "-n", "4")
    assert done.returncode == 0, done.stderr
    exported = lines(done.stdout)
    assert [hit["rank"] for hit in exported] == [1, 2, 3, 4]
    hits = found("flood", "-n", "4")["hits"]
    assert [{k: v for k, v in hit.items() if k != "rank"} for hit in exported] == hits


def test_csv(polywire: Run, found: Found, tmp_path: Path) -> None:
    polywire("search", "flood", "-n", "4", "-o", tmp_path / "plain.csv")
    content = (tmp_path / "plain.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    hits = found("flood", "-n", "4")["hits"]
    assert tuple(rows[0]) == tuple(columns())
    assert [row["id"] for row in rows] == [hit["id"] for hit in hits]
    assert [row["paragraph"] for row in rows] == [hit["paragraphs"][0]["text"] for hit in hits]
    assert [float(row["score"]) for row in rows] == [hit["score"] for hit in hits]
    polywire("search", "flood", "-n", "4", "--bom", "-o", tmp_path / "marked.csv")
    assert (tmp_path / "marked.csv").read_bytes() == b"\xef\xbb\xbf" + content


def test_all_of_a_lexical_result(polywire: Run, found: Found) -> None:
    total = found("the", "--mode", "lexical", "-n", "1")["total"]
    done = polywire("search", "the", "--mode", "lexical", "--all", "--jsonl")
    exported = lines(done.stdout)
    assert len(exported) == total > 10
    assert len({hit["id"] for hit in exported}) == total
    scores = [hit["legs"]["lexical"]["score"] for hit in exported]
    assert scores == sorted(scores, reverse=True)
    assert [hit["legs"]["lexical"]["rank"] for hit in exported] == list(range(1, total + 1))


def test_all_of_a_listing(polywire: Run, found: Found) -> None:
    done = polywire("search", "lang:en,de", "--all", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == found("lang:en,de")["total"]
    dates = [row["published"] for row in rows]
    assert dates == sorted(dates, reverse=True)


def test_all_of_a_hybrid_result_has_every_lexical_match(polywire: Run, tmp_path: Path) -> None:
    output = tmp_path / "all.json"
    done = polywire("search", "the flood", "--all", "--pool", "10", "--output", output)
    assert done.returncode == 0, done.stderr
    document = json.loads(output.read_text())
    lexical = lines(polywire("search", "the flood", "--mode", "lexical", "--all", "--jsonl").stdout)
    exported = {hit["id"] for hit in document["hits"]}
    assert {hit["id"] for hit in lexical} <= exported
    assert document["complete"]["exhaustive"] is False
    assert "the 10 articles nearest in meaning" in document["complete"]["holds"]
    scores = [hit["score"] for hit in document["hits"]]
    assert scores == sorted(scores, reverse=True)
    method = json.loads((tmp_path / "all.json.method.json").read_text())
    assert method["result"]["articles"] == len(document["hits"])
    assert method["limit"] is None


def test_the_method_says_how(polywire: Run, tmp_path: Path) -> None:
    output = tmp_path / "floods.csv"
    done = polywire(
        "search", 'flood "river Lerna" -election', "--lang", "en", "--output", output, "-n", "3"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "3 articles in" in done.stderr
    method = json.loads((tmp_path / "floods.csv.method.json").read_text())
    assert method["query"] == 'flood "river Lerna" -election'
    understood = method["understood"]
    assert understood["query"] == 'flood "river Lerna" -election lang:en'
    assert understood["question"] == "flood river Lerna"
    assert understood["clause"] == {
        "required": [{"phrase": "river Lerna"}],
        "optional": [{"match": "flood"}],
    }
    assert understood["filters"] == {"langs": ["en"], "excluding": [{"match": "election"}]}
    assert method["index"]["articles"] == 106
    assert method["index"]["engine"]
    assert len(method["model"]["fingerprint"]) == 16
    assert method["fusion"]["pool"] == 200
    assert method["result"]["counted"] == "candidates"
    assert len(method["result"]["ids_sha256"]) == 64
    rows = list(csv.DictReader(io.StringIO(output.read_text())))
    assert [hit["id"] for hit in method["hits"]] == [row["id"] for row in rows]
    for hit, row in zip(method["hits"], rows, strict=True):
        assert str(hit["ranks"].get("lexical", "")) == row["lexical_rank"]
        assert str(hit["ranks"].get("vector", "")) == row["vector_rank"]
    assert not list(tmp_path.glob("*.part"))


def test_repeating_a_method_says_that_nothing_changed(polywire: Run, tmp_path: Path) -> None:
    output = tmp_path / "floods.jsonl"
    polywire("search", "flood", "after:2026-08", "--output", output)
    method = tmp_path / "floods.jsonl.method.json"
    again = polywire("search", "--from-method", method)
    assert again.returncode == 0, again.stderr
    assert "Nothing has changed since" in again.stderr
    document = json.loads(polywire("search", "--from-method", method, "--json").stdout)
    assert document["changes"]["added"] == document["changes"]["gone"] == []
    assert [hit["id"] for hit in document["hits"]] == [
        hit["id"] for hit in lines(output.read_text())
    ]


def test_repeating_a_method_says_what_changed(tmp_path: Path) -> None:
    polywire = runner(tmp_path)
    articles = [
        {"id": f"a{n}", "title": f"Storm number {n}", "text": f"A storm hit the coast, report {n}."}
        for n in range(6)
    ]
    (tmp_path / "first.jsonl").write_text("".join(json.dumps(a) + "\n" for a in articles[:5]))
    (tmp_path / "more.jsonl").write_text(json.dumps(articles[5]) + "\n")
    polywire("ingest", "first.jsonl")
    polywire("search", "storm", "--mode", "lexical", "--all", "-o", "r.csv")
    polywire("ingest", "more.jsonl")
    again = polywire("search", "--from-method", "r.csv.method.json", "-o", "r2.csv")
    assert again.returncode == 0, again.stderr
    assert "articles in the index: 5 -> 6" in again.stderr
    assert "1 new: a5" in again.stderr
    assert len((tmp_path / "r2.csv").read_text().splitlines()) == 7


def test_relative_dates_stay_where_they_were(polywire: Run, tmp_path: Path) -> None:
    output = tmp_path / "recent.csv"
    polywire("search", "flood after:10y", "--output", output)
    path = tmp_path / "recent.csv.method.json"
    method = json.loads(path.read_text())
    method["asked_at"] = "2036-09-01T00:00:00+00:00"
    method["understood"]["filters"]["after"] = "2026-09-01T00:00:00Z"
    path.write_text(json.dumps(method))
    document = json.loads(polywire("search", "--from-method", path, "--json").stdout)
    assert document["hits"]
    assert all(hit["published"] >= "2026-09-01" for hit in document["hits"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("flood", "--csv", "--jsonl"), "cannot be combined"),
        (("flood", "--all"), "add --csv, --jsonl or --json"),
        (("flood", "--output", "result.docx"), "is not clear from its name"),
        (("flood", "--jsonl", "--bom"), "--bom only applies to --csv"),
        (("flood", "--all", "--csv", "--recency", "7d"), "leave it out with --all"),
        (("flood", "--all", "--csv", "--sort", "date"), "add --mode lexical"),
        (("flood", "--from-method", "x.json"), "leave the query out"),
    ],
)
def test_what_does_not_go_together(
    polywire: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    done = polywire("search", *arguments)
    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr
    assert done.stdout == ""


def test_bad_method_files(polywire: Run, tmp_path: Path) -> None:
    missing = polywire("search", "--from-method", tmp_path / "none.json")
    assert (missing.returncode, "cannot be read" in missing.stderr) == (1, True)
    for content, sentence in (
        ("{", "is not JSON"),
        ("[]", "is not a method file"),
        ('{"method_version": 99}', "has version 99"),
        ('{"method_version": 1}', "is not complete"),
    ):
        path = tmp_path / "bad.json"
        path.write_text(content)
        done = polywire("search", "--from-method", path)
        assert (done.returncode, sentence in done.stderr) == (1, True), done.stderr


def test_an_output_that_cannot_be_written_leaves_nothing(polywire: Run, tmp_path: Path) -> None:
    done = polywire("search", "flood", "--output", tmp_path / "no" / "folder" / "x.csv")
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
