"""The guide to the HTTP API is right: its examples work as printed, and it leaves nothing out."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import httpx
import pytest

from config.settings import ApiSettings
from search.api.answers.problems import KINDS
from tests.support.command import runner
from tests.support.places import ROOT
from tests.support.serving_command import serving_command

TEXT = (ROOT / "docs" / "http-api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8080"
EXAMPLES = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
PYTHON = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
BASH = """
set -euo pipefail
curl() { command curl --silent --show-error --fail-with-body "$@"; }
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("guide")
    run = runner(folder)("ingest", "--sample")
    assert run.returncode == 0, run.stderr
    with serving_command(folder) as (_, client):
        yield folder, str(client.base_url).rstrip("/")


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_the_examples_work_as_printed(served: tuple[Path, str]) -> None:
    folder, address = served
    assert len(EXAMPLES) > 8
    for example in EXAMPLES:
        assert ADDRESS in example
        script = BASH + example.replace(ADDRESS, address)
        run = subprocess.run(
            ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, (example, run.stdout, run.stderr)
        assert "urn:polywire:problem" not in run.stdout
    assert (folder / "election.csv").read_text(encoding="utf-8").startswith("rank,id,title")
    assert (folder / "articles.jsonl").read_text(encoding="utf-8").count("\n") > 50


def test_the_python_examples_work_as_printed(
    served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = served
    monkeypatch.chdir(folder)
    assert len(PYTHON) == 2
    for example in PYTHON:
        names: dict[str, object] = {}
        exec(example.replace(ADDRESS, address), names)  # noqa: S102  our own guide
        assert names.get("titles") or names.get("documents")


def test_every_endpoint_is_in_the_guide(served: tuple[Path, str]) -> None:
    document = httpx.get(f"{served[1]}/openapi.json").json()
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"`{method.upper()} {path}`" in TEXT


@pytest.mark.parametrize("name", [each.name for each in fields(ApiSettings)])
def test_every_setting_is_in_the_guide(name: str) -> None:
    assert f"`api.{name}`" in TEXT


@pytest.mark.parametrize("slug", sorted({kind.slug for kind in KINDS.values()}))
def test_every_kind_of_problem_is_in_the_guide(slug: str) -> None:
    statuses = {kind.status for kind in KINDS.values() if kind.slug == slug}
    rows = [line for line in TEXT.splitlines() if line.startswith("|") and f"`{slug}`" in line]
    assert {int(row.split("|")[1]) for row in rows} == statuses
