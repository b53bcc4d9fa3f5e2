"""Polywire on the embedded engine, with its settings as they come."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.peers.harness import run


class Polywire:
    """An index in a folder, filled and searched as the commands do."""

    def __init__(self, folder: Path, model: Path) -> None:
        from config.settings import load
        from config.wiring import hybrid_search, location

        self.folder = folder
        self.settings = load({"index": self.place(folder), "model": str(model)}).settings
        there = location(self.settings).generations()
        self.searching = hybrid_search(self.settings) if there else None

    @staticmethod
    def place(folder: Path) -> str:
        """Return where the index is."""
        return str(folder / "index")

    def ingest(self, articles: list[dict[str, Any]]) -> None:
        """Write articles to a file, and ingest it."""
        from config.cli import main

        file = self.folder / "articles.jsonl"
        keys = ("id", "title", "paragraphs", "lang")
        lines = (json.dumps({key: one[key] for key in keys}) for one in articles)
        file.write_text("".join(f"{line}\n" for line in lines))
        place = ("--index", self.settings.index, "--model", self.settings.model)
        with suppress(SystemExit):  # which ends the command
            main(["ingest", str(file), *place, "--json"])
        file.unlink()

    def search(self, query: str, count: int) -> list[str]:
        """Search by words, names and meaning."""
        from search.request import Request

        if self.searching is None:
            return []
        found = self.searching.search(Request(query, limit=count, every_copy=True))
        return [hit.article.id for hit in found.hits]


if __name__ == "__main__":
    run(Polywire)
