"""Every test has a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Run, runner


@pytest.fixture
def polywire(tmp_path: Path) -> Run:
    """Run the command in the test's folder; keyword arguments as for `subprocess.run`."""
    return runner(tmp_path)
