"""What holds for every test."""

from __future__ import annotations

import signal

from hypothesis import settings

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("polywire", deadline=None)
settings.load_profile("polywire")


def pytest_configure() -> None:
    """Let Ctrl-C through: a shell that starts us in the background has it ignored, and so would
    every process that a test starts and interrupts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
