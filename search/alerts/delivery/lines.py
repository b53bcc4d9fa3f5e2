"""Notices as JSON Lines: to a file, where each stands once whatever happened, or to a stream."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from search.alerts.delivery.message import Message
from search.alerts.errors import DeliveryFailed
from search.alerts.notice import Notice, public
from search.printable import printable_json

LOCK_S = 30.0
_BLOCK = 65_536


def line_of(notice: Notice) -> str:
    """Return one line of JSON, with its line feed."""
    return printable_json(json.dumps(public(notice), ensure_ascii=False)) + "\n"


class StreamSender:
    """Writes to a stream, such as the standard output."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        """Write the lines and flush."""
        try:
            for notice in message.notices:
                self._stream.write(line_of(notice))
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise DeliveryFailed(f"The standard output cannot be written: {error}.") from None


class FileSender:
    """Appends to a file.

    Writers take turns by a lock beside it. A line that a killed writer left unfinished is cut off;
    what may have been written by one that was killed is looked for and not written twice.
    """

    def send(self, message: Message) -> None:
        """Append the lines, and settle them on the disk."""
        from filelock import FileLock, Timeout

        path = Path(message.destination.target)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with (
                FileLock(f"{path}.lock", timeout=LOCK_S),
                os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file,
            ):
                _cut_unfinished(file)
                wanted = _not_in(file, message.notices) if message.again else message.notices
                file.seek(0, os.SEEK_END)
                file.write("".join(map(line_of, wanted)).encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
        except Timeout:
            raise DeliveryFailed(f"The file {path} is locked by another program.") from None
        except OSError as error:
            raise DeliveryFailed(
                f"The file {path} cannot be written ({error.strerror or error})."
            ) from None


def _cut_unfinished(file: BinaryIO) -> None:
    """Cut off a notice that stands unfinished behind the last line feed; end any other line."""
    size = end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            end = start + found + 1
            break
        end = start
    if end == size:
        return
    file.seek(end)
    if _BEGINNING.startswith(file.read(len(_BEGINNING))):
        file.truncate(end)
    else:
        file.seek(0, os.SEEK_END)
        file.write(b"\n")


_BEGINNING = b'{"id": "'
"""How a line begins that this program wrote."""


def _not_in(file: BinaryIO, notices: Sequence[Notice]) -> list[Notice]:
    """Leave out notices that the file has already."""
    wanted = {str(one["id"]): one for one in notices}
    file.seek(0)
    for line in file:
        try:
            there = json.loads(line)
        except ValueError:
            continue
        if isinstance(there, dict):
            wanted.pop(str(there.get("id")), None)
    return list(wanted.values())
