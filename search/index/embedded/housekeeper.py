"""Upkeep in a thread of its own, by one process at a time, while reads and writes go on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from search.index.embedded import upkeep
from search.index.embedded.faults import translated
from search.index.embedded.lock import upkeep_lock
from search.index.embedded.table import Table
from search.index.errors import EngineBusy, SearchIndexError

LOG = logging.getLogger(__name__)


class Housekeeper:
    """Tidies one table."""

    def __init__(
        self, table: Table, policy: upkeep.Policy, tidied: Callable[[], None] = lambda: None
    ) -> None:
        """`tidied` is called whenever files may have been written."""
        self._table = table
        self._tidied = tidied
        self._policy = policy
        self._lock = upkeep_lock(table.path)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Start to tidy if it is due and nobody does."""
        with self._starting:
            busy = self._thread is not None and self._thread.is_alive()
            if not busy and upkeep.is_due(self._table, self._policy):
                self._thread = threading.Thread(target=self._tidy, name="polywire-upkeep")
                self._thread.start()

    def index_new_rows(self) -> None:
        """Bring the indexes up to date; another process that is at it already will do."""
        self.wait()
        with self._lock.held_if_free() as held:
            if held:
                upkeep.index_new_rows(self._table, self._policy)
                upkeep.finish(self._table)
                self._tidied()

    def rebuild(self) -> None:
        """Merge everything, after whoever tidies now."""
        with self._lock.held():
            upkeep.rebuild(self._table, self._policy)
            self._tidied()

    def wait(self) -> None:
        """Wait until a tidying that has begun is done."""
        with self._starting:  # it is there before it runs
            thread = self._thread
        if thread is not None:
            thread.join()

    def _tidy(self) -> None:
        try:
            with self._lock.held_if_free() as held, translated("tidying", self._table.path):
                if held:
                    upkeep.tidy(self._table, self._policy)
                    self._tidied()
        except EngineBusy:
            LOG.debug("writers were faster; the next write tidies")
        except SearchIndexError as error:
            # Nothing is lost: searches are slower until the next time, which will tell again.
            LOG.warning("upkeep failed: %s", error)
