"""What a format declares of itself: its names, how its first bytes are told, how it is read.

A module of this folder that has a `FORMAT` is a format; `indexer.sources.formats` finds it, so that
another one is another file and nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from indexer.article.draft import Item

Read = Callable[[io.BufferedReader, str, int], Iterator[Item]]
"""Reads a stream: (stream, name for messages, bytes that one article may have) -> articles."""


class Told(IntEnum):
    """What the first bytes of a file say of a format."""

    NO = 0
    """It is not this format, whatever its name is."""
    FITS = 1
    """It may be: the name decides."""
    SURELY = 2
    """It is, whatever its name is."""
    EXACTLY = 3
    """It is, and within a more general format: an agency's item is JSON, too."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format, `name` as messages call it.

    `told` gets what a file begins with, decompressed. In a format that `is_text`, zero and control
    bytes speak against it.
    """

    name: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    told: Callable[[bytes], Told]
    read: Read
    is_text: bool = True
