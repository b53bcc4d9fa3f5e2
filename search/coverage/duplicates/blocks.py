"""The blocks of records that are stored, as one program knows them: read once, and merged.

The key of a block is the time when it was written; of the records of an article that of the last
block counts. A merged block stands behind the last of those that it replaces, and before whatever
came later; it is written before they go. So no key ever stands for two blocks, and a program that
sees one go finds its records in one that it has not seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from uuid import uuid4

from search.coverage.duplicates.records import Record, block, deleted, read_block
from search.coverage.duplicates.stored import SKETCHES
from search.coverage.duplicates.texts import Texts
from search.index.state import Change, Entry, IndexState

LOOK_BACK_S = 60.0
"""Clocks of machines differ by less: older blocks are merged, and that is looked at as often."""

MARKED_S = 24 * 3600.0
"""How long it stays noted that an article was deleted: a program that has not looked for half as
long reads everything anew."""

A_BLOCK = 1024
"""Records of a block that is not merged with others."""

MOST_BLOCKS = 64
"""Smaller blocks from which on they are merged."""

_MERGED = "+"
"""Between the key of the last of merged blocks and that of their merging."""


class Blocks:
    """What was read of the blocks of one place, and in which of them each record counts."""

    def __init__(self, state: IndexState, now: Callable[[], float]) -> None:
        """`now` is the time in seconds since 1970. Nothing is read yet."""
        self._state = state
        self._now = now
        self._sizes: dict[str, int] = {}
        self._counts_in: dict[str, str] = {}
        self._mark = -1
        self._looked_at = now()
        self._merged_at = 0.0

    @property
    def is_stale(self) -> bool:
        """Whether what was deleted since the last look may be noted no more."""
        return self._now() - self._looked_at > MARKED_S / 2

    @property
    def is_due(self) -> bool:
        """Whether it is time to look for what may be merged."""
        return self._now() - self._merged_at > LOOK_BACK_S

    def key(self) -> str:
        """Return the key of a block that is written now."""
        return f"{_key_at(self._now())}-{uuid4().hex[:12]}"

    def read_new(self, texts: Texts) -> set[str]:
        """Give texts what counts of blocks that were not seen yet; returns what `take` does.

        Of merged blocks that is what the texts do not have.
        """
        self._looked_at = self._now()
        mark = self._state.mark(SKETCHES)
        if mark == self._mark:
            return set()
        latest, lost = self._news(texts)
        if any(one in texts for one in lost):  # a backup was restored
            self._sizes, self._counts_in = {}, {}
            latest, _ = self._news(texts)
            latest |= {one: deleted(one) for one in texts.ids() - self._counts_in.keys()}
        self._mark = mark
        return texts.take(latest.values())

    def _news(self, texts: Texts) -> tuple[dict[str, Record], list[str]]:
        """Return what counts of blocks that were not seen yet, and articles that are in none."""
        latest: dict[str, Record] = {}
        unseen, gone = self._unseen()
        for entry in unseen:
            records = read_block(entry.value)
            self._sizes[entry.key] = len(records)
            later = [one for one in records if self._counts_in.get(one.id, "") < entry.key]
            self._counts_in.update((one.id, entry.key) for one in later)
            if _MERGED in entry.key:
                later = [one for one in later if one.id in latest or not texts.has(one)]
            latest.update((one.id, one) for one in later)
        return latest, self._forget(gone) if gone else []

    def merge(self, texts: Texts, before: str | None) -> None:
        """Merge blocks of few records that still count, if there are many such blocks.

        All blocks, where as many records as there are articles do not count or tell of what was
        deleted long ago: nothing is left of these. Those from the key `before` on stay.
        """
        now = self._merged_at = self._now()
        counting = Counter(self._counts_in.values())
        last = min(_key_at(now - LOOK_BACK_S), before or "~")
        forgotten = min(_key_at(now - MARKED_S), last)
        old = sorted(key for key in self._sizes if key < last)
        idle = sum(self._sizes[key] - counting[key] for key in old)
        idle += sum(key < forgotten and one not in texts for one, key in self._counts_in.items())
        if idle <= max(len(texts), A_BLOCK):
            old, forgotten = [key for key in old if counting[key] < A_BLOCK // 2], ""
            if len(old) <= MOST_BLOCKS:
                return
        seen: set[str] = set()
        for part in _parts(old, counting):
            if not self._replace(part, forgotten, seen):
                return  # another program merges them

    def _unseen(self) -> tuple[Iterable[Entry], set[str]]:
        """Return the blocks that were not seen yet, in the order of keys, and keys that went."""
        if not self._sizes:
            return self._state.scan(SKETCHES), set()
        while True:
            stored = list(self._state.keys(SKETCHES))
            new = [one for one in stored if one not in self._sizes]
            found = self._state.get(SKETCHES, new)
            if len(found) == len(new):  # else another program has merged some just now
                return [found[one] for one in new], self._sizes.keys() - stored

    def _forget(self, gone: Collection[str]) -> list[str]:
        """Forget blocks; returns the articles of which there was a record in no other one."""
        for key in gone:
            del self._sizes[key]
        lost = [one for one, key in self._counts_in.items() if key in gone]
        for one in lost:
            del self._counts_in[one]
        return lost

    def _replace(self, part: Sequence[str], forgotten: str, seen: set[str]) -> bool:
        """Store one block instead of some; False if one of them is there no more.

        What tells of a deletion before the key `forgotten` is left out, unless an earlier block
        had the article (`seen`): who is just reading that one has to know.
        """
        stored = self._state.get(SKETCHES, part)
        if len(stored) < len(part):
            return False
        records: dict[str, Record] = {}
        for key in part:
            own = {one.id: one for one in read_block(stored[key].value)}
            for name, one in own.items():
                is_forgotten = one.sketch is None and key < forgotten and name not in seen
                if self._counts_in.get(name, "") <= key and not is_forgotten:
                    records[name] = one
            seen |= own.keys()
        if len(part) == 1 and len(records) == self._sizes[part[0]]:
            return True
        if records:
            merged = f"{part[-1].partition(_MERGED)[0]}{_MERGED}{self.key()}"
            self._state.write([Change(SKETCHES, merged, block(list(records.values())))])
            self._sizes[merged] = len(records)
            self._counts_in |= dict.fromkeys(records, merged)
        self._state.write([Change(SKETCHES, key, None) for key in part])
        self._forget(set(part))
        return True


def _key_at(moment_s: float) -> str:
    return f"{int(moment_s * 10**9):020d}"


def _parts(keys: Sequence[str], counting: Mapping[str, int]) -> list[list[str]]:
    """Divide blocks so that of each part about as many records count as a block has."""
    parts: list[list[str]] = []
    size = 0
    for key in keys:
        if not parts or size + counting[key] > A_BLOCK:
            parts.append([])
            size = 0
        parts[-1].append(key)
        size += counting[key]
    return parts
