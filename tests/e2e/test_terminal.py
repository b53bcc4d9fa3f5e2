"""What a person at a terminal sees, and what a pipe gets."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command import COMMAND, Run, clean_environment

HEAVY = (
    "torch", "sentence_transformers", "haystack", "elasticsearch", "lancedb", "transformers",
    "trafilatura", "htmldate", "lxml", "feedparser", "brotli",
)  # fmt: skip


def in_terminal(arguments: list[str], folder: Path) -> str:
    """Run the command on a pseudo terminal of 100 columns; return all that it showed."""
    leader, follower = pty.openpty()
    environment = clean_environment() | {"TERM": "xterm-256color"}
    environment.pop("NO_COLOR")
    with subprocess.Popen(
        [str(COMMAND), *arguments],
        cwd=folder,
        env=environment,
        stdin=follower,
        stdout=follower,
        stderr=follower,
    ) as process:
        os.close(follower)
        shown = b""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            ready, _, _ = select.select([leader], [], [], 0.2)
            try:
                chunk = os.read(leader, 65536) if ready else b""
            except OSError:  # Linux says so when the other side has closed
                break
            shown += chunk
            if not ready and process.poll() is not None:
                break
        process.wait(timeout=60)
    os.close(leader)
    return shown.decode("utf-8", "replace")


def test_a_progress_bar_on_a_terminal_only(polywire: Run, tmp_path: Path) -> None:
    shown = in_terminal(["ingest", "--sample"], tmp_path)
    assert "\x1b[" in shown
    assert "added" in shown
    piped = polywire("ingest", "--sample")
    assert piped.stderr == ""
    assert "\x1b[" not in piped.stdout


def test_colours_on_a_terminal_none_in_a_pipe(polywire: Run, tmp_path: Path) -> None:
    polywire("ingest", "--sample")
    assert "\x1b[" in in_terminal(["search", "flood"], tmp_path)
    assert "\x1b[" not in polywire("search", "flood").stdout


def test_json_is_alone_on_stdout(polywire: Run) -> None:
    polywire("ingest", "--sample")
    for arguments in (["search", "flood"], ["status"], ["config"]):
        done = polywire(*arguments, "--json")
        assert isinstance(json.loads(done.stdout), dict)
        assert done.stderr == ""


def test_a_reader_that_goes_away_is_no_error(polywire: Run, tmp_path: Path) -> None:
    polywire("ingest", "--sample")
    line = f"{COMMAND} search flood --json | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("arguments", [["--help"], ["search", "flood"], ["status"]])
def test_heavy_libraries_are_never_loaded(
    polywire: Run, tmp_path: Path, arguments: list[str]
) -> None:
    polywire("ingest", "--sample")
    code = (
        "import sys, config.cli\n"
        "try:\n    config.cli.main(sys.argv[1:])\n"
        "except SystemExit:\n    pass\n"
        f"sys.stderr.write(','.join(m for m in {HEAVY!r} if m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""


def test_the_version_is_one_line(polywire: Run) -> None:
    done = polywire("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"polywire \d+\.\d+\.\d+\n", done.stdout)
