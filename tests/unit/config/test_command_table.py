"""The command table: every entry loads, and says about itself what the table says."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

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
    result = CliRunner().invoke(application(name), [name, "--help"])
    assert result.exit_code == 0
    assert "--index" in result.output
    assert "--json" in result.output


def _helps(name: str, columns: int) -> Iterator[tuple[Any, list[str]]]:
    """Yield a command, or each action of a group, with the lines of its help."""
    app = application(name)
    command: Any = get_command(app)
    command = command.commands[name]
    actions = {"": command, **getattr(command, "commands", {})}
    for action, one in actions.items():
        words = [word for word in (name, action, "--help") if word]
        shown = CliRunner().invoke(app, words, env={"COLUMNS": str(columns)}, color=False)
        yield one, [line.strip(" │") for line in shown.output.splitlines()]


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_shown_whole(name: str, columns: int) -> None:
    """Nothing is taken for markup, cut to the width of a column, or broken where it was in code."""
    for command, lines in _helps(name, columns):
        assert not [line for line in lines if "…" in line]
        for paragraph in command.help.split("\n\n"):
            assert set(textwrap.wrap(paragraph, columns - 2)) <= set(lines)
        # Each row of a table ends with its help, or with a further line of it.
        helps = "".join(re.split(r"\s{2,}", line)[-1] for line in lines).replace(" ", "")
        for parameter in command.params:
            default = getattr(parameter, "show_default", None)
            shown = f"[default: ({default})]" if isinstance(default, str) else ""
            assert f"{parameter.help or ''}{shown}".replace(" ", "") in helps


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
