"""A real Elasticsearch on this machine, as a process that a test can start, kill and restart."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.support.places import SHARED

SERVE = SHARED / "elasticsearch" / "serve"

"""Starts the genuine server without Docker; optional test material beside the repository."""

START_S = 280.0
"""A start takes some 15 s, on busy cores many times that; the first one unpacks the server, too."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class LocalServer:
    """One server with a data folder of its own in the system's temporary folder."""

    def __init__(self, *settings: str, heap: str = "512m", password: str | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.password = password
        self._settings = settings
        self._heap = heap
        self._data = Path(tempfile.mkdtemp(prefix="polywire-es-"))
        self._data.chmod(0o755)
        self.repository = self._data / "repository"
        """Folder of snapshots, which the server's own user writes to."""
        self.repository.mkdir()
        self.repository.chmod(0o777)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, or start again on the same data, and wait until it answers."""
        command = [str(SERVE), "--port", str(self.port), "--data", str(self._data)]
        command += ["--heap", self._heap]
        if self.password is not None:
            command += ["--security", self.password]
        command += ["--set", f"path.repo={self.repository}"]
        for setting in self._settings:
            command += ["--set", setting]
        with (self._data / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers, and with security on until it knows its own user."""
        request = urllib.request.Request(self.url)  # noqa: S310 -- loopback
        if self.password is not None:
            login = base64.b64encode(f"elastic:{self.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {login}")
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if self._process is not None and self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(request, timeout=2):  # noqa: S310 -- loopback
                    return
            except OSError:  # of which `urllib.error.HTTPError` is one
                time.sleep(0.2)
        log = (self._data / "serve.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"Elasticsearch did not start: {log}")

    @property
    def data(self) -> Path:
        """The folder with everything that the server stores."""
        return self._data

    @property
    def pid(self) -> int:
        """The server's own process, below the one that launched it."""
        return int((self._data / "pid").read_text())

    def kill(self) -> None:
        """End it as a power cut would: nothing is flushed or said goodbye to."""
        os.kill(self.pid, signal.SIGKILL)
        self._reap()

    def lose(self, uuid: str) -> None:
        """Remove the data of an index from the disk of a server that does not run."""
        shutil.rmtree(self._data / "data" / "indices" / uuid / "0")

    def stop(self) -> None:
        """End it properly and remove its data."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._reap()
        shutil.rmtree(self._data, ignore_errors=True)

    def _reap(self) -> None:
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(30)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
        self._process = None
