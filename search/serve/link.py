"""What joins the processes of a server: what each is told, and what it tells the supervisor."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection

from config.settings import Settings
from search.api.work.shared import SharedFolder


class Role(StrEnum):
    """What a process of the server does."""

    WORKER = "worker"
    WRITER = "writer"


@dataclass(frozen=True, slots=True)
class Plan:
    """What all processes of a server have in common; each gets it when it is started."""

    settings: Settings
    keyless: bool
    shared: SharedFolder
    relayed: socket.socket | None
    """Where the writer listens, None if nothing is written. It outlives every writer: what comes
    meanwhile waits."""


class Report(StrEnum):
    """What a process tells the supervisor."""

    READY = "ready"
    CLOSED = "closed"
    """A connection of a client has ended."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a process could not be started, as a sentence for a person, and its exit code."""

    reason: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Link:
    """A process's ends of what joins it to the supervisor."""

    inbox: socket.socket
    """Brings connections of clients. Where it ends, the process is to finish."""
    reports: Connection

    def tell(self, report: Report | Failed) -> None:
        """Tell the supervisor, if it is still there."""
        with contextlib.suppress(OSError):
            self.reports.send(report)
