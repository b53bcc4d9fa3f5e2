"""A leg is one thing: a row in the table of legs is all that the search layer needs of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.cli import application
from search.index.clauses import Match, Scope
from search.index.legs import LexicalLeg
from search.ranking.fusion import Scaling
from search.retrieval.legs import LEGS, LegKind

HEADLINES = LegKind(
    "headlines",
    unit="points",
    ask=lambda request, _: LexicalLeg(Match(request.text, Scope.TITLE)),
    weight=0.4,
    scaling=Scaling.LANGUAGE,
    holds="the {pool} whose headlines match best",
    optional=True,
)


@pytest.fixture
def run(sample_folder: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(sample_folder)
    monkeypatch.setitem(LEGS, "headlines", HEADLINES)
    return CliRunner()


def search(run: CliRunner, *words: str) -> str:
    done = run.invoke(application("search"), ["search", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_it_is_explained(run: CliRunner) -> None:
    assert "headlines: rank 1, points " in search(run, "Lerna flood", "--explain")


def test_it_is_in_the_json_document_and_moves_the_ranking(
    run: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    hits = json.loads(search(run, "Lerna flood", "--json"))["hits"]
    places = [hit["legs"]["headlines"] for hit in hits if "headlines" in hit["legs"]]
    assert 1 in {place["rank"] for place in places}
    monkeypatch.delitem(LEGS, "headlines")
    without = json.loads(search(run, "Lerna flood", "--json"))["hits"]
    assert not any("headlines" in hit["legs"] for hit in without)
    assert [hit["score"] for hit in hits] != [hit["score"] for hit in without]


def test_it_is_in_csv_and_in_the_method_file(run: CliRunner, tmp_path: Path) -> None:
    output = tmp_path / "lerna.csv"
    search(run, "Lerna flood", "--all", "--output", str(output))
    rows = list(csv.DictReader(output.read_text(encoding="utf-8").splitlines()))
    assert "1" in {row["headlines_rank"] for row in rows}
    assert any(float(row["headlines_score"]) > 0 for row in rows if row["headlines_score"])
    method = json.loads(Path(f"{output}.method.json").read_text(encoding="utf-8"))
    assert method["fusion"]["weights"]["headlines"] == 0.4
    assert method["result"]["found_by"]["headlines"] > 0
    assert any("headlines" in hit["ranks"] for hit in method["hits"])
    assert "whose headlines match best" in method["result"]["holds"]
