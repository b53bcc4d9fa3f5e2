r"""Can a library replace code of ours? What each finds, what it costs, and what breaks it.

Run it where the candidates are installed (they are no dependencies of Polywire):

    pip install sentencex ijson courlan rigour stamina dateparser
    python -m benchmarks.libraries    # with ../shared/eval, parallel and news where they are there

It writes `results/libraries.json`. Its figures are in ARCHITECTURE.md, "Libraries". Times are those
of the processor.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.libraries import addresses, dates, json_streams, name_keys, sentence_ends
from benchmarks.record import record

SHARED = Path(__file__).parents[3] / "shared"
IMPORTS = ("sentencex", "ijson", "courlan", "rigour.names", "tenacity", "stamina")
RUNS = 9


def main() -> None:
    """Measure everything that there is data for."""
    figures: dict[str, Any] = {
        "versions": {name.partition(".")[0]: _version(name) for name in IMPORTS},
        "import_ms": {name: _import_ms(name) for name in IMPORTS},
        "json": json_streams.compare(),
        "addresses": addresses.compare(),
        "dates": dates.compare(),
    }
    if (SHARED / "parallel").exists() and (SHARED / "eval").exists():
        figures["sentences"] = sentence_ends.compare(SHARED)
    if (SHARED / "news").exists():
        figures["names"] = name_keys.compare(SHARED / "news" / "wmt-news.jsonl.xz")
    print(record("libraries", "own cases; XQuAD-R, WMT test sets", figures))


def _version(name: str) -> str:
    return metadata.version(name.partition(".")[0])


def _import_ms(name: str) -> float:
    """Milliseconds that importing a module adds to a Python that has imported `json` and `re`."""
    return round(1000 * (_start_s(f"import json, re, {name}") - _start_s("import json, re")), 1)


def _start_s(statement: str) -> float:
    code = f"{statement}; import time; print(time.process_time())"
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(RUNS)
    ]
    return statistics.median(float(run.stdout) for run in runs)


if __name__ == "__main__":
    main()
