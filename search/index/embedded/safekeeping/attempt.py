"""Reading what may be damaged: Lance may raise anything, and its Rust code may give up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from search.index.embedded.faults import is_panic

_Read = TypeVar("_Read")

STANDARD_ERROR = 2


def attempt(read: Callable[[], _Read], otherwise: Callable[[BaseException], _Read]) -> _Read:
    """Read, or return what `otherwise` makes of the error."""
    try:
        with _quiet():
            return read()
    except Exception as error:
        return otherwise(error)
    except BaseException as error:
        if not is_panic(error):
            raise
        return otherwise(error)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Lance's Rust code from printing stack traces; it raises what it says, too."""
    kept = os.dup(STANDARD_ERROR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STANDARD_ERROR)
        yield
    finally:
        os.dup2(kept, STANDARD_ERROR)
        os.close(kept)
        os.close(nowhere)
