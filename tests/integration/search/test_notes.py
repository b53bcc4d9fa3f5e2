"""Notes and advice are part of every kind of result, on the sample."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run

Found = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("flood quaggamire", "No article has the word quaggamire."),
        ("flood XQ-35", "No article has the word XQ-35."),
        ("quaggami!", "No article has the word quaggami. Words that begin so are quaggami*."),
        ("flood Lerna quaggamire", "No article has the word quaggamire."),
        ('flood "quagga mire"', 'No article has "quagga mire".'),
        ("flood quagga*", "No article has quagga*."),
        ("flood qu?gga", "No article has qu?gga."),
        ("title:quagga", "No article has the word quagga in its headline."),
        ("flood lang:de,xx", "No article has lang:xx."),
        ("flood story:quagga", "No article has story:quagga."),
        ("(quagga OR gnu) NEAR/5 flood", 'No article has "quagga flood"~5.'),
        ("flood source:harbour", "Did you mean The Harbour Ledger?"),
        ("who is it", "only function words"),
        ("language:de flood", "was read as lang:de"),
        ("sourdough bread recipe", "Nothing close to the query was found"),
        (f"flood {'of the river and its banks in the night ' * 12} {'x1 ' * 60}", ""),
    ],
)
def test_what_is_noted(found: Found, query: str, note: str) -> None:
    assert any(note in each for each in found(query)["notes"]) or not note


@pytest.mark.parametrize("query", ["flood on the river Lerna", "Kesari", "洪水", '"river Lerna"'])
def test_an_ordinary_answer_has_none(found: Found, query: str) -> None:
    assert found(query)["notes"] == []


@pytest.mark.parametrize("query", ["Kesari", "Devsagar"])
def test_a_name_that_is_there_is_close(found: Found, polywire: Run, query: str) -> None:
    assert found(query)["anything_close"] is True
    assert "Nothing close" not in polywire("search", query, "-n", "3").stdout


@pytest.mark.parametrize(
    ("query", "note"),
    [
        (
            "flood after:2026-08-05 before:2026-08-01",
            "after 2026-08-05 and before 2026-08-01.",
        ),
        ("lang:de,fr -lang:fr,de", "No article can have lang:de,fr and not have it."),
        ("flood after:2199", "No article passes the filters."),
        ('"flood wall" lang:ja', "articles that pass the filters has what is looked for."),
        ("flood lang:xx", "No article has lang:xx."),
    ],
)
def test_where_nothing_is_found_it_is_said_why(found: Found, query: str, note: str) -> None:
    answer = found(query, "--mode", "lexical")
    assert answer["hits"] == []
    assert [said for said in answer["notes"] if note in said] == answer["notes"][-1:]


def test_notes_are_in_method_files_and_complete_results(polywire: Run, tmp_path: Path) -> None:
    output = tmp_path / "found.json"
    done = polywire("search", "titel:flood", "source:harbour", "--all", "-o", str(output))
    assert done.returncode == 0, done.stderr
    method = json.loads((tmp_path / "found.json.method.json").read_text(encoding="utf-8"))
    document = json.loads(output.read_text(encoding="utf-8"))
    assert method["notes"] == document["notes"]
    assert any("write title:flood" in note for note in document["notes"])
    assert any("Did you mean The Harbour Ledger?" in note for note in document["notes"])
    assert all(f"Note: {note}" in done.stderr for note in document["notes"])


def test_words_that_an_article_writes_as_one_are_there(polywire: Run, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(
        json.dumps({"id": "a", "lang": "en", "title": "", "text": "The MX77 sold out."})
    )
    index = str(tmp_path / "one")
    assert polywire("ingest", str(tmp_path / "one.jsonl"), "--index", index).returncode == 0

    def noted(query: str) -> list[str]:
        options = ("--mode", "lexical", "--json", "--index", index)
        notes: list[str] = json.loads(polywire("search", query, *options).stdout)["notes"]
        return notes

    assert noted("MX 77") == []
    assert noted("MX 78") == ["No article has the word MX.", "No article has the word 78."]
