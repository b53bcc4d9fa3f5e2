"""Who waits for work in a thread of its own may come while that thread is being started."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

import pytest

from search.index.embedded import upkeep
from search.index.embedded.housekeeper import Housekeeper
from search.index.embedded.safekeeping.checksums import Recorder
from tests.support.newsroom import IDENTITY


class Worker(Protocol):
    def wake(self) -> None: ...

    def wait(self) -> None: ...


def recorder(path: Path) -> Recorder:
    return Recorder(path / "table", IDENTITY)


def tidier(path: Path) -> Housekeeper:
    table: Any = SimpleNamespace(path=path / "table")
    return Housekeeper(table, upkeep.Policy())


@pytest.mark.parametrize("make", [recorder, tidier])
def test_waiting_while_it_starts(
    make: Callable[[Path], Worker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting, go = threading.Event(), threading.Event()

    class SlowToStart(threading.Thread):
        def start(self) -> None:
            starting.set()
            go.wait(30)
            super().start()

    monkeypatch.setattr(upkeep, "is_due", lambda *_: True)
    worker = make(tmp_path)
    failed: list[BaseException] = []

    def wait() -> None:
        try:
            worker.wait()
        except RuntimeError as error:
            failed.append(error)

    waking, waiting = threading.Thread(target=worker.wake), threading.Thread(target=wait)
    with monkeypatch.context() as slowly:
        slowly.setattr(threading, "Thread", SlowToStart)
        waking.start()
        assert starting.wait(30)
    waiting.start()
    waiting.join(0.2)
    go.set()
    for thread in (waking, waiting):
        thread.join(30)
        assert not thread.is_alive()
    assert not failed
