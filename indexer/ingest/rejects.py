"""The rejects file: one JSON object per line for everything that was not indexed, and why."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from indexer.article.draft import Reject
from indexer.errors import RejectsUnwritable
from indexer.sources.files import REJECTS_SUFFIX, STDIN, reason


def default_path(first_input: str) -> Path:
    """Return the file in the current folder that is named after the first input."""
    name = "stdin" if first_input == STDIN else Path(first_input).resolve().name or "root"
    return Path(name.partition(".")[0] + REJECTS_SUFFIX)


class RejectsFile:
    """Writes rejects as they come; a new file is begun with the first one, if there is one.

    Each line is written whole and at once, so that the file can be read at any moment and after
    a crash. `count` is the number of lines.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def write(self, reject: Reject) -> None:
        """Add one line: input, line, reason, id. Raises `RejectsUnwritable`."""
        line = {
            "input": reject.origin.input,
            "line": reject.origin.line,
            "reason": reject.reason,
            "id": reject.article_id,
        }
        text = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode()
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="\n")
            self._file.write(text + "\n")
            self._file.flush()
        except OSError as error:
            raise RejectsUnwritable(
                f"The rejects file {self.path} cannot be written: {reason(error)}. "
                "Choose another file with --rejects FILE; what was indexed before is safe."
            ) from None
        self.count += 1

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
