"""Errors of Lance and of the file system, translated in this one place.

Lance raises Python's own exceptions (OSError, ValueError, RuntimeError, and Arrow's, which
derive from these) and says what happened in words only; errors of the system carry its number
at the end: "No space left on device (os error 28)".
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from search.index.errors import (
    AccessDenied,
    EngineBusy,
    EngineFault,
    IndexDamaged,
    SearchIndexError,
    StorageFull,
)
from search.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
STARVED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})

# Compiled by the first fault.
_OS_ERROR = r"\(os error (\d+)\)"
# A file that is gone while an index is made of it was merged with others by another process.
_CONFLICT = r"(?i)commit conflict|conflicted with|too many concurrent|no fragment with id"
_DAMAGE = (
    r"(?i)not found|corrupt|failed to fill whole buffer|invalid range|file size is too small"
    r"|magic|unexpected end|decode|invalid flatbuffer|protobuf"
)
_STARVED = r"(?i)resources exhausted|failed to allocate|memory limit"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said of one kind of fault; `{doing}` is "writing to" and the like."""

    kind: type[SearchIndexError]
    text: str


SENTENCES = {
    "full": Sentence(
        StorageFull,
        "The disk is full, so {doing} the index {place} stopped; everything that was reported as "
        "written is safe. Free some space and run the same command again.",
    ),
    "denied": Sentence(
        AccessDenied,
        "This user may not go on with {doing} the index {place}: {denied}. Change the "
        "permissions of the folder, or choose another with --index.",
    ),
    "busy": Sentence(
        EngineBusy,
        "Another process changed the index {place} at the same moment, again and again, so {doing} "
        "it was given up; nothing was lost. Run the same command again.",
    ),
    "starved": Sentence(
        EngineBusy,
        "The system ran out of memory or of open files while {doing} the index {place}. Close "
        "other programs, or raise the limit (ulimit -n), and run the same command again.",
    ),
    "damaged": Sentence(
        IndexDamaged,
        "The index {place} is damaged: {cause}. polywire verify names the files and the articles "
        "concerned, and what mends them: --mend, a backup, or to ingest just these again.",
    ),
    "fault": Sentence(
        EngineFault, "{doing_capital} the index {place} failed in an unforeseen way: {cause}."
    ),
}


@contextmanager
def translated(doing: str, place: str | Path) -> Iterator[None]:
    """Turn whatever Lance or the system raises inside into a `SearchIndexError`.

    `doing` completes "while ... the index": "reading", "writing to".
    """
    try:
        yield
    except SearchIndexError:
        raise
    except Exception as error:
        raise fault(error, doing, place) from error
    except BaseException as error:
        if not is_panic(error):
            raise
        raise fault(error, doing, place) from error


def fault(error: BaseException, doing: str, place: str | Path) -> SearchIndexError:
    """Choose the error of ours that stands for one of Lance's."""
    sentence = SENTENCES[kind_of(error)]
    return sentence.kind(
        sentence.text.format(
            doing=doing,
            doing_capital=doing.capitalize(),
            place=place,
            cause=cause(error),
            denied=_denied(error, place),
        )
    )


def _denied(error: BaseException, place: str | Path) -> str:
    """Say what is not permitted; where it is elsewhere, such as in a backup, also where."""
    read_only = system_error(error) == errno.EROFS
    why = "the file system is read-only" if read_only else "permission denied"
    file = str(getattr(error, "filename", None) or "")
    return why if not file or file.startswith(str(place)) else f"{why} at {file}"


def kind_of(error: BaseException) -> str:
    """Sort an error into one of `SENTENCES`."""
    text = str(error)
    number = system_error(error)
    if number in FULL:
        return "full"
    if number in DENIED:
        return "denied"
    if number in STARVED or isinstance(error, MemoryError) or re.search(_STARVED, text):
        return "starved"
    if re.search(_CONFLICT, text) or type(error).__name__ == "CommitConflictError":
        return "busy"
    if number == errno.ENOENT or is_panic(error) or re.search(_DAMAGE, text):
        return "damaged"
    return "fault"


def system_error(error: BaseException) -> int | None:
    """Return the number of the system's error, from the exception or from Lance's words."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = re.search(_OS_ERROR, str(error))
    return int(found[1]) if found else None


def is_panic(error: BaseException) -> bool:
    """Tell whether Lance's Rust code gave up; such errors do not derive from `Exception`."""
    return type(error).__name__ == "PanicException"


def cause(error: BaseException) -> str:
    """Return the engine's own words without the places in its source code; one line."""
    words = re.sub(r",? ?(location: )?/\S+\.rs:\d+:\d+", "", str(error))
    words = re.sub(r"^(External error: |LanceError\(\w+\): )+", "", words)
    return " ".join(words.split()).rstrip(".") or type(error).__name__
