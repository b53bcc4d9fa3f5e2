"""A real Chromium, where there is one: that of the system, without anything being fetched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """Where the browser is: POLYWIRE_TEST_BROWSER, or a usual name on the path."""
    return os.environ.get("POLYWIRE_TEST_BROWSER") or next(
        filter(None, map(shutil.which, NAMES)), None
    )


@contextmanager
def browser() -> Iterator[Any]:
    """Start the browser; skips where there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs playwright", exc_type=ImportError
    )
    path = executable()
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium, or POLYWIRE_TEST_BROWSER")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


def axe_source() -> str:
    """The script of axe-core; skips where it is not installed."""
    axe = pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")
    return (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
