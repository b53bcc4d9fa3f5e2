"""Stores what was measured: one JSON file per benchmark, with the commit and the machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def record(name: str, data: str, figures: Mapping[str, Any]) -> Path:
    """Write `results/NAME.json` and return its path.

    `data` names what was measured on; `figures` are JSON values whose keys name their unit.
    """
    document = {
        "benchmark": name,
        "data": data,
        "commit": commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "figures": figures,
    }
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def commit() -> str:
    """Return the short commit id of the tree, with "+" where tracked files were changed."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return f"{head}{'+' if changed else ''}"


def machine() -> dict[str, Any]:
    """Describe the processor and Python, so that figures are compared with their like."""
    model = "unknown"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return {"processor": model, "cores": os.cpu_count(), "python": platform.python_version()}


def _git(*arguments: str) -> str:
    run = subprocess.run(
        ["git", *arguments], cwd=RESULTS.parent, capture_output=True, text=True, check=False
    )
    return run.stdout.strip()
