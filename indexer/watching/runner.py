"""Checks what is due, again and again, several addresses at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from indexer.watching.checking import Checker
from search.errors import PolywireError
from search.watched import Watched

AT_ONCE = 4
"""Addresses that are checked at the same time: servers answer slowly, and each host has one
request at a time anyway."""

LOOK_AGAIN_S = 15.0
"""Longest wait before what is due is looked up anew: somebody may have added an address."""

Told = Callable[[Watched], None]
"""Is told of each address that was checked, as it is then."""


def check_due(checker: Checker, told: Told, *, at_once: bool = False) -> int:
    """Check each address that is due once; returns how many were.

    Raises the error of the index where nothing can be stored; checks that run are finished.
    """
    waiting = checker.register.due(checker.clock(), at_once=at_once)[::-1]
    running: set[Future[Watched | None]] = set()
    done = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="polywire-watch") as threads:
        try:
            while (waiting or running) and not checker.stopping.is_set():
                while waiting and len(running) < AT_ONCE:
                    one = waiting.pop()
                    running.add(threads.submit(checker.check, one, at_once=at_once))
                finished, running = wait(running, LOOK_AGAIN_S, FIRST_COMPLETED)
                for future in finished:
                    checked = future.result()
                    if checked is not None:
                        done += 1
                        told(checked)
        except KeyboardInterrupt:
            checker.stopping.set()
            raise
        finally:
            wait(running)
    return done


def run(checker: Checker, told: Told, failed: Callable[[str], None]) -> None:
    """Check what is due until the program is to end.

    An index that cannot be written for a time is no reason to end: `failed` is told, and all is
    tried again.
    """
    while not checker.stopping.is_set():
        try:
            check_due(checker, told)
            pause = _pause_s(checker)
        except PolywireError as error:
            failed(str(error))
            pause = LOOK_AGAIN_S
        checker.stopping.wait(pause)


def _pause_s(checker: Checker) -> float:
    now = checker.clock()
    dues = [one.due for one in checker.register.all() if not one.stopped]
    nearest = min(((due - now).total_seconds() for due in dues), default=LOOK_AGAIN_S)
    return min(max(nearest, 1.0), LOOK_AGAIN_S)


def end_with(parent: int, stopping: threading.Event, poll_s: float = 1.0) -> None:
    """Set `stopping` when the process that started this one has ended."""

    def look() -> None:
        while not stopping.wait(poll_s):
            if os.getppid() != parent:
                stopping.set()

    threading.Thread(target=look, daemon=True).start()
