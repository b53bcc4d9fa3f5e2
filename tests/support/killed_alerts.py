"""A run of alerts that kills itself (SIGKILL) before or after the nth write to the state.

python -m tests.support.killed_alerts FOLDER N before|after
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from search.alerts.delivery.senders import Channels
from search.alerts.notice import Links
from search.alerts.runner import Equipment, Ran, Runner
from search.alerts.store import AlertStore
from search.index.embedded.location import FolderLocation
from search.index.state import Change, Entry, IndexState


class Killing:
    """A state whose nth write is the last thing that the process does, or the last but one."""

    def __init__(self, state: IndexState, nth: int, when: str) -> None:
        self._state = state
        self._left = nth
        self._when = when

    def get(self, collection: str, keys: Iterable[str]) -> Mapping[str, Entry]:
        return self._state.get(collection, keys)

    def scan(self, collection: str, *, prefix: str = "", after: str = "") -> Iterator[Entry]:
        return self._state.scan(collection, prefix=prefix, after=after)

    def write(self, changes: Sequence[Change]) -> None:
        self._left -= bool(changes)
        if changes and self._left == 0 and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        self._state.write(changes)
        if changes and self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def keys(self, collection: str, *, after: str = "") -> Iterator[str]:
        return self._state.keys(collection, after=after)

    def count(self, collection: str) -> int:
        return self._state.count(collection)

    def mark(self, collection: str) -> int:
        return self._state.mark(collection)

    def close(self) -> None:
        self._state.close()


def run(folder: Path, nth: int = 0, when: str = "after") -> Ran:
    """Run the alerts of the index in a folder; with 0 nothing is killed."""
    location = FolderLocation(folder)
    state = Killing(location.state(), nth, when)
    index = location.open()
    try:
        equipment = Equipment(index, None, None, None, Links())
        senders = Channels().senders(io.StringIO())
        return Runner(AlertStore(state), lambda _: equipment, senders).run(
            lambda *_: True, at_once=True
        )
    finally:
        index.close()
        state.close()


def killed(folder: Path, nth: int, when: str) -> int:
    """Run in a process of its own; returns its exit code, -9 where it was killed."""
    words = [sys.executable, "-m", "tests.support.killed_alerts", str(folder), str(nth), when]
    return subprocess.run(words, check=False, timeout=600).returncode


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
