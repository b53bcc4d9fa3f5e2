"""`polywire similar` through the installed command, on a real server."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from tests.support.elastic import ENVIRONMENT

pytestmark = pytest.mark.elasticsearch

SUBJECT = "flood-lerna.en"


def similar(polywire: Run, *words: str | Path, **options: Any) -> dict[str, Any]:
    done = polywire("similar", *words, "--json", env=ENVIRONMENT, **options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def ids(document: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in document["hits"]]


def test_the_coverage_of_an_article_is_that_of_the_embedded_engine(
    polywire: Run, sample_url: str
) -> None:
    there = similar(polywire, SUBJECT, "--index", sample_url)
    here = similar(polywire, SUBJECT)
    assert SUBJECT not in ids(there)
    assert sum(name.startswith("flood-lerna") for name in ids(there)[:6]) >= 4
    assert len(set(ids(there)) & set(ids(here))) >= 8
    assert ids(there)[0] == ids(here)[0]
    first, same = there["hits"][0], here["hits"][0]
    assert first["legs"]["vector"]["score"] == pytest.approx(
        same["legs"]["vector"]["score"], abs=0.02
    )


def test_filters_and_other_languages(polywire: Run, sample_url: str) -> None:
    words = [SUBJECT, "--index", sample_url, "-n", "40"]
    others = similar(polywire, *words, "--other-languages", "--after", "2026-08-13")
    langs = {hit["lang"] for hit in others["hits"]}
    assert len(langs) > 3
    assert "en" not in langs
    assert all(hit["published"] >= "2026-08-13" for hit in others["hits"])
    few = similar(polywire, *words, "--lang", "de,pl", "--mode", "vector")
    assert {hit["lang"] for hit in few["hits"]} == {"de", "pl"}


def test_a_file_is_like_its_article(polywire: Run, sample_url: str, tmp_path: Path) -> None:
    text = files("indexer").joinpath("sample", "articles.jsonl").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if json.loads(line)["id"] == SUBJECT)
    file = tmp_path / "article.jsonl"
    file.write_text(line, encoding="utf-8")
    from_file = similar(polywire, file, "--index", sample_url)
    assert ids(from_file) == ids(similar(polywire, SUBJECT, "--index", sample_url))


def test_an_export_is_repeated_from_its_method(
    polywire: Run, sample_url: str, tmp_path: Path
) -> None:
    output = tmp_path / "like.jsonl"
    done = polywire("similar", SUBJECT, "--index", sample_url, "-o", output, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert len(output.read_text().splitlines()) == 10
    method = tmp_path / "like.jsonl.method.json"
    assert json.loads(method.read_text())["index"]["engine"].startswith("elasticsearch")
    again = polywire("search", "--from-method", method, env=ENVIRONMENT)
    assert again.returncode == 0, again.stderr
    assert "Nothing has changed" in again.stderr


def test_an_id_that_is_not_there(polywire: Run, sample_url: str) -> None:
    done = polywire("similar", "no-such-article", "--index", sample_url, env=ENVIRONMENT)
    assert done.returncode == 2
    assert "No article in the index has the id no-such-article" in done.stderr
