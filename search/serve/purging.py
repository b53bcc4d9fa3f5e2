"""A server that takes writes looks every hour whether bytes of deleted articles are due to go."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from search.errors import PolywireError

EVERY_S = 3600.0

_LOG = logging.getLogger(__name__)


class PurgeThread:
    """Calls `purge_if_due`, at the start and then every hour."""

    def __init__(self, purge_if_due: Callable[[], bool]) -> None:
        """Nothing is done before `start`."""
        self._purge_if_due = purge_if_due
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="polywire-purge", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """End it; a purge under way is finished by the next one."""
        self._ending.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                if self._purge_if_due():
                    _LOG.info("what was deleted a month ago or earlier is in no file any more")
            except PolywireError as error:
                _LOG.warning("what was deleted stays in the files for now: %s", error)
            self._ending.wait(EVERY_S)
