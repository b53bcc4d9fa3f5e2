import signal
import threading
from concurrent.futures import Future

import pytest

from indexer.processes import executor, without_interrupts


def press() -> None:
    """Press Ctrl-C such that a thread meets it that does not block it."""
    thread = threading.Thread(target=_open_and_press)
    thread.start()
    thread.join()


def _open_and_press() -> None:
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_waits_until_the_processes_are_started() -> None:
    started: list[Future[int]] = []
    processes = executor(1)

    def start() -> None:
        with without_interrupts():
            press()
            press()
            started.append(processes.submit(abs, -3))

    with pytest.raises(KeyboardInterrupt):
        start()
    assert started[0].result() == 3
    processes.shutdown()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_ctrl_c_nothing_is_raised_in_any_thread() -> None:
    done: list[int] = []

    def work() -> None:
        with without_interrupts():
            done.append(1)

    work()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1, 1]
