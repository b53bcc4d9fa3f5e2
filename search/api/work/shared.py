"""What the processes of one server share: a folder of their own, which ends with the server."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from search.api.access.rates import SharedRates


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """Only the user that the server runs as can enter it."""

    path: Path
    secret: bytes

    @classmethod
    def make(cls) -> SharedFolder:
        """Make the folder, in the system's folder for temporary files."""
        made = cls(Path(tempfile.mkdtemp(prefix="polywire-")), secrets.token_bytes(16))
        made.metrics.mkdir()
        return made

    @property
    def metrics(self) -> Path:
        """The folder of the counters, see `search.api.work.metrics`."""
        return self.path / "metrics"

    @property
    def lists(self) -> Path:
        """The database of the lists behind cursors, see `search.api.answers.pages`."""
        return self.path / "lists"

    @property
    def rates(self) -> SharedRates:
        """The table of the rates, see `search.api.access.rates`."""
        return SharedRates(self.path / "rates", self.secret)

    @property
    def sessions(self) -> Path:
        """The database of who has logged in, see `search.api.access.sessions`."""
        return self.path / "sessions"

    @property
    def writer(self) -> Path:
        """The socket of the process that writes, see `search.api.work.relay`."""
        return self.path / "writer"

    def remove(self) -> None:
        """Delete the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
