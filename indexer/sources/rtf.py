"""Documents in Rich Text Format (.rtf): what stands there, as a text file of it would be.

Press archives hand out their exports in it (Factiva, Nexis), whose readers get the text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from indexer.article.draft import Item, Origin, Reject
from indexer.sources.format import Format, Told
from indexer.sources.office import read_as_text
from indexer.text.encoding import too_long

MOST_BYTES = 16_000_000
"""Of a document without its pictures: what two million letters take that are no ASCII. striprtf
takes up to half a second per million."""

MOST_GROUPS = 1_000_000
"""Word writes some twenty per paragraph. Of those that do not end each takes 100 bytes."""

_PICTURES = re.compile(rb"(?<![0-9a-fA-F\r\n])[\r\n]*+(?:[0-9a-fA-F]{2}[\r\n]*){200,}+")
"""Pictures are written down in digits."""

_FIELDS = re.compile(r"\{\\\*\\fldinst[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}")
"""What a field does: of links the address, which striprtf would put into the text."""

_HIGH = re.compile(rb"[\x80-\xff]")


def read_rtf(stream: io.BufferedReader, name: str, limit: int) -> Iterator[Item]:
    """Yield what the text of a document holds, or the reject that it is."""
    from striprtf.striprtf import rtf_to_text

    data = _PICTURES.sub(b"", stream.read(10 * MOST_BYTES))
    if len(data) > MOST_BYTES or stream.read(1):
        yield Reject(Origin(name), too_long("The document", MOST_BYTES))
        return
    if data.count(b"{") > MOST_GROUPS:
        yield Reject(Origin(name), f"The document has more than {MOST_GROUPS:,} groups; split it.")
        return
    try:
        whole = _FIELDS.sub("", _decoded(data))
        text = rtf_to_text(whole, errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        yield Reject(Origin(name), "The document is damaged.")
        return
    # Characters beyond the first plane are written as two halves.
    read = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    yield from read_as_text(read.encode(), name, limit)


def _decoded(data: bytes) -> str:
    """Return the document as text: bytes that are no ASCII are those of its code page, or UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _HIGH.sub(lambda found: b"\\'%02x" % found[0][0], data).decode("ascii")


def _told(head: bytes) -> Told:
    return Told.EXACTLY if head.lstrip().startswith(b"{\\rtf") else Told.NO


FORMAT = Format(
    name="RTF",
    suffixes=(".rtf",),
    media_types=("application/rtf", "text/rtf"),
    told=_told,
    read=read_rtf,
)
