"""The command table: every entry loads, and says about itself what the table says."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest

from config.cli import COMMANDS, application

HEAVY = (
    "torch", "sentence_transformers", "haystack", "elasticsearch", "lancedb", "transformers",
    "trafilatura", "htmldate", "lxml", "feedparser", "brotli", "httpcore", "protego",
)  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_summary_is_the_first_line_of_the_command(name: str) -> None:
    module, _, function = COMMANDS[name].target.partition(":")
    loaded = getattr(importlib.import_module(module), function)
    assert (inspect.getdoc(loaded) or "").splitlines()[0] == COMMANDS[name].summary


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    from typer.testing import CliRunner

    result = CliRunner().invoke(application(name), [name, "--help"])
    assert result.exit_code == 0
    assert "--index" in result.output
    assert "--json" in result.output


@pytest.mark.parametrize(
    "modules",
    [
        "config.cli",
        "search.commands.search",
        "indexer.cli",
        "config.report",
        "config.wiring, search.retrieval.hybrid",
    ],
)
def test_heavy_libraries_stay_out_of_start_up(modules: str) -> None:
    code = f"import sys, {modules}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
