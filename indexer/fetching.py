"""What an ingest fetches with, and how it remembers what it fetched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import Settings
    from indexer.sources.fetching.links import Links
    from indexer.sources.fetching.memory import IndexMemory


@dataclass(frozen=True, slots=True)
class Fetching:
    """What fetches in this run, and what remembers it."""

    links: Links
    memory: IndexMemory | None

    def settle(self, stored: int) -> None:
        """Write down what was fetched, as far as its articles are stored."""
        if self.memory:
            self.memory.settle(stored)

    def not_modified(self) -> str:
        """Say what was passed over."""
        count = self.links.unchanged
        what = "1 address has" if count == 1 else f"{count:,} addresses have"
        return f"  addresses   {what} not changed since the last time; --refetch reads them anyway"


@contextmanager
def remembering(
    chosen: Settings, named: list[str], encoding: str | None, *, follow: bool, refetch: bool
) -> Iterator[Fetching | None]:
    """Return what fetches, and remembers in the index what it fetched; None: nothing does."""
    from config.wiring import location
    from indexer.sources.fetching.memory import IndexMemory

    if not _fetches(named, follow=follow):
        yield None
        return
    state = location(chosen).state(patient=True)
    try:
        memory = IndexMemory(state, anew=refetch)
        with fetching_for(chosen, named, encoding, follow=follow, memory=memory) as fetching:
            yield fetching
    finally:
        state.close()


@contextmanager
def fetching_for(
    chosen: Settings,
    named: list[str],
    encoding: str | None,
    *,
    follow: bool,
    memory: IndexMemory | None,
) -> Iterator[Fetching | None]:
    """Return what fetches and remembers by `memory`, or not at all; None: nothing is fetched."""
    if not _fetches(named, follow=follow):
        yield None
        return
    from config.wiring import fetcher
    from indexer.sources.fetching.links import Links

    limit = int(chosen.max_article_mb * 1_000_000)
    with fetcher(chosen) as one:
        yield Fetching(Links(one, limit, memory, follow=follow, encoding=encoding), memory)


def _fetches(named: list[str], *, follow: bool) -> bool:
    from indexer.sources.files import is_address

    return follow or any(map(is_address, named))
