"""What is watched is checked beside the API: in a process of its own, which ends with this one.

A process, since indexing pages would take turns with answers for the interpreter's lock; writers of
several processes are safe on both engines.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from config import terminal
from config.settings import Settings

AGAIN_S = 60.0
"""Until a process that ended by itself is started anew."""

_FINISH_S = 30.0
"""For the batch that is being written."""


@contextmanager
def watching(settings: Settings) -> Iterator[None]:
    """Run `polywire watch run` as long as the block lasts."""
    command = [
        *(sys.executable, "-c", "from config.cli import main; main()", "watch", "run"),
        *("--parent", str(os.getpid()), "--index", settings.index, "--model", settings.model),
    ]
    ending = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ending.is_set():
            # Nothing of it may get between a client and the address that is printed on stdout.
            process = subprocess.Popen(  # noqa: S603 - this program itself
                command,
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,
                env=os.environ | _credentials(settings),
            )
            running[:] = [process]
            process.wait()
            if not ending.wait(0.1):
                terminal.note(f"The watch has ended; it is started again in {AGAIN_S:g} s.")
                ending.wait(AGAIN_S)

    keeper = threading.Thread(target=keep, name="polywire-watch", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        for process in running:
            process.terminate()
            try:
                process.wait(_FINISH_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _credentials(settings: Settings) -> dict[str, str]:
    """Return what the environment is to say of a server's user and password.

    They may have come in the address of the index, which no longer has them; what a process is
    called with can be read by everybody on the machine.
    """
    given = settings.elasticsearch
    found = {}
    if given.username is not None:
        found["POLYWIRE_ELASTICSEARCH__USERNAME"] = given.username
    if given.password is not None:
        found["POLYWIRE_ELASTICSEARCH__PASSWORD"] = given.password.get_secret_value()
    return found
