"""The boundary around one document: whatever fails within it becomes one reject.

Readers put each document that they read behind it (`contained`), and the indexing pipeline
puts each article of a batch behind it that fails (`indexer.ingest.pipeline`). So one bad document
never stops the others, whatever the cause: a fault of ours, of a library, or of the document.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from indexer.article.draft import Origin, Reject
from indexer.errors import BadArticle

Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)

_SHOWN = 200
"""Characters of an unforeseen message that a reason repeats."""

_ENDS_THE_RUN = (KeyboardInterrupt, SystemExit, GeneratorExit)


def is_of_document(error: BaseException) -> bool:
    """Tell whether one document may be to blame, rather than somebody who ends the program.

    Not only `Exception`: a panic in a library written in Rust is none.
    """
    return not isinstance(error, _ENDS_THE_RUN)


def contained(origin: Origin, step: Callable[[], Result]) -> Result | Reject:
    """Return what `step` returns, or the reject of the document where it fails.

    Raises only what ends the program: Ctrl-C and the like.
    """
    try:
        return step()
    except BaseException as error:
        if not is_of_document(error):
            raise
        return Reject(origin, reason_of(error))


def reason_of(error: BaseException) -> str:
    """Say in one sentence, without control characters, why a document was rejected."""
    if isinstance(error, BadArticle):
        return str(error)
    if isinstance(error, RecursionError):
        return "The document is nested too deeply."
    if isinstance(error, MemoryError):
        return "There is not enough memory to read the document."
    _LOG.debug("A document was rejected for an unforeseen reason.", exc_info=error)
    said = " ".join(_said(error).encode("utf-8", "replace").decode().split())
    shown = "".join(char if char.isprintable() else "?" for char in said[:_SHOWN])
    name = type(error).__name__
    return f"The document cannot be read ({name}{': ' if shown else ''}{shown.rstrip('.')})."


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an error that cannot say what it is
        return ""
