"""Ctrl-C between batches, never in the middle of one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupt_deferred() -> Iterator[None]:
    """Hold back the first Ctrl-C until the block is done, then raise `KeyboardInterrupt`.

    A second one is raised at once. Signals reach only the main thread: elsewhere, and where the
    program handles Ctrl-C in a way of its own, the block simply runs.
    """
    normal = signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or normal is not signal.default_int_handler:
        yield
        return
    pressed = False

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed:
            signal.default_int_handler(number, frame)
        pressed = True

    signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, normal)
    if pressed:
        raise KeyboardInterrupt
