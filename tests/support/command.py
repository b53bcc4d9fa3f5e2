"""The installed `polywire` command in a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.places import SHARED

COMMAND = Path(sys.executable).parent / "polywire"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def clean_environment() -> dict[str, str]:
    """Return the environment without settings of ours, and with no colours or wide terminal."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POLYWIRE_")}
    return kept | {"NO_COLOR": "1", "COLUMNS": "100"}


def with_sample(folder: Path) -> Path:
    """Index the sample in a folder, and return it: 106 articles in 14 languages on 16 events."""
    done = runner(folder)("ingest", "--sample")
    assert done.returncode == 0, done.stderr
    return folder


def runner(folder: Path) -> Run:
    """Return a function that runs the command in the folder."""

    def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        settings: dict[str, object] = {
            "cwd": folder,
            "env": clean_environment(),
            "capture_output": True,
            "text": True,
            "timeout": 240,
        }
        words = [str(COMMAND), *map(str, arguments)]
        return subprocess.run(words, check=False, **(settings | options))  # type: ignore[call-overload,no-any-return]

    return run


def needs_shared(path: str) -> Path:
    """Return a file of the shared test data, or skip the test where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs ../shared/{path}, which is not part of the project")
    return found
