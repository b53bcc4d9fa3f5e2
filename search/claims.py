"""Who holds a piece of work: of several processes one does it, and none waits for a dead one."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

LIFETIME = timedelta(minutes=10)
"""Longer than any message or document takes; on another machine, who holds one longer has ended."""


def _started(pid: int) -> str:
    """Return when a process started, as the system counts; "" where that is not known."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def holder() -> str:
    """Say who this process is: machine, process, and when it started."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def claim(now: datetime) -> dict[str, str]:
    """Return a claim of this process; its token is like no other."""
    return {
        "by": holder(),
        "token": secrets.token_hex(8),
        "until": (now + LIFETIME).isoformat(),
    }


def holds(given: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether the process that made a claim may still be at work."""
    if datetime.fromisoformat(given["until"]) <= now:
        return False
    host, pid, started = (*str(given["by"]).split(" "), "", "")[:3]
    if os.name != "posix" or host != socket.gethostname() or not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return _started(int(pid)) == started
