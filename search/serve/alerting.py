"""Runs alerts inside a server, beside its answers: when they are due, and after writes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from search.alerts.alert import Alert
from search.alerts.runner import Runner
from search.alerts.store import ALERTS, AlertStore, Progress
from search.errors import PolywireError
from search.index.state import IndexState

log = logging.getLogger(__name__)

LOOKS_EVERY_S = 15.0
"""How often due alerts are looked for; a write is looked at at once."""

GATHERS_S = 0.5
"""How long after a write others are waited for, so that a stream of writes is few runs."""


class AlertThread:
    """One thread, in the process that writes. Whatever goes wrong in it, the server goes on."""

    def __init__(
        self, state: Callable[[], IndexState], runner: Callable[[AlertStore], Runner]
    ) -> None:
        self._state = state
        self._runner = runner
        self._written = threading.Event()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._work, name="polywire-alerts", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wrote(self) -> None:
        """Say that something was written."""
        self._written.set()

    def close(self) -> None:
        """End the thread once what it is at is done, or after half a minute."""
        self._ends.set()
        self._written.set()
        if self._thread.is_alive():
            self._thread.join(30)

    def _work(self) -> None:
        # Whoever ends it says both: that something was written may be forgotten just then.
        while not self._ends.is_set():
            written = self._written.wait(LOOKS_EVERY_S)
            if self._ends.is_set():
                return
            if written:
                self._ends.wait(GATHERS_S)
                self._written.clear()
            try:
                self._run(written=written)
            except PolywireError as error:
                log.warning("alerts did not run: %s", error)
            except Exception:  # the next run may do better
                log.exception("alerts did not run")

    def _run(self, *, written: bool) -> None:
        with closing(self._state()) as state:
            if not state.count(ALERTS):
                return

            def wanted(alert: Alert, known: Progress) -> bool:
                if written and alert.schedule.on_write:
                    return True
                return alert.schedule.due(known.last_run or alert.created, datetime.now(UTC))

            ran = self._runner(AlertStore(state)).run(wanted)
            for sentence in ran.failed:
                log.warning("not delivered, to be tried again: %s", sentence)
