"""A process that writes to an embedded index until it is killed; tests run it.

    python -m tests.support.embedded_writer FOLDER WRITER VERSION

It writes batches of articles `WRITER-BATCH-N`, version by version, and prints the number of
each batch when its write has returned.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from search.index.embedded.location import FolderLocation
from search.index.embedded.upkeep import Policy
from search.index.model import EmbeddedArticle
from tests.support.newsroom import IDENTITY, on, story

BATCHES = 40
ARTICLES = 6

BUSY = Policy(unindexed_rows=100, small_files=4, kept=timedelta(seconds=20))
"""Tidies all the time, so that a kill falls into that as well."""


def batch(writer: str, version: int, number: int) -> list[EmbeddedArticle]:
    """Make a batch; its articles have other lengths in each version."""
    return [
        story(
            f"{writer}-{number:02}-{n}",
            f"Headline of version {version}",
            *(
                f"paragraph {p} of version {version} by {writer}"
                for p in range(1 + (n + version) % 5)
            ),
            updated=on(2025, 1, 1 + version),
        )
        for n in range(ARTICLES)
    ]


def batches(writer: str, version: int) -> Iterator[list[EmbeddedArticle]]:
    """Make all batches of a version."""
    return (batch(writer, version, number) for number in range(BATCHES))


def open_or_create(folder: Path) -> FolderLocation:
    """Return the place, with an index in it."""
    location = FolderLocation(folder, BUSY)
    if not location.generations():
        location.create(IDENTITY).close()
    return location


def main(folder: str, writer: str, version: str) -> None:
    """Write everything."""
    index = open_or_create(Path(folder)).open()
    for number, articles in enumerate(batches(writer, int(version))):
        index.write(articles)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    index.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
