"""Processes that work for this one: started anew, out of reach of Ctrl-C, and gone when it is gone.

They are started anew, not forked, since locks that threads of this process hold would stay held in
a fork.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any


def executor(count: int, prepare: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """Return what runs functions in up to `count` processes, each of which calls `prepare` first.

    Submit within `without_interrupts`: that may start processes.
    """
    return ProcessPoolExecutor(count, get_context("spawn"), initializer=_begin, initargs=(prepare,))


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach, from their first moment on, and start them whole.

    A Ctrl-C meanwhile counts as soon as the block is done. What is blocked here stays blocked in
    the processes that are started here.
    """
    with _held_back(), _blocked():
        yield


@contextmanager
def _blocked() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


@contextmanager
def _held_back() -> Iterator[None]:
    """Hold Ctrl-C back from the main thread: any other thread may meet what this one blocks."""
    former = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(former):
        yield
        return
    pressed = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: pressed.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
        if pressed.is_set():
            signal.raise_signal(signal.SIGINT)


def _begin(prepare: Callable[[], None] | None) -> None:
    """Leave Ctrl-C to the process that asks, and end when that ends, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with(parent: Any) -> None:  # noqa: ANN401 - multiprocessing has no name for it
    parent.join()
    os._exit(1)
