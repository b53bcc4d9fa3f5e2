"""What parts of Polywire store beside the articles: small JSON documents in named collections.

The state belongs to the place of an index, not to one of its generations: a reindexing leaves it
alone, and backups carry it. It may be there before there is an index. Values and the port; both
engines prove the guarantees by inheriting `tests.contract.index_state.StateContract`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from search.index.errors import SearchIndexError
from search.values import dataclass

Value = Mapping[str, Any]
"""A JSON object."""


class StateConflict(SearchIndexError):
    """Another program changed an entry meanwhile: read it again and decide anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document under its key; `revision` (from 1) changes with every write of it."""

    key: str
    value: Value
    revision: int


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one entry; a `value` of None removes it.

    `expected` is the revision that must be there; 0 says that there must be no entry, None takes
    whatever is there.
    """

    collection: str
    key: str
    value: Value | None
    expected: int | None = None


class IndexState(Protocol):
    """Collections of entries. May be used from several threads and processes at once."""

    def get(self, collection: str, keys: Iterable[str]) -> Mapping[str, Entry]:
        """Return entries as they are now; keys without one are left out."""
        ...

    def scan(self, collection: str, *, prefix: str = "", after: str = "") -> Iterator[Entry]:
        """Every entry whose key begins with a prefix and sorts after a key.

        Ordered by code points of the key, each once, in bounded memory. It is no snapshot: what
        is written meanwhile may be seen or not.
        """
        ...

    def keys(self, collection: str, *, after: str = "") -> Iterator[str]:
        """Every key that sorts after one, as `scan` orders them, without reading the values."""
        ...

    def write(self, changes: Sequence[Change]) -> None:
        """Write changes in their order, durable on return and visible at once.

        The embedded engine writes all or none of them. On Elasticsearch each change stands alone,
        and a crash may end the batch after any of them, while a conflict leaves the others written:
        order them so that this is sound. Raises `StateConflict` where `expected` does not hold,
        `ValueError` for a key that no engine takes
        (empty, over 512 bytes, or half a surrogate pair), and what `SearchIndex.write` raises.
        """
        ...

    def count(self, collection: str) -> int:
        """How many entries there are."""
        ...

    def mark(self, collection: str) -> int:
        """Return a number that changes whenever the collection does: to hold it in memory."""
        ...

    def close(self) -> None:
        """Let go of files and connections. The object must not be used afterwards."""
        ...


MOST_KEY_BYTES = 512
"""As much as an id of an article may have."""


def check(changes: Sequence[Change]) -> None:
    """Raise `ValueError` for what not every engine takes."""
    for change in changes:
        try:
            size = len(change.key.encode())
        except UnicodeEncodeError as error:
            raise ValueError(f"{change.key!r} is no key: it is no text in Unicode") from error
        if change.expected == 0 and change.value is None:
            raise ValueError(f"{change.key!r} cannot be removed where it must not be")
        if not 0 < size <= MOST_KEY_BYTES:
            raise ValueError(f"a key of {size} bytes: it has 1 to {MOST_KEY_BYTES}")


def conflict(change: Change, place: str) -> StateConflict:
    """Say that another program was faster."""
    return StateConflict(
        f"Another program changed {change.collection}/{change.key} at {place} at the same moment. "
        "Run the same command again."
    )
