"""What ships with the package."""

from pathlib import Path

SAMPLE = Path(__file__).parent / "sample" / "articles.jsonl"
"""A small corpus of our own: reports in many languages on events that never were."""
