"""Names in other scripts through the command: the sample spells Kesari in four of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import wiring
from config.settings import load
from search.index.embedded import manifest
from search.index.embedded.driver import lance
from search.index.embedded.sealed import sealed
from search.index.errors import IndexMismatch
from search.index.model import SCHEMA_VERSION
from tests.support.command import Run, runner

Found = Callable[..., dict[str, Any]]

SPELLINGS = ("Kesari", "كيساري", "केसरी", "ケサリ")


def named(document: dict[str, Any]) -> set[str]:
    return {hit["lang"] for hit in document["hits"] if "names" in hit["legs"]}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_finds_its_other_spellings(found: Found, spelling: str) -> None:
    document = found(spelling, "-n", "20")
    assert document["names"] is True
    assert named(document) >= {"ar", "hi", "ja"}
    hit = next(h for h in document["hits"] if "names" in h["legs"] and h["lang"] == "ja")
    assert hit["legs"]["names"]["rank"] >= 1
    marks = [hit["title"][start:end] for start, end in hit["title_highlights"]]
    for shown in hit["paragraphs"]:
        marks += [shown["text"][start:end] for start, end in shown["highlights"]]
    assert "ケサリ" in marks


@pytest.mark.parametrize("spelling", ["ليرنا", "लेरना", "레르나", "レルナ", "lerna"])
def test_a_name_that_no_article_spells_so_is_found_by_its_sound(
    found: Found, spelling: str
) -> None:
    hits = found(spelling, "-n", "12")["hits"]
    assert sum(hit["id"].startswith("flood-lerna") for hit in hits) == 7


def test_without_names(found: Found) -> None:
    document = found("Kesari", "--no-names")
    assert document["names"] is False
    assert not named(document)
    for mode in ("lexical", "vector"):
        assert not named(found("Kesari", "--mode", mode))
    assert named(found("Kesari", "--names"))


def test_the_explanation_says_how_the_names_leg_ranked(polywire: Run) -> None:
    shown = polywire("search", "Kesari", "--explain", "-n", "3").stdout
    assert re.search(r"names: rank \d+, BM25 \d", shown)
    assert "names:" not in polywire("search", "Kesari", "--explain", "--no-names").stdout
    # A query without any name does not say that none was found.
    assert "names: not found" not in polywire("search", "flood", "--explain").stdout


@pytest.mark.parametrize("option", ["--names", "--no-names"])
def test_a_method_file_repeats_the_names_leg(polywire: Run, tmp_path: Path, option: str) -> None:
    done = polywire("search", "Kesari", option, "-n", "5", "-o", tmp_path / "k.csv")
    assert done.returncode == 0, done.stderr
    path = tmp_path / "k.csv.method.json"
    method = json.loads(path.read_text(encoding="utf-8"))
    assert method["names"] is (option == "--names")
    assert method["fusion"]["weights"]["names"] > 0
    assert any("names" in hit["ranks"] for hit in method["hits"]) is (option == "--names")
    again = polywire("search", "--from-method", path)
    assert "the same articles in the same order" in again.stderr
    # A file from before there was a names leg is repeated without it.
    del method["names"], method["fusion"]["weights"]["names"]
    path.write_text(json.dumps(method), encoding="utf-8")
    document = json.loads(polywire("search", "--from-method", path, "--json").stdout)
    assert document["names"] is False
    assert not named(document)


def test_an_index_without_names_is_refused_and_can_be_moved(tmp_path: Path) -> None:
    """As an older schema had it: no column of names, and another version in the manifest."""
    run = runner(tmp_path)
    article = {"id": "a", "title": "Зеленський у Лондоні", "text": "Про це йдеться.", "lang": "uk"}
    (tmp_path / "a.jsonl").write_text(json.dumps(article), encoding="utf-8")
    assert run("ingest", "a.jsonl").returncode == 0
    folder = tmp_path / "polywire-index"
    (dataset,) = folder.glob("generations/*.lance")
    lance.dataset(str(dataset)).drop_columns(["names"])
    known = json.loads((folder / manifest.FILE).read_text(encoding="utf-8"))
    for identity in known["generations"].values():
        identity["schema_version"] = 1
    (folder / manifest.FILE).write_text(sealed(known), encoding="utf-8")
    refused = run("search", "Zelensky")
    assert refused.returncode == 1
    assert "polywire reindex" in refused.stderr
    moved = run("reindex", "--json")
    assert moved.returncode == 0, moved.stderr
    report = json.loads(moved.stdout)
    assert (report["copied"], report["reembedded"]) == (1, 0)
    document = json.loads(run("search", "Zelensky", "--json").stdout)
    assert named(document) == {"uk"}


def test_an_older_schema_is_refused_in_words(tmp_path: Path) -> None:
    settings = load({"index": str(tmp_path / "index")}).settings
    model = wiring.embedder(settings)
    wiring.open_or_create_index(settings, model).close()
    path = tmp_path / "index" / manifest.FILE
    known = json.loads(path.read_text(encoding="utf-8"))
    for identity in known["generations"].values():
        assert identity["schema_version"] == SCHEMA_VERSION
        identity["schema_version"] = 1
    path.write_text(sealed(known), encoding="utf-8")
    with pytest.raises(IndexMismatch, match="polywire reindex --index"):
        wiring.open_index(settings)
