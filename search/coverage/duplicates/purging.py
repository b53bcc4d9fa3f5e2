"""Nothing of deleted articles stays in the sketches of near-duplicates."""

from __future__ import annotations

from search.coverage.duplicates.records import block, read_block
from search.coverage.duplicates.stored import SKETCHES
from search.index.state import Change, IndexState, StateConflict


def purge(state: IndexState) -> int:
    """Leave of each article the newest sketch, and none of what is gone; returns blocks changed.

    That an article was deleted stays noted, in a line without a sketch: a program that has taken in
    the sketch may look for that line.
    """
    newest: dict[str, str] = {}
    for entry in state.scan(SKETCHES):
        newest |= {one.id: entry.key for one in read_block(entry.value)}
    purged = 0
    for entry in state.scan(SKETCHES):
        records = read_block(entry.value)
        # The last one of a block counts where it has an article twice.
        last = {one.id: one for one in records if newest.get(one.id) == entry.key}
        if len(last) == len(records):
            continue
        value = block(list(last.values())) if last else None
        try:
            state.write([Change(SKETCHES, entry.key, value, entry.revision)])
        except StateConflict:  # another program has merged it
            continue
        purged += 1
    return purged
