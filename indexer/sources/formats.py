"""Which format a file is in: its content decides, then its name."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from mimetypes import MimeTypes
from pathlib import PurePath

from indexer import sources
from indexer.sources.compression import SUFFIXES
from indexer.sources.format import Format, Told
from indexer.sources.json_shape import HEAD
from indexer.sources.unread_kinds import unread_kind
from indexer.text.encoding import is_binary, wide_encoding

__all__ = ["HEAD", "detect", "formats", "read_formats"]

PLAIN_TEXT = "plain text"

_TYPES = MimeTypes(filenames=())
"""The types that come with Python, without the machine's own: the same on every machine."""

_OBJECT = re.compile(rb"(?:\A|[\n\x00])[ \t]*+\{[ \t]*+\"")
"""Where a line begins with an object of JSON."""

_XML = re.compile(rb"\s*<(?:\?xml|!doctype|[A-Za-z_][\w:.-]*[\s>/])", re.IGNORECASE)


@cache
def formats() -> tuple[Format, ...]:
    """Every format that there is, by name."""
    modules = (
        importlib.import_module(f"{sources.__name__}.{module.name}")
        for module in pkgutil.iter_modules(sources.__path__)
    )
    found = (getattr(module, "FORMAT", None) for module in modules)
    return tuple(sorted((one for one in found if isinstance(one, Format)), key=lambda f: f.name))


def read_formats() -> str:
    """Name what is read, for messages."""
    names = [one.name for one in formats()]
    return f"{', '.join(names[:-1])} and {names[-1]}, also compressed (.gz, .xz, .zst, .bz2)"


def detect(name: str, head: bytes) -> Format | str:
    """Return the format of a file, or the sentence that rejects it.

    `head` is what the file begins with, decompressed. Formats that are text get it with a byte per
    letter, so that none of them needs to know UTF-16.
    """
    path = PurePath(name)
    if path.suffix.lower() in SUFFIXES:
        path = path.with_suffix("")
    suffix = path.suffix.lower()
    wide = wide_encoding(head)
    text = head.decode(wide, "replace").encode() if wide else head

    def told(one: Format) -> Told:
        return one.told(text if one.is_text else head)

    if unread := unread_kind(text):
        return f"{unread}. Polywire reads {read_formats()}."
    named = [one for one in formats() if suffix in one.suffixes]
    # The marks of formats that are no text come first in files that look like text, too.
    possible = list(formats()) if not is_binary(head) else [
        # A crashed writer leaves zero bytes in a good file of lines: each line is judged by itself.
        one for one in formats() if not one.is_text or (one in named and _OBJECT.search(head))
    ]  # fmt: skip
    exact = [one for one in possible if told(one) is Told.EXACTLY]
    sure = exact or [one for one in possible if told(one) is Told.SURELY]
    fitting = [one for one in named if one in possible and told(one) is not Told.NO]
    for one in (*(both for both in sure if both in named), *sure, *fitting):
        return one
    if is_binary(head):
        return f"The file is not text; Polywire reads {read_formats()}."
    if _XML.match(text):
        return f"The file is XML of a kind that is not read; Polywire reads {read_formats()}."
    return _by_type(suffix)


def _by_type(suffix: str) -> Format | str:
    guessed, _ = _TYPES.guess_type(f"x{suffix}")
    if guessed not in (None, "text/plain"):
        return f"By its name, the file is {guessed}; Polywire reads {read_formats()}."
    return next(one for one in formats() if one.name == PLAIN_TEXT)
