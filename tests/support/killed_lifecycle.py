"""A process that brings in agencies' messages, and kills itself (SIGKILL) at its nth step.

A step is a write to the index or to its state, or a deletion; it dies before or after it:

    python -m tests.support.killed_lifecycle FOLDER_OR_ADDRESS N before|after < MESSAGES
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from indexer.article.draft import Origin, RawArticle
from indexer.ingest.pipeline import IndexingPipeline
from tests.support.indexing import MarkedLanguages, WordHashes
from tests.support.power_cut import location_of

STEPS = frozenset({"write", "delete"})


class Steps:
    """Counts steps, and kills the process at the nth."""

    def __init__(self, nth: int, when: str) -> None:
        self._left = nth
        self._when = when

    def of(self, inner: Any) -> Any:
        """Return the same index or state, whose steps are counted."""
        return _Counted(inner, self._taken)

    def _taken(self, step: Callable[[], Any]) -> Any:
        self._left -= 1
        if self._left == 0 and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = step()
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


class _Counted:
    def __init__(self, inner: Any, taken: Callable[[Callable[[], Any]], Any]) -> None:
        self._inner = inner
        self._taken = taken

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in STEPS:
            return found
        return lambda *given, **named: self._taken(lambda: found(*given, **named))


def killed(place: str, messages: Sequence[Any], nth: int, when: str) -> bool:
    """Bring messages in, in a process of its own; tells whether it was killed."""
    words = [sys.executable, "-m", "tests.support.killed_lifecycle", place, str(nth), when]
    done = subprocess.run(words, check=False, timeout=120, input=json.dumps(messages), text=True)
    assert done.returncode in (0, -signal.SIGKILL), done
    return done.returncode != 0


def main(place: str, nth: int, when: str) -> None:
    """Bring in what stands on standard input, each message as a run of its own."""
    messages = json.load(sys.stdin)
    location, steps = location_of(place), Steps(nth, when)
    index, state = location.open(), steps.of(location.state())
    pipeline = IndexingPipeline.build(steps.of(index), WordHashes(), MarkedLanguages(), state=state)
    for number, message in enumerate(messages, 1):
        pipeline.run([RawArticle(Origin("in", number), message)])
    state.close()
    index.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
