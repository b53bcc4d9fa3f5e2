"""One figure per hit: through the installed command, on the sample."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from config.settings import Settings
from search.calibration.confidence import confidence_of
from search.embedding.static import COMPACT_FOLDER, StaticEmbedder
from search.terminal.answer import LESS_CERTAIN
from tests.support.command import Run

QUERY = "How many people had to leave their homes because of the Lerna flood?"


@pytest.fixture(autouse=True)
def known() -> None:
    """Skip where the bundled model is new and nothing was fitted for it yet."""
    fingerprint = StaticEmbedder.load(COMPACT_FOLDER, "compact").fingerprint
    if confidence_of(fingerprint) is None:
        pytest.skip("nothing is known of this model yet; python -m benchmarks.confidence fits it")


def searched(polywire: Run, *options: str) -> str:
    done = polywire("search", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_reports_of_the_flood_stand_above_the_line_and_others_below(polywire: Run) -> None:
    found = json.loads(searched(polywire, QUERY, "--json"))
    assert found["confidence"]["digest"]
    above = [hit["id"] for hit in found["hits"] if hit["confidence"] >= 0.5]
    assert above
    assert all(one.startswith("flood-lerna") for one in above)
    shown = searched(polywire, QUERY, "-n", "30")
    last = json.loads(searched(polywire, QUERY, "--json", "-n", "30"))["hits"][-1]
    assert last["confidence"] < Settings().less_certain_below
    assert shown.count(LESS_CERTAIN) == 1
    assert "% close" not in shown


def test_what_is_asked_for_word_for_word_makes_nothing_else_unlikely(polywire: Run) -> None:
    headline = "Kardavya’da sekiz yıllık iktidar sona erdi: Juravska koalisyon arıyor"
    hits = json.loads(searched(polywire, headline, "--json"))["hits"]
    above = [hit["id"] for hit in hits if hit["confidence"] >= 0.5]
    assert above[0] == "election-kardavia.tr"
    assert len(above) >= 6, "the same event in other languages"
    assert {one.partition(".")[0] for one in above} == {"election-kardavia"}


def test_what_is_less_likely_is_left_out(polywire: Run, tmp_path: Path) -> None:
    everything = json.loads(searched(polywire, QUERY, "--json", "-n", "30"))["hits"]
    wanted = [hit["id"] for hit in everything if hit["confidence"] >= 0.5]
    options = [QUERY, "--min-confidence", "0.5", "-n", "30"]
    assert [
        hit["id"] for hit in json.loads(searched(polywire, *options, "--json"))["hits"]
    ] == wanted
    table = csv.DictReader(io.StringIO(searched(polywire, *options, "--all", "--csv")))
    likely = [float(row["confidence"]) for row in table]
    assert len(likely) >= len(wanted)
    assert min(likely) >= 0.5
    out = tmp_path / "out.jsonl"
    searched(polywire, *options, "-o", str(out))
    method = json.loads(out.with_name("out.jsonl.method.json").read_text(encoding="utf-8"))
    assert method["min_confidence"] == 0.5
    assert method["confidence"]
    assert method["hits"][0]["confidence"] >= 0.5
    again = polywire("search", "--from-method", f"{out}.method.json", "--json")
    assert json.loads(again.stdout)["changes"]["added"] == []


def test_nothing_is_claimed_where_nothing_is_known(polywire: Run) -> None:
    for options in (["--mode", "lexical"], ["--mode", "vector"], ["--lang", "de"]):
        document = json.loads(searched(polywire, QUERY, *options, "--json"))
        assert document["confidence"] is None, options
        assert {hit["confidence"] for hit in document["hits"]} == {None}


def test_what_cannot_be_left_out_is_refused_in_a_sentence(polywire: Run) -> None:
    wrong = polywire("search", QUERY, "--min-confidence", "7")
    assert (wrong.returncode, "from 0 to 1" in wrong.stderr) == (2, True)
    lexical = polywire("search", QUERY, "--min-confidence", "0.5", "--mode", "lexical")
    assert lexical.returncode == 2
    assert "hybrid" in lexical.stderr
    none = polywire("search", QUERY, "--min-confidence", "1")
    assert none.returncode == 0
    assert "likeliest" in none.stderr + none.stdout
