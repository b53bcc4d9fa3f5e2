"""Lines of a file of topics or judgements, with the place that an error message names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.evaluation.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without its line break; `number` counts from 1."""

    path: Path
    number: int
    text: str

    @property
    def place(self) -> str:
        """Where it is, for a message."""
        return f"{self.path}, line {self.number}"


def read(path: Path, error: type[EvaluationError]) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise error(f"{path} cannot be read: {problem.strerror or problem}.") from None
    except UnicodeDecodeError:
        raise error(f"{path} is not UTF-8 text; convert it and try again.") from None


def lines(path: Path, text: str) -> Iterator[Line]:
    """Yield the lines that are not blank."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Line(path, number, line.rstrip("\r"))


def json_object(line: Line, error: type[EvaluationError]) -> dict[str, Any]:
    """Return the JSON object that the line holds."""
    try:
        value = json.loads(line.text)
    except ValueError as problem:
        raise error(f"{line.place} is not JSON: {problem}.") from None
    if not isinstance(value, dict):
        raise error(f"{line.place} is JSON but not an object.")
    return value


def first_of(record: dict[str, Any], names: tuple[str, ...]) -> object:
    """Return the value of the first of these names that the record has."""
    return next((record[name] for name in names if record.get(name) is not None), None)
