"""Where things are: the project, its test data, and the shared data beside it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "articles"
SAMPLE = ROOT / "indexer" / "sample" / "articles.jsonl"
SHARED = ROOT.parent / "shared"
"""No part of the project: what needs it is skipped where it is absent."""
