"""Every error of Lance, Arrow and the system becomes one of ours, with a clear sentence."""

from __future__ import annotations

import errno
import inspect
import os
import sys

import lance.commit
import pyarrow as pa
import pytest

from search.index.embedded.faults import cause, fault, translated
from search.index.errors import (
    AccessDenied,
    EngineBusy,
    EngineFault,
    IndexDamaged,
    IndexMissing,
    SearchIndexError,
    StorageFull,
)

RUST = "/build/lance/rust/lance-io/src/object_store.rs:1019:34"

SEEN = [
    (OSError(f"LanceError(IO): No space left on device (os error 28), {RUST}"), StorageFull),
    (OSError(f"LanceError(IO): File too large (os error 27), {RUST}"), StorageFull),
    (OSError("LanceError(IO): Disk quota exceeded (os error 122)"), StorageFull),
    (OSError(f'LanceError(IO): Permission denied (os error 13) at path "x", {RUST}'), AccessDenied),
    (ValueError("Unable to walk dir: Permission denied (os error 13)"), AccessDenied),
    (OSError("LanceError(IO): Read-only file system (os error 30)"), AccessDenied),
    (OSError("LanceError(IO): Too many open files (os error 24)"), EngineBusy),
    (lance.commit.CommitConflictError("Retryable commit conflict for version 3"), EngineBusy),
    (ValueError("Invalid user input: No fragment with id 34"), EngineBusy),
    (pa.ArrowInvalid("External error: Resources exhausted: Failed to allocate"), EngineBusy),
    (MemoryError(), EngineBusy),
    (ValueError("Dataset at path x was not found: Not found: x/_versions"), IndexDamaged),
    (ValueError("LanceError(IO): file size is too small"), IndexDamaged),
    (ValueError("Generic memory error: Invalid range 0..0 for object of size 0"), IndexDamaged),
    (pa.ArrowInvalid("External error: LanceError(IO): failed to fill whole buffer"), IndexDamaged),
    (pa.ArrowInvalid("External error: Encountered corrupt file binary mini-block"), IndexDamaged),
    (FileNotFoundError(errno.ENOENT, "No such file or directory", "x"), IndexDamaged),
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), StorageFull),
    (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), AccessDenied),
    (RuntimeError("something new"), EngineFault),
]
"""Errors that were provoked on real folders: truncated, deleted, full, forbidden, contended."""


@pytest.mark.parametrize(("error", "kind"), SEEN, ids=lambda value: str(value)[:60])
def test_errors_that_were_seen(error: Exception, kind: type[SearchIndexError]) -> None:
    with pytest.raises(SearchIndexError) as raised, translated("writing to", "news"):
        raise error
    assert type(raised.value) is kind
    assert raised.value.__cause__ is error
    sentence = str(raised.value)
    assert "news" in sentence
    assert sentence.endswith(".")
    assert ".rs:" not in sentence
    assert "{" not in sentence


def driver_errors() -> list[type[BaseException]]:
    """All exception classes that the loaded parts of Lance and Arrow define."""
    drivers = ("lance", "pyarrow")
    modules = [module for name, module in sys.modules.items() if name.startswith(drivers)]
    found = {
        value for module in modules for value in vars(module).values() if inspect.isclass(value)
    }
    errors = [e for e in found if issubclass(e, BaseException) and e.__module__.startswith(drivers)]
    return sorted(errors, key=lambda error: error.__name__)


def test_the_drivers_define_errors_at_all() -> None:
    names = {error.__name__ for error in driver_errors()}
    assert {"CommitConflictError", "ArrowInvalid", "ArrowException"} <= names


@pytest.mark.parametrize("error", driver_errors(), ids=lambda error: error.__name__)
def test_no_error_of_the_drivers_comes_through(error: type[BaseException]) -> None:
    with pytest.raises(SearchIndexError), translated("reading", "news"):
        raise error("words")


def test_a_panic_of_the_rust_code_is_damage() -> None:
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(IndexDamaged), translated("reading", "news"):
        raise panic("index out of bounds")


def test_ours_and_the_users_pass_through() -> None:
    with pytest.raises(IndexMissing, match="as it was"), translated("reading", "news"):
        raise IndexMissing("as it was")
    with pytest.raises(KeyboardInterrupt), translated("reading", "news"):
        raise KeyboardInterrupt


def test_the_cause_is_one_line_without_source_code() -> None:
    error = OSError(f"External error: LanceError(IO): broken\n  thing, {RUST}")
    assert cause(error) == "broken thing"
    assert cause(RuntimeError()) == "RuntimeError"
    assert "broken thing" in str(fault(error, "reading", "news"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "no", "/news/x.lance"), "permission denied. Change"),
        (OSError(errno.EROFS, "no", "/news/lock"), "the file system is read-only. Change"),
        (PermissionError(errno.EACCES, "no", "/copies/a"), "permission denied at /copies/a. "),
        (OSError(f"no (os error {errno.EROFS})"), "the file system is read-only. Change"),
    ],
)
def test_what_is_not_permitted_is_said_and_where(error: OSError, said: str) -> None:
    assert said in str(fault(error, "backing up", "/news"))
