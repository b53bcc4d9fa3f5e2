"""The rejects file: one JSON object per line for everything that was not indexed, and why."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from indexer.article.draft import Reject
from indexer.errors import RejectsUnwritable
from indexer.sources.files import REJECTS_SUFFIX, STDIN, host_of, is_address, reason
from search.files import replacing

_KEYS = {"input", "line", "reason", "id"}
_LONGEST_LINE = 100_000
"""Bytes that are read of a file to tell whether it is one of rejects."""


def default_path(inputs: Sequence[str]) -> Path:
    """Return the file in the current folder that is named after the first input.

    Where that is the file of another input of the same name, or no rejects file, it gets the
    next number: news.rejects.jsonl, news-2.rejects.jsonl.
    """
    first = inputs[0]
    if is_address(first):
        stem = re.sub(r"[^\w.-]", "_", host_of(first) or "address")
    else:
        name = "stdin" if first == STDIN else Path(first).resolve().name or "root"
        stem = name.partition(".")[0] or "hidden"
    numbered = (Path(f"{stem}{f'-{n}' if n > 1 else ''}{REJECTS_SUFFIX}") for n in count(1))
    return next(path for path in numbered if _is_free(path) or _is_of(path, inputs))


def without_ids(path: str, ids: Container[str]) -> bool:
    """Remove the lines on these articles from a rejects file, if it is there and may be changed.

    Tells whether any were. The file is replaced whole; with its last line it goes.
    """
    try:
        if Path(path).is_symlink() or _first_line(Path(path)) is None:
            return False
        lines = Path(path).read_text(encoding="utf-8").splitlines(keepends=True)
        left = [line for line in lines if json.loads(line).get("id") not in ids]
        if len(left) == len(lines):
            return False
        if left:
            with replacing(Path(path)) as out:
                out.writelines(left)
        else:
            Path(path).unlink()
    except (OSError, ValueError, AttributeError):
        return False
    return True


class RejectsFile:
    """Writes rejects as they come; a new file is begun with the first one, if there is one.

    Each line is written whole and at once, so that the file can be read at any moment and after
    a crash. `count` is the number of lines. `settle` removes the file of an earlier run of the
    same inputs where this run had no rejects. Only rejects files are ever replaced or removed,
    and no link is followed.
    """

    def __init__(self, path: Path, inputs: Sequence[str] = ()) -> None:
        self.path = path
        self.count = 0
        self._inputs = tuple(inputs)
        self._file: TextIO | None = None

    def write(self, reject: Reject) -> None:
        """Add one line: input, line, reason, id, read_as. Raises `RejectsUnwritable`."""
        line = {
            "input": reject.origin.input,
            "line": reject.origin.line,
            "reason": reject.reason,
            "id": reject.article_id,
            "read_as": reject.read_as or None,
        }
        text = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode()
        try:
            if self._file is None:
                self._file = self._begun()
            self._file.write(text + "\n")
            self._file.flush()
        except OSError as error:
            raise self._unwritable(f"cannot be written: {reason(error)}") from None
        self.count += 1

    def settle(self) -> None:
        """Remove what an earlier run of these inputs left, after a whole run without rejects."""
        if not self.count and _is_of(self.path, self._inputs):
            with contextlib.suppress(OSError):  # a list that is too old does no harm
                if not _leave_others(self.path, self._inputs):
                    self.path.unlink()

    def _begun(self) -> TextIO:
        if self.path.is_symlink():
            raise self._unwritable("is a symbolic link, which is not followed")
        if self.path.is_file() and self.path.stat().st_size and _first_line(self.path) is None:
            raise self._unwritable("is there already and is no list of rejects")
        has_others = _is_of(self.path, self._inputs) and _leave_others(self.path, self._inputs)
        begin = os.O_APPEND if has_others else os.O_TRUNC
        flags = os.O_WRONLY | os.O_CREAT | begin | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(self.path, flags, 0o666)
        return os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")

    def _unwritable(self, why: str) -> RejectsUnwritable:
        return RejectsUnwritable(
            f"The rejects file {self.path} {why}. "
            "Choose another file with --rejects FILE; what was indexed before is safe."
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()


def _is_free(path: Path) -> bool:
    return not os.path.lexists(path)


def _is_of(path: Path, inputs: Sequence[str]) -> bool:
    """Tell whether a file lists what an earlier run rejected of these inputs."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        if _first_line(path) is None:
            return False
        with path.open("rb") as file:
            return any(_is_on(line, inputs) for line in file)
    except OSError:
        return False


def _leave_others(path: Path, inputs: Sequence[str]) -> bool:
    """Leave nothing but the lines on other inputs in a file, if there are any; tells that."""
    with path.open("rb") as file:
        if all(_is_on(line, inputs) for line in file):
            return False
        file.seek(0)
        with replacing(path) as out:
            out.writelines(line.decode() for line in file if not _is_on(line, inputs))
    return True


def _is_on(line: bytes, inputs: Sequence[str]) -> bool:
    """Tell whether a line is on one of these inputs, or none that can be read."""
    try:
        rejected = str(json.loads(line)["input"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return True
    return _is_one(rejected, tuple(inputs))


@lru_cache(maxsize=1024)
def _is_one(rejected: str, inputs: tuple[str, ...]) -> bool:
    return rejected in inputs or any(_holds(name, rejected) for name in inputs)


def _holds(folder: str, name: str) -> bool:
    """Tell whether a folder, or what was named another way, is or holds the file of this name."""
    if STDIN in (folder, name):
        return False
    if is_address(folder) or is_address(name):
        # Pages come from where their list is, mostly.
        return host_of(folder) == host_of(name)
    return Path(name).resolve().is_relative_to(Path(folder).resolve())


def _first_line(path: Path) -> dict[str, object] | None:
    """Return the first line of a rejects file, None where the file is none."""
    with path.open("rb") as file:
        head = file.readline(_LONGEST_LINE)
    try:
        line = json.loads(head)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) and set(line) >= _KEYS else None
