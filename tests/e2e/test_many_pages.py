"""Many web pages: read in several processes, which end with the command, however that ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.command import COMMAND, Run, clean_environment

PAGES = 400
BODY = "The river rose by two metres during the night, and the lower town was cleared by noon. "

pytestmark = pytest.mark.slow  # hundreds of pages, in processes that take a second to start


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    for n in range(PAGES):
        (pages / f"{n:03}.html").write_text(
            f"<!doctype html><html lang='en'><title>Flood, day {n}</title><article>"
            f"<h1>Flood, day {n}</h1><p>{n} {BODY * 3}</p><p>{BODY * 2} {n}</p></article>"
        )
    (pages / "x.html").write_bytes(b"<html><body></body></html>")
    return tmp_path


def children(parent: int) -> list[int]:
    """Return the processes that a process has started, and those that these have (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(path.parent.name))
    return [*found, *(one for child in found for one in children(child))]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to see processes in")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_running_and_a_rerun_goes_on(
    polywire: Run, folder: Path, number: signal.Signals
) -> None:
    environment = clean_environment() | {"POLYWIRE_PROCESSES": "2", "POLYWIRE_BATCH_SIZE": "20"}
    with subprocess.Popen(
        [str(COMMAND), "ingest", "--json", "pages"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        end = time.monotonic() + 60
        while len(others := children(process.pid)) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        assert len(others) >= 2
        if number is signal.SIGINT:  # a terminal sends it to all of them
            os.killpg(process.pid, number)
        else:
            process.kill()
        out, err = process.communicate(timeout=60)
    end = time.monotonic() + 60
    while any(map(is_running, others)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(is_running, others))
    if number is signal.SIGINT:
        assert "Traceback" not in err
        assert process.returncode == 130
        assert json.loads(out)["interrupted"] is True
    done = polywire("ingest", "--json", "pages")
    assert done.returncode == 3
    summary = json.loads(done.stdout)
    assert summary["added"] + summary["unchanged"] == PAGES
    assert summary["inputs"] == [
        {"input": "pages", "read_as": {"HTML pages": PAGES + 1}, "rejected": 1}
    ]
