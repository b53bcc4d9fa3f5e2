"""Write a result in the chosen format to the chosen place."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, cast, get_args

from search.answer import Hit
from search.errors import PolywireError, UsageError
from search.files import replacing
from search.printable import printable
from search.results.export import Format, export_as
from search.results.tally import Tally

Formats = Mapping[Format, bool]
"""Whether the options choose each format."""


class ExportError(PolywireError):
    """The result could not be written to its file."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a result goes and in which format; `everything` means the complete one."""

    form: Format
    output: Path | None = None
    mark: bool = False
    everything: bool = False

    @classmethod
    def chosen(
        cls, formats: Formats, output: Path | None, mark: bool, everything: bool = False
    ) -> Delivery | None:
        """Read the options; None where the result is for a person at the terminal.

        Raises `UsageError` for options that do not go together.
        """
        given: list[Format] = [form for form, wanted in formats.items() if wanted]
        if len(given) > 1:
            raise UsageError(f"--{given[0]} and --{given[1]} cannot be combined; choose one.")
        form = given[0] if given else _of_suffix(output)
        if form is None:
            if mark:
                raise UsageError("--bom only applies to --csv; leave it out.")
            if everything:
                raise UsageError(
                    "--all writes the complete result for a file or another program; add --csv, "
                    "--jsonl or --json, or --output FILE."
                )
            return None
        if mark and form != "csv":
            raise UsageError("--bom only applies to --csv; leave it out.")
        return cls(form, output, mark, everything)

    @property
    def method_path(self) -> Path | None:
        """Where the method file goes: beside the output, if there is one."""
        return self.output.with_name(f"{self.output.name}.method.json") if self.output else None

    def write(self, hits: Iterable[Hit], about: Mapping[str, Any], out: TextIO) -> Tally:
        """Write the hits and return their tally."""
        tally = Tally()
        for hit in export_as(self.form, self.mark).write(hits, about, out):
            tally.note(hit)
        return tally

    @contextmanager
    def opened(self) -> Iterator[TextIO]:
        """Open what is written to; a file appears under its name only when it is complete.

        Raises `ExportError`.
        """
        if self.output is None:
            yield cast(TextIO, _Printed(sys.stdout))
            sys.stdout.flush()
            return
        with _file(self.output) as out:
            yield out

    def write_method(self, document: Mapping[str, Any]) -> None:
        """Write the method file. Raises `ExportError`."""
        if self.method_path is not None:
            with _file(self.method_path) as out:
                out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


class _Printed:
    """Standard output, which may be a terminal: nothing that is written there controls it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        """Write what is printable; the line ends of CSV stay."""
        return self._out.write("\r\n".join(map(printable, text.split("\r\n"))))

    def flush(self) -> None:
        """Send it off."""
        self._out.flush()


@contextmanager
def _file(path: Path) -> Iterator[TextIO]:
    try:
        with replacing(path, errors="replace") as out:
            yield out
    except OSError as error:
        raise ExportError(f"The result could not be written to {path}: {_reason(error)}.") from None


def _of_suffix(output: Path | None) -> Format | None:
    if output is None:
        return None
    suffix = output.suffix.lower().lstrip(".")
    for form in get_args(Format):
        if suffix == form:
            known: Format = form
            return known
    raise UsageError(
        f"The format of {output} is not clear from its name; end it in .csv, .jsonl or .json, "
        "or add --csv, --jsonl or --json."
    )


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower() if error.errno else os.fspath(str(error))
